import { RequestError } from "../core/client.js";
import type { MemberEvent, MemberHash, Unanswered } from "../core/history.js";
import type { DriveOptions } from "./drive-options.js";
import { readContents } from "./member-contents.js";
import { patientClient, type PatientClient } from "./patient-client.js";

type Said = Omit<MemberEvent, "index" | "atNs">;

/** Reads on it write nothing, so that nobody's history knows of it. */
const readKey = "ordeal/last-look";
const lookLimit = 3;
const pauseMs = 1_000;

/**
 * Asks every member what it holds, after the last reads. Leases may still end meanwhile, which
 * moves revisions: so all are asked about one revision that each of them has applied. A compaction
 * moves none: where one was seen under way, all of it is asked again. Nothing is asked where the run
 * was interrupted before.
 */
export async function lastLook(options: DriveOptions): Promise<void> {
  const { cluster, recorder, clock, signal } = options;
  const isEnded = () => signal.aborted;
  if (isEnded()) return;
  const members = cluster.nodes.map((node) => memberOf(options, node));
  try {
    for (let looks = 1; ; looks++) {
      const said = await lookAt(members);
      if (looks === lookLimit || isEnded() || isSettled(said)) {
        for (const one of said) recorder.member(one);
        return;
      }
      await clock.sleep(pauseMs, signal);
    }
  } finally {
    for (const { client } of members) client.close();
  }
}

async function lookAt(members: readonly AskedMember[]): Promise<readonly Said[]> {
  const first = await Promise.all(members.map(readRevision));
  const second = await Promise.all(members.map(readRevision));
  const told = lastOf(first, (a, b) => a - b);
  const revision = lastOf(second, (a, b) => b - a);
  return Promise.all(
    members.map(async (member, place) => {
      const { noted, unanswered } = notes();
      const read = noted("a linearizable read", second[place] ?? 0);
      const rest = await everythingOf(member, revision, noted);
      return {
        node: member.node,
        ...(told !== undefined && { toldRevision: told }),
        ...(read !== undefined && { readRevision: read }),
        ...(revision !== undefined && { revision }),
        ...rest,
        unanswered,
      };
    }),
  );
}

function lastOf(
  answers: readonly (number | RequestError)[],
  order: (a: number, b: number) => number,
): number | undefined {
  return answers
    .filter((answer) => typeof answer === "number")
    .sort(order)
    .at(-1);
}

/** Keeps apart what was answered and what was not. */
interface Notes {
  readonly noted: <T>(question: string, answer: T | RequestError) => T | undefined;
  readonly unanswered: readonly Unanswered[];
}

function notes(): Notes {
  const unanswered: Unanswered[] = [];
  return {
    unanswered,
    noted: (question, answer) => {
      if (!(answer instanceof RequestError)) return answer;
      unanswered.push({ question, error: answer.facts.details });
      return undefined;
    },
  };
}

/** No two members are at different places of a compaction, and no revision was lost to one. */
function isSettled(said: readonly Said[]): boolean {
  const hashes = said.flatMap(({ hash }) => (hash ? [hash] : []));
  const places = hashes.map(({ revision, compactRevision }) => `${revision} ${compactRevision}`);
  const isLost = said.some(({ unanswered }) =>
    unanswered.some(({ error }) => error.includes("compacted")),
  );
  return new Set(places).size <= 1 && !isLost;
}

interface AskedMember {
  readonly node: string;
  readonly client: PatientClient;
  readonly version: () => Promise<string>;
}

function memberOf(options: DriveOptions, node: string): AskedMember {
  const { cluster, requestTimeoutMs } = options;
  return {
    node,
    client: patientClient(options, node),
    version: async () => (await cluster.status(node, requestTimeoutMs)).version,
  };
}

/** Of a linearizable read: whatever its answer tells of has been applied there. */
async function readRevision({ client }: AskedMember): Promise<number | RequestError> {
  const answer = await client.ask((member) => member.range({ key: readKey }));
  return answer instanceof RequestError ? answer : answer.header.revision;
}

async function everythingOf(
  { client, version: askVersion }: AskedMember,
  revision: number | undefined,
  noted: Notes["noted"],
): Promise<Pick<Said, "version" | "hash" | "contents" | "alarms" | "members">> {
  const version = noted("its version", await client.ask(askVersion));
  const alarms = noted("its alarms", await client.ask((asked) => asked.alarms()));
  const list = noted("its list of members", await client.ask((asked) => asked.memberList()));
  const hash =
    revision === undefined
      ? undefined
      : noted("a hash of its keys", await hashAt(client, revision));
  const contents =
    revision === undefined
      ? undefined
      : noted("a serializable read of all keys", await readContents(client, revision));
  return {
    ...(version !== undefined && { version }),
    ...(hash && { hash }),
    ...(contents && { contents }),
    ...(alarms && { alarms: alarms.alarms }),
    ...(list && { members: list.members }),
  };
}

/**
 * At the revision, or at the newest where that was compacted. Asked for the newest first, since of a
 * compacted revision some versions tell what they hashed when they compacted it, and others nothing.
 */
async function hashAt(client: PatientClient, revision: number): Promise<MemberHash | RequestError> {
  const newest = await client.ask((member) => member.hashKv({}));
  if (newest instanceof RequestError) return newest;
  const { header, hash, compactRevision } = newest;
  if (header.revision === revision || compactRevision >= revision) {
    return { revision: header.revision, hash, compactRevision };
  }
  const older = await client.ask((member) => member.hashKv({ revision }));
  if (older instanceof RequestError) return older;
  return { revision, hash: older.hash, compactRevision: older.compactRevision };
}
