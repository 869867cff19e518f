import { appendAccounts } from "../../../../workloads/append-accounts.js";
import { registerAccounts } from "../../../../workloads/register-accounts.js";
import { setAccounts } from "../../../../workloads/set.js";
import { wrAccounts } from "../../../../workloads/wr-accounts.js";
import type {
  KeyLook,
  KeyWrite,
  RevisionAccounts,
} from "../../../checkers/revision-order/account.js";
import type { History } from "../../../core/history.js";
import type { Operation } from "../../../core/operation.js";
import type { Shows } from "./shows.js";

const accountsOf: Readonly<Record<string, unknown>> = {
  append: appendAccounts,
  register: registerAccounts,
  set: setAccounts,
  wr: wrAccounts,
};

/** By checker. */
export const registerShows: Readonly<Record<string, Shows>> = {
  "revision-order": (history, named, { message }) => {
    const facts = readWith(history);
    if (!facts) return undefined;
    if (message.includes("(phantom:")) return isPhantom(facts, history, named);
    if (message.includes("(figures:")) return hasWrongFigures(facts, history, named);
    return cannotAllBe(named.map(facts), message);
  },
};

/** What an operation asked and was told, whichever workload it is of. */
interface Facts {
  readonly operation: Operation;
  readonly writes: readonly KeyWrite[];
  readonly looks: readonly KeyLook[];
  /** Undefined where it was not answered. */
  readonly revision: number | undefined;
  readonly fate: "wrote" | "never" | "perhaps";
}

function readWith({ header }: History): ((operation: Operation) => Facts) | undefined {
  const accounts = accountsOf[header.workload.name] as RevisionAccounts | undefined;
  if (!accounts) return undefined;
  return (operation) => {
    const { input, outcome } = operation;
    const writes = accounts.asked(input);
    if (outcome.type !== "ok") {
      const fate = outcome.type === "fail" ? "never" : "perhaps";
      return { operation, writes, looks: [], revision: undefined, fate };
    }
    const { wrote, looks } = accounts.told(input, outcome.output);
    const revision = outcome.header?.revision;
    return { operation, writes, looks, revision, fate: wrote ? "wrote" : "never" };
  };
}

/**
 * Tries for each named operation of unknown outcome that it never happened, or did at any revision
 * that is named: in none of these worlds all answers are right. A write that is looked at and is not
 * among those named may have been another's.
 */
function cannotAllBe(named: readonly Facts[], message: string): boolean | undefined {
  const revisions = new Set(
    named.flatMap(({ revision = 0, looks }) => [
      revision,
      ...looks.map(({ modRevision = 0 }) => modRevision),
    ]),
  );
  const open = named.filter(({ fate, writes }) => fate === "perhaps" && writes.length > 0);
  const worlds = [...open].reduce<readonly ReadonlyMap<Facts, number>[]>(
    (soFar, one) =>
      soFar.flatMap((world) => [
        world,
        ...[...revisions].map((at) => new Map([...world, [one, at]])),
      ]),
    [new Map()],
  );
  if (worlds.some((world) => isPossible(named, world))) {
    // What must be missing is not among the operations that are named.
    return message.includes("too few deletions") ? undefined : false;
  }
  return true;
}

function isPossible(named: readonly Facts[], world: ReadonlyMap<Facts, number>): boolean {
  const at = (one: Facts) => (one.fate === "wrote" ? one.revision : world.get(one));
  const written = named.flatMap((one) => {
    const revision = at(one);
    return revision === undefined ? [] : [{ one, revision }];
  });
  const isNew = written.every(({ one, revision }) =>
    named.every(
      (other) =>
        other === one ||
        (at(other) !== revision &&
          !(
            (other.revision ?? 0) >= revision &&
            (other.operation.completedIndex ?? Infinity) < one.operation.index
          )),
    ),
  );
  const isWritten = named.every(({ looks }) =>
    looks.every(
      ({ key, value, modRevision = 0 }) =>
        modRevision === 0 ||
        named.every((one) => !asks(one, key, value) || at(one) === modRevision),
    ),
  );
  if (!isNew || !isWritten) return false;
  const changes = [
    ...written.flatMap(({ one, revision }) =>
      one.writes.map(({ key, value }) => ({ key, value, revision })),
    ),
    ...named.flatMap(({ looks }) =>
      looks.flatMap(({ key, value, modRevision = 0 }) =>
        value === undefined || modRevision === 0 ? [] : [{ key, value, revision: modRevision }],
      ),
    ),
    // Of a creation the value is not known.
    ...named.flatMap(({ looks }) =>
      looks.flatMap(({ key, createRevision = 0 }) =>
        createRevision === 0 ? [] : [{ key, value: undefined, revision: createRevision }],
      ),
    ),
  ];
  const isOne = changes.every((one) =>
    changes.every(({ key, value, revision }) => {
      if (key !== one.key || value === undefined || one.value === undefined) return true;
      if (revision === one.revision) return value === one.value;
      // Written once: a value has one revision.
      return value === null || value !== one.value;
    }),
  );
  return (
    isOne &&
    named.every(({ looks, revision = 0 }) =>
      looks.every((look) => {
        const limit = look.isBefore ? revision - 1 : revision;
        const asOf =
          look.modRevision ??
          changes.find(({ key, value }) => key === look.key && value === look.value)?.revision;
        if (asOf === undefined) return true;
        return (
          asOf <= limit &&
          !changes.some(
            ({ key, revision: changed, value }) =>
              key === look.key &&
              changed > asOf &&
              changed <= limit &&
              !(asOf === 0 && value === null),
          )
        );
      }),
    )
  );
}

function asks({ writes }: Facts, key: string, value: KeyLook["value"]): boolean {
  return writes.some((write) => write.key === key && write.value !== null && write.value === value);
}

/** In the whole run nobody can have written what one of these found. */
function isPhantom(
  facts: (operation: Operation) => Facts,
  { operations }: History,
  named: readonly Operation[],
): boolean {
  const reader = named.at(-1);
  if (!reader) return false;
  const possible = new Set(
    operations
      .map(facts)
      .flatMap(({ fate, writes }) =>
        fate === "never" ? [] : writes.map(({ key, value }) => JSON.stringify([key, value])),
      ),
  );
  return facts(reader).looks.some(
    ({ key, value }) =>
      value !== null && value !== undefined && !possible.has(JSON.stringify([key, value])),
  );
}

/** Counted over the whole run; undefined where that leaves it open. */
function hasWrongFigures(
  facts: (operation: Operation) => Facts,
  { operations }: History,
  named: readonly Operation[],
): boolean | undefined {
  const reader = named.at(-1);
  if (!reader) return false;
  const all = operations.map(facts);
  const verdicts = facts(reader).looks.map(
    ({ key, modRevision = 0, version = 0, createRevision = 0 }) => {
      if (modRevision === 0) return version !== 0 || createRevision !== 0;
      if (createRevision > modRevision || version < 1) return true;
      if ((version === 1) !== (createRevision === modRevision)) return true;
      const puts = all.filter(
        ({ fate, writes, revision = -1 }) =>
          fate === "wrote" &&
          revision >= createRevision &&
          revision <= modRevision &&
          writes.some((write) => write.key === key && write.value !== null),
      );
      const perhaps = all.filter(
        ({ fate, writes }) =>
          fate === "perhaps" && writes.some((write) => write.key === key && write.value !== null),
      );
      return version < puts.length || version > puts.length + perhaps.length ? true : undefined;
    },
  );
  return verdicts.includes(true) ? true : undefined;
}
