/** One line for people. Standard output is kept for what programs read. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The one JSON object that `--json` prints. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
