import type { Operation } from "../../core/operation.js";
import { who } from "../words.js";
import type { Held, KeyLook } from "./account.js";
import type { Anomalies } from "./anomalies.js";
import type { Version, Versions } from "./versions.js";
import type { Writer, Writers } from "./writers.js";

/**
 * Who wrote at which revision: as writers were told it, and as looks prove it. A value that is read
 * with its mod_revision says that the one operation which asked to write it did so at that revision,
 * whatever its own client came to know. What cannot be is told.
 */
export interface Settling {
  /** Takes in that a writer was told its revision. */
  acknowledge(writer: Writer): void;
  /** Takes in what an answer shows of a key. */
  settle(operation: Operation, look: KeyLook): void;
}

export interface Books {
  readonly writers: Writers;
  readonly versions: Versions;
  readonly anomalies: Anomalies;
}

export function settling({ writers, versions, anomalies }: Books): Settling {
  /** Who changed something at a revision, and who showed it. */
  const claims = new Map<number, { readonly writer: Writer; readonly shownBy: Operation }>();

  function claim(writer: Writer, revision: number, shownBy: Operation): void {
    const before = claims.get(revision);
    if (before && before.writer !== writer) {
      const message = `${said(before.writer, before.shownBy)} and ${said(writer, shownBy)}, both at revision ${revision}`;
      const operations = [before.writer.operation, before.shownBy, writer.operation, shownBy];
      anomalies.tell("claimed-twice", String(revision), message, operations);
      return;
    }
    claims.set(revision, { writer, shownBy });
    for (const { key, value } of writer.writes) {
      const known = versions.at(key, revision);
      const version = { key, revision, value, writer, shownBy };
      if (known?.value === undefined) versions.add(version);
      else if (known.value !== value) differ(known, version);
    }
  }

  function differ(one: Version, other: Omit<Version, "writer">): void {
    const { key, revision } = one;
    const message =
      `${who(one.shownBy)} showed that ${key} ${held(one.value)} at revision ${revision}, ` +
      `and ${who(other.shownBy)} that it ${held(other.value)} at that revision`;
    anomalies.tell("two-values", `${key} ${revision}`, message, [one.shownBy, other.shownBy]);
  }

  /** The first that shows a value at this revision of a key. */
  function show(operation: Operation, key: string, value: Held, revision: number): void {
    const version: Version = { key, revision, value, shownBy: operation };
    const asked = value === null ? [] : writers.of(key, value);
    const known = asked.find((writer) => writer.revision === revision);
    if (known) {
      versions.add({ ...version, writer: known });
      return;
    }
    const unproven = asked.filter(
      ({ fate, revision: at }) => fate === "perhaps" && at === undefined,
    );
    const [first] = unproven;
    if (first && unproven.length === 1) {
      first.revision = revision;
      first.seenBy = operation;
      claim(first, revision, operation);
      if (versions.at(key, revision)?.value === undefined) versions.add(version);
      return;
    }
    versions.add(version);
    // Of several nobody can tell which one it was.
    if (first) return;
    const elsewhere = asked.find((writer) => writer.revision !== undefined);
    if (elsewhere) appliedTwice(elsewhere, version);
    else tellPhantom(version, asked[0]);
  }

  function appliedTwice(writer: Writer, { key, value, revision, shownBy }: Version): void {
    const wrote = writer.revision ?? 0;
    const message =
      `${who(writer.operation)} wrote ${shown(value)} to ${key} at revision ${wrote}, ` +
      `and ${who(shownBy)} found it written at revision ${revision}`;
    const witness = versions.at(key, wrote)?.shownBy ?? writer.operation;
    const operations = [writer.operation, witness, shownBy];
    anomalies.tell("applied-twice", `${writer.operation.index}`, message, operations);
  }

  function tellPhantom({ key, value, revision, shownBy }: Version, writer?: Writer): void {
    const why = writer
      ? `${who(writer.operation)} was told that it was not written`
      : "nobody had asked to write that";
    const message = `${who(shownBy)} found that ${key} ${held(value)} at revision ${revision}, although ${why}`;
    const operations = writer ? [writer.operation, shownBy] : [shownBy];
    anomalies.tell("phantom", `${key} ${String(value)}`, message, operations);
  }

  function settleShown(operation: Operation, key: string, value: Held, revision: number): void {
    const known = versions.at(key, revision);
    if (known?.value === undefined) show(operation, key, value, revision);
    else if (known.value !== value) differ(known, { key, revision, value, shownBy: operation });
  }

  /** A comparison that held tells of a value, and not of its revision. */
  function settleValue(operation: Operation, key: string, value: Held): void {
    if (value === null) return;
    const asked = writers.of(key, value);
    if (asked.some(({ fate }) => fate !== "never")) return;
    tellPhantom({ key, value, revision: 0, shownBy: operation }, asked[0]);
  }

  return {
    acknowledge(writer) {
      if (writer.revision !== undefined) claim(writer, writer.revision, writer.operation);
    },
    settle(operation, { key, value, modRevision, createRevision = 0 }) {
      if (value !== undefined && modRevision === undefined) settleValue(operation, key, value);
      if (value !== undefined && modRevision !== undefined && modRevision > 0) {
        settleShown(operation, key, value, modRevision);
      }
      if (createRevision > 0 && !versions.at(key, createRevision)) {
        versions.add({ key, revision: createRevision, value: undefined, shownBy: operation });
      }
    },
  };
}

/** "process 3 on n2 wrote", or who showed that it did. */
function said({ operation, writes }: Writer, shownBy: Operation): string {
  const [first] = writes;
  const what = first ? `${first.value === null ? "deleted" : "wrote"} ${first.key}` : "wrote";
  return shownBy === operation
    ? `${who(operation)} ${what}`
    : `${who(operation)} ${what} (as ${who(shownBy)} showed)`;
}

const longest = 40;

/** For sentences; of a long text its end, since what is new is often there. */
export function shown(value: Held | undefined): string {
  const text = String(value);
  return text.length > longest ? `...${text.slice(-longest)}` : text;
}

function held(value: Held | undefined): string {
  return value === null ? "was deleted" : `held ${shown(value)}`;
}
