import { plural } from "../../core/plural.js";
import type { Pace } from "../bank-pace.js";
import { who } from "../words.js";
import type { Evidence } from "./evidence.js";
import { type KvOperation, shownAsOf } from "./kv-operation.js";
import { isBounded, type Look, lookOf } from "./look.js";
import { newPresence } from "./presence.js";

export interface CountOptions {
  readonly operations: readonly KvOperation[];
  readonly evidence: Evidence;
  readonly tell: (message: string, named: readonly KvOperation[]) => void;
}

/**
 * A range counts as many keys as are there at its revision, and shows no more and no fewer of them
 * than it was asked for. Which keys are there follows from the writes in the order of their
 * revisions; where a revision's writer is not known, whatever it may have written is open until
 * somebody finds it or finds it missing.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api/ (`count` is the number of keys within the range,
 * `more` tells that a limit left some out).
 */
export async function judgeCounts(options: CountOptions, pace: Pace): Promise<boolean> {
  const { operations, evidence, tell } = options;
  const looks = new Map<number, Seen[]>();
  const found = new Map<number, Set<string>>();

  function enter(operation: KvOperation): void {
    for (const { key, modRevision } of shownAsOf(operation).kvs) {
      const keys = found.get(modRevision);
      if (keys) keys.add(key);
      else found.set(modRevision, new Set([key]));
    }
    const look = lookOf(operation);
    if (!look) return;
    const seen = { look, by: operation };
    const others = looks.get(look.at);
    if (others) others.push(seen);
    else looks.set(look.at, [seen]);
    const trouble = shapeTrouble(look);
    if (trouble !== undefined) tell(`${who(operation)} ${trouble}`, [operation]);
  }

  const presence = newPresence(options);
  function judge(revision: number): void {
    presence.goTo(revision);
    for (const key of found.get(revision) ?? []) presence.find(key);
    const here = looks.get(revision) ?? [];
    for (const { look } of here) presence.learn(look);
    for (const { look, by } of here) {
      const { there, open } = presence.countIn(look.request);
      if (look.count >= there && look.count <= there + open) continue;
      const due = open > 0 ? `${there} to ${there + open} keys were` : keysWere(there);
      tell(
        `${who(by)} counted ${plural(look.count, "key")} as of revision ${look.at}, when ${due} there by what was written and found`,
        [by],
      );
    }
  }

  return (
    (await pace.through(operations, enter)) && (await pace.through(revisionsFrom(evidence), judge))
  );
}

interface Seen {
  readonly look: Look;
  readonly by: KvOperation;
}

function* revisionsFrom({ start, newest }: Evidence): Generator<number> {
  for (let revision = start; revision <= newest; revision++) yield revision;
}

function keysWere(count: number): string {
  return `${plural(count, "key")} ${count === 1 ? "was" : "were"}`;
}

/** What is wrong with an answer whatever the store held. */
function shapeTrouble({ request, kvs, count, more }: Look): string | undefined {
  const { limit = 0, countOnly = false } = request;
  const most = countOnly ? 0 : limit > 0 ? Math.min(limit, count) : count;
  const told = `was told of ${plural(count, "key")} and shown ${kvs.length}`;
  if (kvs.length > most || (kvs.length < most && !isBounded(request))) {
    return `${told}, of which ${most} were to be shown`;
  }
  const isCut = !countOnly && limit > 0 && count > limit;
  // Within bounds nobody knows how many were left out.
  const mayBeMore = isBounded(request) ? isCut && kvs.length === limit : isCut;
  const mustBeMore = !isBounded(request) && isCut;
  if (more && !mayBeMore) return `${told} and that there were more, which were none`;
  if (!more && mustBeMore) return `${told} and that there were no more`;
  return undefined;
}
