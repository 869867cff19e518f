import { writeFileSync } from "node:fs";
import process from "node:process";

// Preloaded into a command: leaves behind what the process needed, when it ends.
const file = process.env["ORDEAL_BENCH_USAGE"];
process.on("exit", () => {
  if (file !== undefined) writeFileSync(file, JSON.stringify(process.resourceUsage()));
});
