#!/usr/bin/env node
import { hideBin } from "yargs/helpers";
import { runCli } from "./commands/run-cli.js";

await runCli(hideBin(process.argv));
