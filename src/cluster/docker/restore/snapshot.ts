import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { connectOperator } from "../../../client/operator-client.js";
import { RequestError } from "../../../core/client.js";
import { HarnessError } from "../../../core/errors.js";
import type { MemberEndpoint } from "../harms/machines.js";
import { type DockerNode, engineCall, runScript } from "../node.js";

const saveMs = 10_000;
const digestBytes = 32;

/** A member's database with its SHA-256 at the end, which is looked at. */
export async function takeSnapshot(endpoint: MemberEndpoint): Promise<Buffer> {
  const operator = connectOperator({ ...endpoint, timeoutMs: saveMs });
  const pieces: Uint8Array[] = [];
  try {
    await operator.saveSnapshot((piece) => pieces.push(piece));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new HarnessError(`${endpoint.node} gave no snapshot: ${error.facts.details}`, {
      cause: error,
    });
  } finally {
    operator.close();
  }
  const snapshot = Buffer.concat(pieces);
  const content = snapshot.subarray(0, -digestBytes);
  if (createHash("sha256").update(content).digest().equals(snapshot.subarray(-digestBytes))) {
    return snapshot;
  }
  throw new HarnessError(
    `The snapshot of ${endpoint.node} is broken: its SHA-256 is that of something else.`,
  );
}

/** Too large for a command line: it goes through the standard input of a command. */
export async function putFile(node: DockerNode, path: string, content: Buffer): Promise<void> {
  const what = `A file could not be put on ${node.name}`;
  await engineCall(async () => {
    const exec = await node.container.exec({
      Cmd: ["sh", "-c", `head -c ${content.length} >${path}`],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    try {
      await new Promise<void>((resolve, reject) => {
        stream.on("end", resolve);
        stream.on("close", resolve);
        stream.on("error", reject);
        stream.resume();
        stream.write(content);
      });
    } finally {
      // The engine's end of a hijacked connection stays open for minutes, and would keep us alive.
      stream.destroy();
    }
  }, what);
  const digest = createHash("sha256").update(content).digest("hex");
  await runScript(node, `echo "${digest}  ${path}" | sha256sum -c --status`, what);
}
