import { createHash } from "node:crypto";
import type { KeyValue } from "../../core/client.js";
import type { MemberContents, MemberEvent } from "../../core/history.js";

export const listOfThree = ["n1", "n2", "n3"].map((name, at) => ({
  id: String(at + 1),
  name,
  isLearner: false,
}));

export function entry(key: string, value: string, changes: Partial<KeyValue> = {}): KeyValue {
  const plain = { createRevision: 2, modRevision: 3, version: 2, lease: "0" };
  return { key, value, ...plain, ...changes };
}

export interface Paging {
  readonly keysOfPage?: number;
  /** So many pages are kept whole. */
  readonly kept?: number;
}

/** As a member's answers to serializable reads leave it. */
export function contentsOf(
  entries: readonly KeyValue[],
  { keysOfPage = 2, kept = Infinity }: Paging = {},
): MemberContents {
  const count = Math.ceil(entries.length / keysOfPage);
  const pages = Array.from({ length: count }, (_, at) => {
    const own = entries.slice(at * keysOfPage, (at + 1) * keysOfPage);
    const digest = createHash("sha256").update(JSON.stringify(own)).digest("hex");
    const page = { from: own[0]?.key ?? "", keys: own.length, digest };
    return at < kept ? { ...page, entries: own } : page;
  });
  return { keys: entries.length, pages };
}

/** One of three that agree in everything, at revision 9, apart from the changes. */
export function member(node: string, changes: Partial<MemberEvent> = {}): MemberEvent {
  return {
    index: 100,
    atNs: 1e9,
    node,
    toldRevision: 9,
    readRevision: 9,
    revision: 9,
    version: "3.5.30",
    hash: { revision: 9, hash: 77, compactRevision: 4 },
    contents: contentsOf([entry("a", "1"), entry("b", "2"), entry("c", "3")]),
    alarms: [],
    members: listOfThree,
    unanswered: [],
    ...changes,
  };
}
