import { illegal, type Model } from "../porcupine-ts/model.js";

/** `key` names one of several locks; "" where there is one. */
export interface MutexInput {
  readonly f: "acquire" | "release";
  readonly key: string;
}

export type MutexState = "free" | "held";

/**
 * Locks, free at first: a held one cannot be acquired, a free one not released. Who holds it is not
 * looked at, as in Knossos: a client may release after a restart under another name.
 */
export const mutexModel: Model<MutexState, MutexInput, "done"> = {
  init: () => "free",
  step: (state, { f }) => (state === needs[f] ? leaves[f] : illegal),
  partition: ({ key }) => key,
  produces: ({ f }) => leaves[f],
  observes: ({ f }) => needs[f],
  origin: { module: import.meta.url, name: "mutexModel" },
  mutex: { classify: ({ f }) => f },
  describeOperation: describe,
  describeState: (state) => state,
  explain: (state, input, output) => `it ${describe(input, output)} the lock, but it was ${state}`,
};

const needs = { acquire: "free", release: "held" } as const;
const leaves = { acquire: "held", release: "free" } as const;

function describe({ f }: MutexInput, output: "done" | undefined): string {
  return `${output === undefined ? "maybe " : ""}${f === "acquire" ? "acquired" : "released"}`;
}
