import type { Operation } from "../core/operation.js";

/** Who did it, for sentences: "process 4 on n2". */
export function who({ process, node }: Operation): string {
  return `process ${process} on ${node}`;
}

/** A span of time for people, from nanoseconds: "340 ms", "2.1 s", "0.4 ms". */
export function spanOf(ns: number): string {
  const ms = ns / 1e6;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${Number(ms.toFixed(1))} ms`;
}

/** A moment of the run for people: "12.340 s". */
export function momentOf(ns: number): string {
  return `${(ns / 1e9).toFixed(3)} s`;
}

/** How sentences name who did something and when. */
export interface Wording {
  readonly who: (operation: Operation) => string;
  /** "12.340 s". */
  readonly askedAt: (operation: Operation) => string;
  /** Undefined where it was not answered. */
  readonly answeredAt: (operation: Operation) => string | undefined;
  /** From the answer of one to the invocation of another: "340 ms". */
  readonly between: (earlier: Operation, later: Operation) => string;
}

/** For histories that know nodes and times. */
export const byClock: Wording = {
  who,
  askedAt: ({ invokedAtNs }) => momentOf(invokedAtNs),
  answeredAt: ({ completedAtNs }) =>
    completedAtNs === undefined ? undefined : momentOf(completedAtNs),
  between: (earlier, later) => spanOf(later.invokedAtNs - (earlier.completedAtNs ?? 0)),
};

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
