import { cpus, loadavg, totalmem } from "node:os";
import { version } from "node:process";

/** Where the figures come from: without this they say nothing. */
export function machine(): string {
  const [first] = cpus();
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  const load = loadavg().map((each) => each.toFixed(1));
  return `${first?.model ?? "unknown CPU"}, ${cpus().length} cores, ${memoryGb} GB, Node ${version}, load ${load.join(" ")}`;
}
