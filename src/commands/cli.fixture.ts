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

/** Runs the command line in this process, and catches what it says and how it would end. */
export async function ordeal(...words: string[]): Promise<Said> {
  const said = { errors: "", output: "", text: "" };
  const catching = (stream: NodeJS.WriteStream, name: "errors" | "output") =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      said[name] += String(chunk);
      said.text += String(chunk);
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
