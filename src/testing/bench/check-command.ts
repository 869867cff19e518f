import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hrtime } from "node:process";
import { fileURLToPath } from "node:url";
import { writeLargeHistory } from "./large-history.js";
import { runNode } from "./run-child.js";

export interface CommandCost {
  readonly verdict: string;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

const command = fileURLToPath(new URL("../../../../src/cli.js", import.meta.url));
const reportUsage = new URL("report-usage.js", import.meta.url).href;

/** What `ordeal check` of a history of so many operations costs. Undefined: nothing is built. */
export async function costOfCheckCommand(operations: number): Promise<CommandCost | undefined> {
  if (!existsSync(command)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "ordeal-bench-"));
  try {
    const history = join(folder, "history.ndjson");
    writeLargeHistory(history, operations);
    const usageFile = join(folder, "usage.json");
    const startedNs = hrtime.bigint();
    const { code } = await runNode(["--import", reportUsage, command, "check", history], {
      ORDEAL_BENCH_USAGE: usageFile,
    });
    const wallMs = Number(hrtime.bigint() - startedNs) / 1e6;
    const usage = JSON.parse(readFileSync(usageFile, "utf8")) as NodeJS.ResourceUsage;
    return {
      verdict: code === 0 ? "valid" : `exit code ${code}`,
      wallMs,
      cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000,
      peakMb: usage.maxRSS / 1024,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
