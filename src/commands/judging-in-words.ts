import type { NamedProgress } from "../checkers/check-all.js";
import { plural } from "../core/plural.js";
import type { ReadProgress } from "../history/reader.js";
import { systemClock } from "../runner/system-clock.js";

export interface JudgingInWords {
  readonly onReading: (progress: ReadProgress) => void;
  readonly onProgress: (progress: NamedProgress) => void;
  /** For a live line: what the check is at now, and since when it goes on. */
  readonly text: () => string | undefined;
}

/** How a check goes on: it reads, then one checker after another judges. */
export function judgingInWords(): JudgingInWords {
  const clock = systemClock();
  let newest: (() => string) | undefined;
  return {
    onReading(progress) {
      newest = () => reading(progress);
    },
    onProgress(progress) {
      newest = () => judging(progress);
    },
    text: () => newest && `${(clock.nowNs() / 1e9).toFixed(0)} s  ${newest()}`,
  };
}

function reading({ events, bytes, totalBytes }: ReadProgress): string {
  // A pipe has no size that anybody could tell beforehand.
  const share = totalBytes > 0 ? `, ${Math.floor((100 * bytes) / totalBytes)} % of the file` : "";
  return `reading: ${plural(events, "event")}${share}`;
}

function judging({ checker, partitions, decided, visited }: NamedProgress): string {
  if (partitions === 0) return `judging: ${checker}`;
  const looked = visited > 0 ? `, ${plural(visited, "configuration")} looked at` : "";
  return `judging: ${checker}: ${decided.toLocaleString("en")} of ${plural(partitions, "part")} decided${looked}`;
}
