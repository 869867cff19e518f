import type { Verdict } from "../core/checker.js";
import type { RunVerdict } from "../core/run.js";
import type { RunFolder } from "../store/run-folder.js";
import { printable } from "../core/printable.js";
import { printJson, say } from "./say.js";
import { paints, validityInCapitals } from "./validity-words.js";

export interface PrintOptions {
  readonly verdict: RunVerdict;
  /** Undefined where a history was judged that lies alone. */
  readonly folder?: RunFolder;
  readonly command?: string;
  readonly json: boolean;
}

const findingsShown = 3;
const ordersShown = 3;

/** The verdict for people on standard error, or as one JSON object on standard output. */
export function printVerdict({ verdict, folder, command, json }: PrintOptions): void {
  if (json) {
    printJson({
      ...verdict,
      ...(folder && { folder: folder.path, report: folder.report }),
      ...(command !== undefined && { command }),
    });
    return;
  }
  const elsewhere = folder ? "see the report" : "--json tells them all";
  for (const [name, result] of Object.entries(verdict.checkers)) {
    sayVerdict(name, result, elsewhere);
  }
  for (const { shape, issue, summary } of verdict.leftOut ?? []) {
    const known = issue === undefined ? "" : `, etcd #${issue}`;
    say(`left out: ${summary}, since no release is right there (--shape ${shape}${known})`);
  }
  if (folder) say(`report:  ${folder.report}`);
  if (command !== undefined) say(`repeat:  ${command}`);
  say(
    paints[verdict.validity](
      `ordeal: ${validityInCapitals[verdict.validity]}  ${printable(verdict.sentence)}`,
    ),
  );
}

function sayVerdict(
  name: string,
  { validity, summary, findings }: Verdict,
  elsewhere: string,
): void {
  say(
    `${paints[validity](validityInCapitals[validity].padEnd(12))} ${name}: ${printable(summary)}`,
  );
  for (const { message, explanation, counterexample } of findings.slice(0, findingsShown)) {
    say(`             - ${printable(message)}`);
    for (const step of explanation ?? []) say(`               ${printable(step)}`);
    for (const { words: order } of counterexample?.attempts?.shown.slice(0, ordersShown) ?? []) {
      say(`               Tried: ${printable(order)}`);
    }
  }
  const more = findings.length - findingsShown;
  if (more > 0) say(`             and ${more} more: ${elsewhere}`);
}
