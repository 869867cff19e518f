import { argv, stdout } from "node:process";
import { type LongRun, timeCheckers } from "../simulate/time-checkers.js";

// Times the checkers of one workload, in a process that has done nothing else: a line of JSON.
const run = JSON.parse(argv[2] ?? "") as LongRun;
stdout.write(`${JSON.stringify(await timeCheckers(run))}\n`);
