import yargs, { type Argv } from "yargs";
import { HarnessError, UsageError } from "../core/errors.js";
import { exitCodes } from "../core/run.js";
import { toolVersion } from "../plan.js";
import { say } from "./say.js";

/**
 * Each command by itself: what one of them stands on, such as a client of Docker, takes longer to
 * load than many a check takes.
 */
const commands: Readonly<Record<string, (cli: Argv) => Promise<unknown>>> = {
  test: async (cli: Argv) => cli.command((await import("./test.js")).testCommand),
  check: async (cli: Argv) => cli.command((await import("./check.js")).checkCommand),
  soak: async (cli: Argv) => cli.command((await import("./soak.js")).soakCommand),
  rollout: async (cli: Argv) => cli.command((await import("./rollout.js")).rolloutCommand),
  bugs: async (cli: Argv) => cli.command((await import("./bugs.js")).bugsCommand),
  replay: async (cli: Argv) => cli.command((await import("./replay.js")).replayCommand),
  shrink: async (cli: Argv) => cli.command((await import("./shrink.js")).shrinkCommand),
  merge: async (cli: Argv) => cli.command((await import("./merge.js")).mergeCommand),
  report: async (cli: Argv) => cli.command((await import("./report.js")).reportCommand),
  export: async (cli: Argv) => cli.command((await import("./export.js")).exportCommand),
  serve: async (cli: Argv) => cli.command((await import("./serve.js")).serveCommand),
  list: async (cli: Argv) => cli.command((await import("./list.js")).listCommand),
  setup: async (cli: Argv) => cli.command((await import("./setup.js")).setupCommand),
  clean: async (cli: Argv) => cli.command((await import("./clean.js")).cleanCommand),
};

/** Runs a command line. Resolves when the command is done; the exit code is in `process.exitCode`. */
export async function runCli(words: readonly string[]): Promise<void> {
  try {
    const cli = await commandLine(words);
    await cli.parseAsync();
  } catch (error) {
    process.exitCode = complainOf(error);
  }
}

async function commandLine(words: readonly string[]) {
  const cli = yargs([...words])
    .scriptName("ordeal")
    .usage(
      "$0 <command>: puts an etcd cluster through an ordeal and says whether it kept its promises",
    )
    .version(toolVersion())
    .demandCommand(1, "expected a command, got none: `ordeal --help` lists them")
    .strict()
    .recommendCommands()
    .wrap(100)
    .epilogue(
      "Exit codes: 0 valid, 1 a violation was found, 2 inconclusive, 3 the harness failed, 64 wrong usage.",
    )
    .exitProcess(false)
    .fail((message, error) => {
      // yargs types it as always there. An error of yargs' own is wrong usage, too.
      const thrown = error as Error | undefined;
      if (thrown && thrown.name !== "YError") throw thrown;
      throw new UsageError(thrown ? thrown.message : message);
    });
  for (const add of named(words[0]) ?? Object.values(commands)) await add(cli);
  return cli;
}

/** The one command that was asked for; undefined where all are needed to say what is wrong. */
function named(word: string | undefined) {
  const found = Object.entries(commands).find(([name]) => name === word);
  return found && [found[1]];
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
