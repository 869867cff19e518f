import type { Checker } from "../../core/checker.js";
import { plural } from "../../core/plural.js";
import {
  type HolderInput,
  type HolderOperation,
  type HolderOutput,
  type HolderWords,
  outputOf,
} from "./holder-operation.js";
import { Releases } from "./releases.js";
import { type KnownWrite, ResourceLedger } from "./resource-ledger.js";
import { Sections } from "./sections.js";
import { type FencingTrouble, tellFencing } from "./tell-fencing.js";
import { holderChecker } from "./trouble.js";

/**
 * What holders of a lock, or leaders of an election, do under the guard of their key's create
 * revision comes in sections that exclude each other: by etcd's revisions, one is over before the
 * next begins, the older key first. A key that was let go of is not there any more, a guarded read
 * finds the newest write, and a guarded write is never made in ignorance of another holder's.
 *
 * Source: M. Burrows, "The Chubby lock service", OSDI 2006, section 2.4 (sequencers), which etcd's
 * users are told to make of the key's create revision:
 * https://etcd.io/docs/v3.5/learning/why/#notes-on-the-usage-of-lock-and-lease.
 * Goes by the revisions that etcd's answers name; only what is let go of goes by the order of events.
 */
export function fencing(words: HolderWords): Checker<HolderInput, HolderOutput> {
  return holderChecker<FencingTrouble>({
    start() {
      const parts = new Map<string, Part>();
      const releases = new Releases();
      return {
        add(operation) {
          releases.add(operation);
          const { input } = operation;
          if (!("name" in input)) return;
          const part = partOf(parts, input.name);
          part.resource.add(operation);
          part.sections.add(operation);
          if (isGuarded(operation)) part.guarded.push(operation);
          else if (outputOf(operation)?.type === "owner") part.owners.push(operation);
        },
        judge: () => judge([...parts.values()], releases, words),
      };
    },
    tell: (trouble) => tellFencing(trouble, words),
    nothing: `No holder of ${words.noun}s was ever answered: there is nothing to judge.`,
  });
}

interface Part {
  readonly resource: ResourceLedger;
  readonly sections: Sections;
  /** Answered operations that prove that their holder's key was there. */
  readonly guarded: HolderOperation[];
  /** Answers that name the oldest key. */
  readonly owners: HolderOperation[];
}

function partOf(parts: Map<string, Part>, name: string): Part {
  const known = parts.get(name);
  if (known) return known;
  const part: Part = {
    resource: new ResourceLedger(name),
    sections: new Sections(name),
    guarded: [],
    owners: [],
  };
  parts.set(name, part);
  return part;
}

function isGuarded(operation: HolderOperation): boolean {
  const { input } = operation;
  const output = outputOf(operation);
  const tells = output?.type === "found" || output?.type === "written";
  return tells && "by" in input;
}

function judge(parts: readonly Part[], releases: Releases, { noun }: HolderWords) {
  const troubles: FencingTrouble[] = [];
  const count = { sections: 0, guarded: 0, writes: 0 };
  for (const { resource, sections, guarded, owners } of parts) {
    const writes = resource.knownWrites();
    for (const write of writes) sections.addSeen(write);
    for (const trouble of [
      ...sections.troubles(),
      ...releases.afterwards([...guarded, ...owners, ...seen(writes)]),
      ...resource.lostUpdates(writes),
      ...resource.missedWrites(writes),
      ...resource.refusedWrites(),
    ]) {
      troubles.push(trouble);
    }
    count.sections += sections.count;
    count.guarded += guarded.length;
    count.writes += writes.length;
  }
  const { sections, guarded, writes } = count;
  const judged = `The ${plural(guarded, "guarded operation")} of ${plural(sections, "holder")} of ${plural(parts.length, noun)} exclude each other by revision, and none of ${plural(writes, "write")} was lost.`;
  return { troubles, judged: guarded === 0 ? undefined : judged, details: count };
}

/** Writes that nobody was told of, and somebody saw. */
function seen(writes: readonly KnownWrite[]): HolderOperation[] {
  return writes.flatMap(({ write, seenBy }) => (seenBy ? [write] : []));
}
