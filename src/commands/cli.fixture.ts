import { vi } from "vitest";
import { runCli } from "./run-cli.js";

export interface Said {
  /** On standard error, for people. */
  readonly errors: string;
  /** On standard output, for programs. */
  readonly output: string;
  /** Both, in the order in which they came. */
  readonly text: string;
  readonly code: typeof process.exitCode;
}

/** And nothing else: what a terminal would obey must be seen where it is let through. */
// eslint-disable-next-line no-control-regex -- a colour is a control sequence
const colours = /\u001b\[\d+m/g;

/** Runs the command line in this process, and catches what it says, without colours, and how it ends. */
export async function ordeal(...words: string[]): Promise<Said> {
  const said = { errors: "", output: "", text: "" };
  const catching = (stream: NodeJS.WriteStream, name: "errors" | "output") =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      const plain = String(chunk).replaceAll(colours, "");
      said[name] += plain;
      said.text += plain;
      return true;
    });
  const spies = [catching(process.stderr, "errors"), catching(process.stdout, "output")];
  try {
    await runCli(words);
    return { ...said, code: process.exitCode };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
}
