import type { Operation } from "../../core/operation.js";
import { fail, info, ok } from "../../testing/histories.js";
import type { Holder, HolderInput, HolderOperation, HolderOutput } from "./holder-operation.js";

/*
 * Operations around one lock "a", drawn by hand: process p holds it, or wants to, with a lease and a
 * key of its own.
 */

const leaseOf = (process: number) => `${100 + process}`;

export function holder(process: number, createRevision?: number): Holder {
  const by = { key: `a/${process}`, lease: leaseOf(process) };
  return createRevision === undefined ? by : { ...by, createRevision };
}

export function grant(process: number, span: string, ttl = 30): HolderOperation {
  return answered(
    process,
    span,
    { f: "grant", ttl },
    { type: "granted", lease: leaseOf(process), ttl },
  );
}

export function lock(process: number, span: string): HolderOperation {
  const input = { f: "lock", name: "a", lease: leaseOf(process) } as const;
  return answered(process, span, input, { type: "held", holder: holder(process) });
}

export function keepalive(process: number, span: string, ttl = 30): HolderOperation {
  return answered(
    process,
    span,
    { f: "keepalive", lease: leaseOf(process) },
    { type: "renewed", ttl },
  );
}

export function unlock(process: number, span: string): HolderOperation {
  return answered(process, span, unlockOf(process), { type: "released" });
}

export function lostUnlock(process: number, span: string): Operation<HolderInput, never> {
  return info<HolderInput>(process, span, unlockOf(process));
}

export function failedUnlock(process: number, span: string): Operation<HolderInput, never> {
  return fail<HolderInput>(process, span, unlockOf(process));
}

/** Of the lease of another one where that is named. */
export function revoke(process: number, span: string, whose = process): HolderOperation {
  return answered(process, span, { f: "revoke", lease: leaseOf(whose) }, { type: "released" });
}

/** "7@12 of 15": it held 7 of revision 12 when the store was at revision 15. */
export function read(process: number, span: string, found: string, by?: Holder): HolderOperation {
  const [, value, modRevision, revision] = /^(\w+)@(\d+) of (\d+)$/.exec(found) ?? [];
  return answered(
    process,
    span,
    { f: "read", name: "a", ...(by && { by }) },
    {
      type: "found",
      value: value === "none" ? null : Number(value),
      modRevision: Number(modRevision),
      revision: Number(revision),
    },
  );
}

export function guardedRead(process: number, span: string, found: string): HolderOperation {
  return read(process, span, found, holder(process));
}

export function write(process: number, span: string, value: number, revision: number) {
  return answered(process, span, writeOf(process, value), { type: "written", revision });
}

export function refusedWrite(process: number, span: string, value: number): HolderOperation {
  return answered(process, span, writeOf(process, value), { type: "refused" });
}

export function lostWrite(process: number, span: string, value: number) {
  return info<HolderInput>(process, span, writeOf(process, value));
}

export function owner(process: number, span: string, whose: number, at: string): HolderOperation {
  const [, createRevision, revision] = /^(\d+) of (\d+)$/.exec(at) ?? [];
  return answered(
    process,
    span,
    { f: "owner", name: "a" },
    {
      type: "owner",
      key: holder(whose).key,
      createRevision: Number(createRevision),
      revision: Number(revision),
    },
  );
}

export function nobody(process: number, span: string): HolderOperation {
  return answered(process, span, { f: "owner", name: "a" }, { type: "nobody" });
}

function unlockOf(process: number): HolderInput {
  return { f: "unlock", name: "a", by: holder(process) };
}

function writeOf(process: number, value: number): HolderInput {
  return { f: "write", name: "a", by: holder(process), value, heldUpMs: 0 };
}

function answered(process: number, span: string, input: HolderInput, output: HolderOutput) {
  return ok<HolderInput, HolderOutput>(process, span, input, output);
}

/** Everybody and everything is called otherwise, and there is more time between events. */
export function renamed(operation: HolderOperation): HolderOperation {
  const other = (text: string) => `other/${text}`;
  const { index, process, completedIndex, invokedAtNs, completedAtNs } = operation;
  const text = JSON.stringify(operation).replaceAll(
    /"(?:key|lease|name)":"([^"]*)"/g,
    (whole, name: string) => whole.replace(`"${name}"`, JSON.stringify(other(name))),
  );
  return {
    ...(JSON.parse(text) as HolderOperation),
    process: process + 40,
    node: "n9",
    index: 3 * index + 5,
    ...(completedIndex !== undefined && { completedIndex: 3 * completedIndex + 5 }),
    invokedAtNs: invokedAtNs + 7e9,
    ...(completedAtNs !== undefined && { completedAtNs: completedAtNs + 7e9 }),
  };
}
