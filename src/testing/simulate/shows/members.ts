import type { KeyValue } from "../../../core/client.js";
import type { History } from "../../../core/history.js";
import type { Operation } from "../../../core/operation.js";
import type { Shows } from "./shows.js";

/** By checker. */
export const memberShows: Readonly<Record<string, Shows>> = {
  // Only findings about a key name operations.
  "members-agree": (history, named, { message }) => {
    const key = keysOf(history).find((candidate) => message.includes(` under ${candidate}: `));
    if (key === undefined) return false;
    const held = history.members.map((member) => entryOf(member, key));
    const isSame = new Set(held.map((kv) => JSON.stringify(kv))).size === 1;
    return !isSame && named.every((operation) => toldOfOne(operation, key, held));
  },
};

function keysOf({ members }: History): string[] {
  return members.flatMap(({ contents }) =>
    (contents?.pages ?? []).flatMap(({ entries = [] }) => entries.map(({ key }) => key)),
  );
}

function entryOf({ contents }: History["members"][number], key: string): KeyValue | undefined {
  return contents?.pages.flatMap(({ entries = [] }) => entries).find((kv) => kv.key === key);
}

/** It is about that key, and ended at a revision at which some member says that it was written. */
function toldOfOne(
  { input, outcome }: Operation,
  key: string,
  held: readonly (KeyValue | undefined)[],
): boolean {
  if (!("key" in input) || input.key !== key || outcome.type !== "ok") return false;
  return held.some((kv) => kv?.modRevision === outcome.header?.revision);
}
