import { parentPort, workerData } from "node:worker_threads";
import { type Bounds, type Reply, type Request } from "./judge-many-messages.js";
import { judgeSaved } from "./judge-saved.js";
import { openRunFolder } from "../store/run-folder.js";
import { stopped, troubleOf } from "./trouble-of.js";

/** The thread's program: judges one history after another, as it is asked to. */
const bounds = workerData as Bounds;
const stop = new AbortController();

parentPort?.on("message", (request: Request) => {
  if (request.type === "stop") stop.abort(request.reason);
  else void judge(request).then((reply) => parentPort?.postMessage(reply));
});

async function judge({ question, history, folder }: Request & { type: "judge" }): Promise<Reply> {
  try {
    const saved = { history, ...(folder !== undefined && { folder: openRunFolder(folder) }) };
    return { answer: await judgeSaved(saved, question, { ...bounds, signal: stop.signal }) };
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) return { trouble: stopped };
    return { trouble: troubleOf(error) };
  }
}
