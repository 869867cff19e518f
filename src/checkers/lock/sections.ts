import { type HolderOperation, outputOf } from "./holder-operation.js";
import { endOf, type KnownWrite } from "./resource-ledger.js";

/** That a key was the oldest of its lock or election at a revision, and what shows it. */
export interface Evidence {
  readonly revision: number;
  readonly shownBy: HolderOperation;
}

/**
 * All that is known of one holder's time by etcd's revisions: it held from the first of them to the
 * last, whatever it knew itself.
 */
export interface Section {
  readonly key: string;
  first: Evidence;
  last: Evidence;
  /** Of its key; undefined where nobody ever told. */
  createRevision: number | undefined;
}

/** Two holders had it in turns: the middle one is another's than the first and the last. */
export interface Interleaved {
  readonly type: "interleaved";
  readonly at: number;
  readonly name: string;
  readonly before: Evidence;
  readonly between: Evidence;
  readonly after: Evidence;
  /** The keys of the one and of the one between. */
  readonly keys: readonly [string, string];
}

/** One had it before another whose key was there first and was still there afterwards. */
export interface OutOfTurn {
  readonly type: "out-of-turn";
  readonly at: number;
  readonly name: string;
  readonly younger: Section;
  readonly older: Section;
}

/** The sections of one lock or election. */
export class Sections {
  readonly #name: string;
  readonly #byKey = new Map<string, Section>();

  constructor(name: string) {
    this.#name = name;
  }

  get count(): number {
    return this.#byKey.size;
  }

  add(operation: HolderOperation): void {
    const { input } = operation;
    const output = outputOf(operation);
    if (output?.type === "owner") {
      const { key, createRevision, revision } = output;
      this.#extend(key, { revision, shownBy: operation }, createRevision);
    }
    const isFenced = input.f === "read" || input.f === "write" || input.f === "proclaim";
    if (!isFenced || !input.by) return;
    if (output?.type === "found" || output?.type === "written") {
      const { key, createRevision } = input.by;
      this.#extend(key, { revision: output.revision, shownBy: operation }, createRevision);
    }
  }

  /** A fenced write of unknown outcome took effect within its holder's section, if it did at all. */
  addSeen({ revision, write, by, seenBy }: KnownWrite): void {
    if (!seenBy || write.input.f !== "write") return;
    this.#extend(by, { revision, shownBy: write }, write.input.by.createRevision);
  }

  troubles(): (Interleaved | OutOfTurn)[] {
    const sections = [...this.#byKey.values()].sort(
      (one, two) => one.first.revision - two.first.revision,
    );
    const found: (Interleaved | OutOfTurn)[] = [];
    let longest: Section | undefined;
    let youngest: Section | undefined;
    for (const section of sections) {
      const overlaps = longest && section.first.revision <= longest.last.revision;
      if (longest && overlaps) found.push(this.#interleaved(longest, section));
      else if (youngest && isOlder(section, youngest)) {
        found.push({
          ...{ type: "out-of-turn", at: endOf(section.last.shownBy), name: this.#name },
          ...{ younger: youngest, older: section },
        });
      }
      if (!longest || section.last.revision > longest.last.revision) longest = section;
      const isDated = section.createRevision !== undefined;
      if (isDated && (!youngest || isOlder(youngest, section))) youngest = section;
    }
    return found;
  }

  #extend(key: string, evidence: Evidence, createRevision: number | undefined): void {
    const section = this.#byKey.get(key);
    if (!section) {
      this.#byKey.set(key, { key, first: evidence, last: evidence, createRevision });
      return;
    }
    if (evidence.revision < section.first.revision) section.first = evidence;
    if (evidence.revision > section.last.revision) section.last = evidence;
    section.createRevision ??= createRevision;
  }

  #interleaved(one: Section, other: Section): Interleaved {
    return {
      type: "interleaved",
      at: Math.max(endOf(one.last.shownBy), endOf(other.first.shownBy)),
      name: this.#name,
      before: one.first,
      between: other.first,
      after: one.last,
      keys: [one.key, other.key],
    };
  }
}

function isOlder(one: Section, other: Section): boolean {
  const [its, theirs] = [one.createRevision, other.createRevision];
  return its !== undefined && theirs !== undefined && its < theirs;
}
