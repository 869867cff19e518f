import Table from "cli-table3";
import pc from "picocolors";
import type { Verified } from "../verify-nemeses.js";

/** What this machine cannot do, and why: told, and no failure. */
export interface Impossible {
  readonly nemesis: string;
  readonly lacks: string;
}

/** One line while it goes on. */
export function lineOf({ nemesis, spec, trouble }: Verified): string {
  const what = spec === undefined ? nemesis : `${nemesis}: ${spec.description}`;
  return trouble === undefined ? `  seen    ${what}` : `  NOT OK  ${what}: ${trouble}`;
}

export function tableOf(verified: readonly Verified[], impossible: readonly Impossible[]): string {
  const drawn = new Table({
    head: ["nemesis", "in force after", "over after", "evidence"],
    colWidths: [19, 16, 12, 72],
    wordWrap: true,
    // Without its own colours, which it would also write into files.
    style: { head: [], border: [], compact: true },
  });
  for (const one of verified) {
    drawn.push([
      one.trouble === undefined ? pc.green(one.nemesis) : pc.red(one.nemesis),
      inMs(one.inForceAfterMs),
      inMs(one.overAfterMs),
      one.trouble ?? `${shortened(one.inForceEvidence)}; then ${shortened(one.overEvidence)}`,
    ]);
  }
  for (const { nemesis, lacks } of impossible) {
    drawn.push([pc.yellow(nemesis), "-", "-", `cannot be done on this machine: ${lacks}`]);
  }
  return drawn.toString();
}

function inMs(duration: number | undefined): string {
  return duration === undefined ? "not seen" : `${duration} ms`;
}

const longest = 140;

export function shortened(text = "nothing"): string {
  return text.length > longest ? `${text.slice(0, longest)} ...` : text;
}
