import { HarnessError } from "../../../core/errors.js";
import type { Engine } from "../engine.js";
import { engineWords } from "../engine-words.js";
import { runShortLived } from "../short-lived.js";
import { copyIn } from "./tar.js";

export interface EtcdSelfDescription {
  readonly version: string;
  readonly gitSha?: string;
}

/**
 * Asks a binary what it is, in a container of the node image and without a network: where it will
 * run, and nowhere else. Undefined, with what it said, where it is no etcd or does not run there.
 */
export async function runEtcdVersion(
  directory: string,
  { engine, image }: { engine: Engine; image: string },
): Promise<{ told: EtcdSelfDescription | undefined; output: string }> {
  try {
    const { output, timedOut } = await runShortLived(engine, {
      image,
      purpose: "probe-etcd",
      kind: "probe",
      command: ["/tmp/etcd", "--version"],
      hostConfig: { NetworkMode: "none" },
      timeoutMs: 30_000,
      before: (container) => copyIn(container, { from: directory, names: ["etcd"], to: "/tmp" }),
    });
    return timedOut
      ? { told: undefined, output: "it did not end within 30 s" }
      : { told: parseEtcdVersion(output), output };
  } catch (error) {
    // What the kernel will not execute comes back as an error of `start`.
    const words = engineWords(error);
    if (/exec format error|no such file or directory|permission denied/i.test(words)) {
      return { told: undefined, output: words };
    }
    throw new HarnessError(`The engine could not run etcd to see its version: ${words}.`, {
      cause: error,
    });
  }
}

/** Of the text that `etcd --version` prints. Some builds say that they know no commit. */
export function parseEtcdVersion(output: string): EtcdSelfDescription | undefined {
  const version = /^etcd Version: (\S+)$/m.exec(output)?.[1];
  if (version === undefined) return undefined;
  const gitSha = /^Git SHA: ([0-9a-f]{7,40})$/m.exec(output)?.[1];
  return { version, ...(gitSha !== undefined && { gitSha }) };
}
