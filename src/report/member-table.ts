import type { MemberEvent } from "../core/history.js";

/** What the members said at the end, for people. */
export interface MemberTable {
  /** What they were asked about; undefined where none of them answered. */
  readonly revision?: number;
  /** In the order in which they were recorded; none where nobody asked. */
  readonly rows: readonly MemberRow[];
}

export interface MemberRow {
  readonly node: string;
  readonly version: MemberCell;
  readonly readRevision: MemberCell;
  readonly compactRevision: MemberCell;
  readonly hash: MemberCell;
  readonly keys: MemberCell;
  readonly alarms: MemberCell;
  readonly members: MemberCell;
  /** Each in a sentence. */
  readonly unanswered: readonly string[];
}

export interface MemberCell {
  readonly text: string;
  /** It is not what most of the others say, or is wrong by itself. */
  readonly isOdd: boolean;
}

const nothing = "–";

export function memberTable(members: readonly MemberEvent[]): MemberTable {
  const revision = members.find((member) => member.revision !== undefined)?.revision;
  const compactions = members.map(({ hash }) => hash && Math.max(0, hash.compactRevision));
  const hashes = members.map(({ hash }) => hash && `${hash.revision} ${hash.hash}`);
  // Versions of etcd differ in what goes into it.
  const peers = members.map(({ version = "", hash }) => `${version} ${hash?.compactRevision ?? 0}`);
  const contents = members.map(({ contents }) =>
    contents?.pages.map(({ digest }) => digest).join(" "),
  );
  const lists = members.map((member) => member.members && listOf(member.members));
  const oddCompactions = oddOnes(compactions);
  const oddHashes = oddOnes(hashes, peers);
  const oddContents = oddOnes(contents);
  const oddLists = oddOnes(lists);
  return {
    ...(revision !== undefined && { revision }),
    rows: members.map((member, at) => {
      const { node, version, readRevision, toldRevision = 0, hash, contents, alarms } = member;
      return {
        node,
        version: cell(version),
        readRevision: cell(readRevision, (readRevision ?? Infinity) < toldRevision),
        compactRevision: cell(compactions[at], oddCompactions[at]),
        hash: cell(hash?.hash.toString(16).padStart(8, "0"), oddHashes[at]),
        keys: cell(contents?.keys, oddContents[at]),
        alarms: cell(alarms && alarmsInWords(alarms), (alarms ?? []).length > 0),
        members: cell(lists[at], oddLists[at]),
        unanswered: member.unanswered.map(
          ({ question, error }) => `${node} was asked for ${question} and never answered: ${error}`,
        ),
      };
    }),
  };
}

function cell(said: string | number | undefined, isOdd = false): MemberCell {
  return { text: said === undefined ? nothing : String(said), isOdd };
}

/** Which of them are not what most of their peers say; of as many, the first counts as more. */
function oddOnes(
  said: readonly (string | number | undefined)[],
  peers: readonly string[] = said.map(() => ""),
): readonly boolean[] {
  return said.map((own, at) => {
    const others = said.filter((_, other) => peers[other] === peers[at]);
    return own !== undefined && own !== mostFrequent(others);
  });
}

function mostFrequent(said: readonly (string | number | undefined)[]): string | number | undefined {
  const counts = new Map<string | number, number>();
  for (const one of said) if (one !== undefined) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function alarmsInWords(alarms: NonNullable<MemberEvent["alarms"]>): string {
  if (alarms.length === 0) return "none";
  return alarms.map(({ alarm, memberId }) => `${alarm} of ${memberId}`).join(", ");
}

function listOf(members: NonNullable<MemberEvent["members"]>): string {
  return members
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ name, id, isLearner }) => `${name === "" ? id : name}${isLearner ? " (learner)" : ""}`)
    .toSorted()
    .join(", ");
}
