import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { HarnessError } from "../core/errors.js";
import type { Bounds, Reply, Request, Trouble } from "./judge-many-messages.js";
import { type Answer, keepVerdict, openQuestion, type Question } from "./judge-saved.js";
import type { OpenedRun } from "../store/find-runs.js";
import { stopped, troubleOf } from "./trouble-of.js";

/** What became of one of many histories: a verdict, unless there is trouble; maybe both. */
export interface Outcome {
  readonly answer?: Answer;
  readonly trouble?: Trouble;
}

export interface JudgeMany extends Bounds {
  readonly signal: AbortSignal;
  /** How many are judged at a time; by default as many as there are cores. They share the memory. */
  readonly threads?: number;
  /** Called once for each question, by its position, as it is answered. */
  readonly onOutcome: (index: number, outcome: Outcome) => void;
}

/**
 * Judges many histories, each on a thread that has nothing else to do. One that cannot be judged
 * does not keep the others from it. Resolves when all were told of. An abort ends those that are
 * being judged in order, and the others are not begun.
 */
export async function judgeMany(
  questions: readonly Question[],
  { signal, threads = availableParallelism(), onOutcome, ...bounds }: JudgeMany,
): Promise<void> {
  const count = Math.min(threads, questions.length);
  const share = { ...bounds, memoryMb: Math.max(1, Math.floor(bounds.memoryMb / count)) };
  const waiting = [...questions.entries()];
  await Promise.all(
    Array.from({ length: count }, async () => {
      const thread = judgingThread(share, signal);
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, question] = next;
        onOutcome(
          index,
          signal.aborted ? { trouble: stopped } : await judge(question, thread, signal),
        );
      }
      await thread.end();
    }),
  );
}

async function judge(
  question: Question,
  thread: JudgingThread,
  signal: AbortSignal,
): Promise<Outcome> {
  let run: OpenedRun | undefined;
  try {
    run = await openQuestion(question);
    const reply = await thread.judge(question, run);
    if (!("answer" in reply)) return reply;
    // A verdict that was cut short must not take the place of one that was not.
    const trouble = signal.aborted ? undefined : whyUnkept(question, run, reply.answer);
    return { ...reply, ...(trouble && { trouble }) };
  } catch (error) {
    return { trouble: troubleOf(error) };
  } finally {
    run?.close();
  }
}

/** A verdict that cannot be kept is told all the same. */
function whyUnkept(question: Question, run: OpenedRun, answer: Answer): Trouble | undefined {
  try {
    keepVerdict(question, run, answer);
    return undefined;
  } catch (error) {
    return troubleOf(error);
  }
}

interface JudgingThread {
  judge(question: Question, run: OpenedRun): Promise<Reply>;
  end(): Promise<void>;
}

/** Begins when there is something to judge, and anew after an end that nobody asked for. */
function judgingThread(bounds: Bounds, signal: AbortSignal): JudgingThread {
  let worker: Worker | undefined;
  return {
    async judge(question, { history, folder }) {
      worker ??= startWorker(bounds);
      const thread = worker;
      const stop = () => {
        tell(thread, { type: "stop", reason: String(signal.reason) });
      };
      signal.addEventListener("abort", stop);
      if (signal.aborted) stop();
      try {
        const asked = { type: "judge", question, history } as const;
        const answered = replyOf(thread);
        tell(thread, { ...asked, ...(folder && { folder: folder.path }) });
        return await answered;
      } catch (error) {
        worker = undefined;
        await thread.terminate();
        return { trouble: troubleOf(error) };
      } finally {
        signal.removeEventListener("abort", stop);
      }
    },
    async end() {
      await worker?.terminate();
    },
  };
}

function tell(worker: Worker, request: Request): void {
  worker.postMessage(request);
}

/** Rejects where the thread ends before it says anything. */
function replyOf(worker: Worker): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const done = () => {
      worker.off("message", onReply).off("error", onError).off("exit", onExit);
    };
    const onReply = (reply: Reply) => {
      done();
      resolve(reply);
    };
    const onError = (error: Error & { readonly code?: string }) => {
      done();
      reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? outOfMemory(error) : error);
    };
    const onExit = () => {
      done();
      reject(new HarnessError("the thread that judged it ended without a word"));
    };
    worker.on("message", onReply).on("error", onError).on("exit", onExit);
  });
}

function outOfMemory(cause: Error): HarnessError {
  return new HarnessError(
    "it takes more memory than a thread can have: judge it by itself, without others beside it",
    { cause },
  );
}

function startWorker(workerData: Bounds): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./judge-many-worker.js", import.meta.url), { workerData });
  }
  // Run from its sources, as in tests: a thread needs to be told how to read them.
  const program = new URL("./judge-many-worker.ts", import.meta.url).href;
  const code = `import("tsx/esm/api").then(({ register }) => {
    register();
    return import(${JSON.stringify(program)});
  })`;
  return new Worker(code, { eval: true, workerData });
}
