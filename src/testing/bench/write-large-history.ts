import { argv } from "node:process";
import { writeLargeHistory } from "./large-history.js";

// npx tsx src/testing/bench/write-large-history.ts FILE OPERATIONS [SEED]
const [, , path, operations, seed] = argv;
if (path === undefined || operations === undefined) {
  throw new Error("expected a file to write and a number of operations");
}
writeLargeHistory(path, Number(operations), Number(seed ?? 1));
