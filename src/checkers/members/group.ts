import type { MemberEvent } from "../../core/history.js";
import { listed } from "./words.js";

/** Members that say the same, in the order in which they were asked. */
export interface Group<T> {
  readonly said: T;
  readonly nodes: readonly string[];
}

/** Those that said anything, by what they said; `keyOf` is equal where that is the same. */
export function groupsOf<T>(
  members: readonly MemberEvent[],
  saidBy: (member: MemberEvent) => T | undefined,
  keyOf: (said: T) => string,
): readonly Group<T>[] {
  const groups = new Map<string, { said: T; nodes: string[] }>();
  for (const member of members) {
    const said = saidBy(member);
    if (said === undefined) continue;
    const key = keyOf(said);
    const group = groups.get(key);
    if (group) group.nodes.push(member.node);
    else groups.set(key, { said, nodes: [member.node] });
  }
  return [...groups.values()];
}

/** "40 on n1 and n2, 35 on n3" */
export function groupsInWords<T>(
  groups: readonly Group<T>[],
  inWords: (said: T) => string,
): string {
  return groups.map(({ said, nodes }) => `${inWords(said)} on ${listed(nodes)}`).join(", ");
}
