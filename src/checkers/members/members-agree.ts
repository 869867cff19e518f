import type { Checker, Finding, Verdict } from "../../core/checker.js";
import type { ListedMember } from "../../core/client.js";
import type { History, MemberEvent } from "../../core/history.js";
import { plural } from "../../core/plural.js";
import type { Workload } from "../../core/workload.js";
import { differencesOf } from "./differing-keys.js";
import { groupsInWords, groupsOf } from "./group.js";
import { keyFindings } from "./key-findings.js";
import { listed } from "./words.js";

/**
 * When all is quiet, members are copies of each other. Asked about one revision that each of them
 * has applied, all hold the same keys, with the same values, revisions, versions and leases; the
 * same was compacted on all; a hash of it all is the same; they know the same members; and none of
 * them found its data to be corrupt.
 *
 * Sources: https://etcd.io/docs/v3.5/learning/api_guarantees/ (a read of a revision is the same
 * whoever serves it) and https://etcd.io/docs/v3.5/op-guide/data_corruption/ (what etcd itself
 * compares). A history without answers of members, as older versions left them, has nothing that
 * contradicts it; whether members should have been asked, and all answered, is for `coverage`.
 *
 * Where clients add members, those that were never started are not counted.
 */
export function membersAgree({ changesMembers }: Pick<Workload, "changesMembers"> = {}): Checker {
  return { check: (history) => verdictOn(history, changesMembers === true) };
}

function verdictOn(history: History, clientsAddMembers: boolean): Verdict {
  const { members } = history;
  const { keys, beyond } = differencesOf(members);
  const revision = members.find((member) => member.revision !== undefined)?.revision ?? 0;
  const findings = [
    ...corruptions(members),
    ...staleReads(members),
    ...keyFindings(history, keys, revision),
    ...(beyond === undefined ? [] : [differsBeyond(beyond, revision)]),
    ...differingCompactions(members),
    ...differingHashes(members),
    ...differingLists(members),
    ...wrongCounts(history, clientsAddMembers),
  ];
  return {
    validity: findings.length > 0 ? "invalid" : "valid",
    summary: findings.length > 0 ? disagreement(findings, keys.length) : agreement(members),
    findings,
    details: { asked: members.length, revision, differingKeys: keys.length },
  };
}

function disagreement(findings: readonly Finding[], keys: number): string {
  const many = keys > 0 ? ` ${plural(keys, "key")} differ.` : "";
  return `The members do not agree: ${plural(findings.length, "finding")}.${many}`;
}

function agreement(members: readonly MemberEvent[]): string {
  const asked = members.filter(({ contents }) => contents !== undefined);
  const [first] = asked;
  if (first?.contents === undefined) return "No member said what it holds: nothing was compared.";
  const unanswered = members.reduce((sum, member) => sum + member.unanswered.length, 0);
  return [
    `${plural(asked.length, "member")} ${asked.length === 1 ? "holds" : "hold the same"} ${plural(first.contents.keys, "key")} at revision ${first.revision ?? 0}.`,
    ...(unanswered > 0 ? [`${plural(unanswered, "question")} got no answer.`] : []),
    ...fullMembers(members),
  ].join(" ");
}

/** That there is no room left is no broken promise. */
function fullMembers(members: readonly MemberEvent[]): string[] {
  const others = members
    .flatMap(({ alarms = [] }) => alarms)
    .filter(({ alarm }) => !isCorrupt(alarm));
  const names = [...new Set(others.map(({ alarm }) => alarm))];
  return names.length === 0 ? [] : [`Raised alarms: ${listed(names)}.`];
}

function isCorrupt(alarm: string): boolean {
  return alarm === "CORRUPT";
}

/** One for each member that is said to be corrupt. */
function corruptions(members: readonly MemberEvent[]): Finding[] {
  const tellers = new Map<string, string[]>();
  for (const { node, alarms = [] } of members) {
    for (const { memberId, alarm } of alarms) {
      if (isCorrupt(alarm)) tellers.set(memberId, [...(tellers.get(memberId) ?? []), node]);
    }
  }
  return [...tellers].map(([memberId, nodes]) => ({
    message: `etcd found the data of ${nameOf(members, memberId)} to be corrupt: the alarm CORRUPT is raised, says ${listed(nodes)}.`,
    operations: [],
  }));
}

function nameOf(members: readonly MemberEvent[], memberId: string): string {
  const known = members.flatMap((member) => member.members ?? []);
  const name = known.find(({ id }) => id === memberId)?.name ?? "";
  return name === "" ? `the member ${memberId}` : name;
}

/** That revision had been told by another member before they were asked. */
function staleReads(members: readonly MemberEvent[]): Finding[] {
  return members.flatMap(({ node, toldRevision = 0, readRevision = Infinity }) =>
    readRevision >= toldRevision
      ? []
      : [
          {
            message: `${node} answered a linearizable read with revision ${readRevision}, although revision ${toldRevision} had been told before it was asked.`,
            operations: [],
          },
        ],
  );
}

function differsBeyond(key: string, revision: number): Finding {
  return {
    message: `At revision ${revision} the members do not hold the same keys from ${JSON.stringify(key)} on: the digests of what they hold differ, and there is too much of it to tell which keys.`,
    operations: [],
  };
}

/** Compactions go through the log as writes do. */
function differingCompactions(members: readonly MemberEvent[]): Finding[] {
  const groups = groupsOf(
    members,
    // Before the first, some versions say -1 and some 0.
    ({ hash }) => hash && Math.max(0, hash.compactRevision),
    String,
  );
  if (groups.length < 2) return [];
  return [
    {
      message: `The members do not agree on what is compacted, although all had applied the same changes: the compact revision is ${groupsInWords(groups, String)}.`,
      operations: [],
    },
  ];
}

/**
 * Only among those that must come to the same hash: versions of etcd differ in what goes into it,
 * even two of one minor version, and so do what was asked for and what was compacted.
 */
function differingHashes(members: readonly MemberEvent[]): Finding[] {
  const comparable = groupsOf(
    members,
    ({ hash, version }) => (hash && version !== undefined ? { ...hash, version } : undefined),
    ({ version, revision, compactRevision }) => `${version} ${revision} ${compactRevision}`,
  );
  return comparable.flatMap(({ said, nodes }) => {
    const own = members.filter(({ node }) => nodes.includes(node));
    const groups = groupsOf(own, ({ hash }) => hash?.hash, String);
    if (groups.length < 2) return [];
    return [
      {
        message: `The members' histories up to revision ${said.revision} are not the same: the hash of all that they keep is ${groupsInWords(groups, String)}.`,
        operations: [],
      },
    ];
  });
}

function differingLists(members: readonly MemberEvent[]): Finding[] {
  const groups = groupsOf(members, listOf, String);
  if (groups.length < 2) return [];
  return [
    {
      message: `The members do not agree on who the members are: ${groupsInWords(groups, String)}.`,
      operations: [],
    },
  ];
}

/** "n1 (id 4), n2 (id 7, a learner)", by id. */
function listOf({ members }: MemberEvent): string | undefined {
  return members
    ?.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, name, isLearner }) => `${name} (id ${id}${isLearner ? ", a learner" : ""})`)
    .join(", ");
}

/** Whoever a run removes it adds again before it asks. */
function wrongCounts({ header, members }: History, clientsAddMembers: boolean): Finding[] {
  const wanted = header.cluster.nodes.length;
  const counts = ({ name }: ListedMember) => !clientsAddMembers || name !== "";
  const groups = groupsOf(members, (member) => member.members?.filter(counts).length, String);
  return groups
    .filter(({ said }) => said !== wanted)
    .map(({ said, nodes }) => ({
      message: `${listed(nodes)} ${nodes.length === 1 ? "knows" : "know"} ${plural(said, "member")}, although all ${wanted} nodes of the cluster are to be members in the end.`,
      operations: [],
    }));
}
