import yargs from "yargs";
import { HarnessError, UsageError } from "../core/errors.js";
import { exitCodes } from "../core/run.js";
import { toolVersion } from "../plan.js";
import { checkCommand } from "./check.js";
import { cleanCommand } from "./clean.js";
import { listCommand } from "./list.js";
import { reportCommand } from "./report.js";
import { say } from "./say.js";
import { serveCommand } from "./serve.js";
import { setupCommand } from "./setup.js";
import { testCommand } from "./test.js";

/** Runs a command line. Resolves when the command is done; the exit code is in `process.exitCode`. */
export async function runCli(words: readonly string[]): Promise<void> {
  try {
    await commandLine(words).parseAsync();
  } catch (error) {
    process.exitCode = complainOf(error);
  }
}

function commandLine(words: readonly string[]) {
  return yargs([...words])
    .scriptName("ordeal")
    .usage(
      "$0 <command>: puts an etcd cluster through an ordeal and says whether it kept its promises",
    )
    .version(toolVersion())
    .command(testCommand)
    .command(checkCommand)
    .command(reportCommand)
    .command(serveCommand)
    .command(listCommand)
    .command(setupCommand)
    .command(cleanCommand)
    .demandCommand(1, "expected a command, got none: `ordeal --help` lists them")
    .strict()
    .recommendCommands()
    .wrap(100)
    .epilogue(
      "Exit codes: 0 valid, 1 a violation was found, 2 inconclusive, 3 the harness failed, 64 wrong usage.",
    )
    .exitProcess(false)
    .fail((message, error) => {
      // yargs types the error as always there; on wrong usage it is not.
      throw (error as Error | undefined) ?? new UsageError(message);
    });
}

/** The one place where trouble is told. Returns the exit code. */
function complainOf(error: unknown): number {
  if (error instanceof UsageError) {
    say(`ordeal: ${error.message}`);
    return exitCodes.usage;
  }
  if (error instanceof HarnessError) {
    say(`ordeal: ${error.message}`);
    for (const line of error.details) say(`    ${line}`);
    return exitCodes.harness;
  }
  say(`ordeal: a bug of ordeal itself, please report it:\n${stackOf(error)}`);
  return exitCodes.harness;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
