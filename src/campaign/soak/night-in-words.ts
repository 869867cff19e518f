import { plural } from "../../core/plural.js";
import { validityWords } from "../../report/report-data.js";
import { type CellOutcome, cellResults, worstOf } from "./cell-results.js";
import { legible } from "../../report/legible.js";
import { type Cell, type EndOfNight, type Night, type NightRun, tallyOf } from "./night.js";

export const outcomeWords: Readonly<Record<CellOutcome, string>> = {
  ...validityWords,
  failed: "Failed",
  "not reached": "Not reached",
};

/** The verdict of a night in a sentence, what it did not come to, and what must be known of it. */
export function headlineOf(night: Night): string {
  const { caveat } = night;
  return [
    verdictOf(night),
    ...(night.runs.length === 0 ? [] : missedOf(night)),
    ...(caveat === undefined ? [] : [caveat]),
  ].join(" ");
}

function missedOf(night: Night): string[] {
  const cells = cellResults(night);
  const missed = cells.filter(({ outcome }) => outcome === "not reached").length;
  if (missed === 0) return [];
  return [
    `${missed} of ${plural(cells.length, "cell")} ${missed === 1 ? "was" : "were"} not reached.`,
  ];
}

function verdictOf(night: Night): string {
  const { valid, invalid, unknown, failed } = tallyOf(night.runs);
  const all = plural(valid + invalid + unknown + failed, "run");
  const are = (count: number) => `${count} of ${all} ${count === 1 ? "is" : "are"}`;
  switch (worstOf(night.runs)) {
    case "invalid":
      return `A violation was found: ${are(invalid)} invalid.`;
    case "failed":
      return `No violation was found, but ${failed} of ${all} failed and left no verdict.`;
    case "not reached":
      return "Nothing ran to its end, so that this night says nothing about the cluster.";
    case "unknown":
      return `No violation was found, but ${are(unknown)} inconclusive.`;
    case "valid":
      return valid === 1 ? "The only run is valid." : `All ${all} are valid.`;
  }
}

/** How a night ended, in a sentence. */
export function endInWords({ ended }: Pick<Night, "ended">): string {
  return ended ? ends[ended] : "No end of it is recorded: it goes on, or was killed.";
}

const ends: Readonly<Record<EndOfNight, string>> = {
  budget: "It ended as planned: its budget was spent.",
  "until-failure": "It stopped at a failure, as --until-failure asks.",
  interrupted: "It was interrupted before its budget was spent.",
  disk: "It stopped early, since the disk was nearly full.",
};

/** "41 runs · 38 valid · 1 invalid · 1 inconclusive · 1 failed · 2 tried again". */
export function tallyInWords(night: Night): string {
  const { valid, invalid, unknown, failed, retried } = tallyOf(night.runs);
  return [
    plural(valid + invalid + unknown + failed, "run"),
    `${valid} valid`,
    `${invalid} invalid`,
    `${unknown} inconclusive`,
    `${failed} failed`,
    `${retried} tried again`,
  ].join(" · ");
}

/** "register with partition + kill". */
export function loadInWords({ workload, nemeses }: Cell): string {
  return nemeses.length > 0
    ? `${workload} with ${nemeses.join(" + ")}`
    : `${workload} without faults`;
}

/** "etcd 3.5.30, 5 nodes, ha.yml". */
export function clusterInWords({ etcd, nodes, config }: Cell): string {
  return [
    ...(etcd === "" ? [] : [`etcd ${etcd}`]),
    plural(nodes, "node"),
    ...(config === undefined ? [] : [config]),
  ].join(", ");
}

export function cellInWords(cell: Cell): string {
  return `${loadInWords(cell)}, ${clusterInWords(cell)}`;
}

/** Why a run is not content, a line each: what the checkers found, or what there is to say else. */
export function reasonsOf({ findings, sentence }: NightRun): readonly string[] {
  if (findings.length === 0) return [sentence];
  return findings.map(({ checker, message }) => `${checker}: ${message}`);
}

/** "41.2 s", "4 min 3 s", "7 h 58 min". */
export function durationInWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${Number((ms / 1000).toFixed(1))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** "2026-11-28 01:30 UTC"; what is no such time is shown as it is. */
export function momentInWords(iso8601: string): string {
  return legible(iso8601).replace(/^([\d-]{10})T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/, "$1 $2 UTC");
}

/** Newest first. */
export function newestFirst(nights: readonly Night[]): readonly Night[] {
  const key = ({ startedAt, name }: Night) => `${startedAt} ${name}`;
  return [...nights].sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0));
}
