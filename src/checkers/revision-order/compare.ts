import type { Operation } from "../../core/operation.js";
import { who } from "../words.js";
import type { Held, KeyLook } from "./account.js";
import type { Deletions } from "./deletions.js";
import { type Books, shown } from "./settle.js";
import type { Version } from "./versions.js";
import type { Writer } from "./writers.js";

/**
 * Holds what an answer shows of keys against the state at its revision, as far as that is known:
 * each key as its newest known put or deletion up to there left it. Also says which deletions must
 * have happened that nobody reports.
 */
export function comparing(
  { writers, versions, anomalies }: Books,
  { deletions, isExcerpt }: { readonly deletions: Deletions; readonly isExcerpt: boolean },
): (operation: Operation, revision: number, looks: readonly KeyLook[]) => void {
  /** At which the key was written as the look shows it; undefined where that is not known. */
  function shownAt({ key, value, modRevision }: KeyLook): number | undefined {
    if (modRevision !== undefined || value === undefined) return modRevision;
    return value === null ? 0 : writerOf(key, value)?.revision;
  }

  /** Who wrote a value, where that and the revision are known. */
  function writerOf(key: string, value: Held): Writer | undefined {
    const known = writers.of(key, value).filter((writer) => writer.revision !== undefined);
    return known.length === 1 ? known[0] : undefined;
  }

  /** The version that a look shows, where that is known. */
  function versionOf(look: KeyLook): Version | undefined {
    const revision = shownAt(look);
    return revision === undefined ? undefined : versions.at(look.key, revision);
  }

  /** Where an answer tells a value alone: who tells at which revision it was written. */
  function witnessesOf({ key, value, modRevision }: KeyLook): readonly Operation[] {
    if (modRevision !== undefined || value === undefined) return [];
    const writer = writerOf(key, value);
    return writer ? [writer.operation, ...(writer.seenBy ? [writer.seenBy] : [])] : [];
  }

  /** That a key is not shown as this version left it. */
  function tellHidden(
    operation: Operation,
    look: KeyLook,
    { hidden, looks }: { readonly hidden: Version; readonly looks: readonly KeyLook[] },
  ): void {
    const { key, revision } = hidden;
    const found = shownAt(look) ?? 0;
    // What the operation wrote itself says nothing of when it looked.
    const newer = looks.find(
      (other) =>
        other.key !== key &&
        (shownAt(other) ?? 0) >= revision &&
        versionOf(other)?.writer?.operation !== operation,
    );
    const message =
      `${who(operation)} found ${key} ${asOf(found)}` +
      `${newer ? `, and ${newer.key} ${asOf(shownAt(newer) ?? 0)},` : ""} in an answer of revision ` +
      `${revisionOf(operation)}, although ${key} was ${hidden.value === null ? "deleted" : "written"} at revision ${revision}`;
    const kind = newer ? "fractured" : "skipped";
    const named = [...witnessesOf(look), ...toldBy(hidden), operation];
    anomalies.tell(kind, `${key} ${revision} ${operation.index}`, message, named);
  }

  function compareFigures(operation: Operation, look: KeyLook): void {
    const { key, value, modRevision, version, createRevision } = look;
    if (modRevision === undefined || version === undefined) return;
    const tell = (what: string, by: readonly Operation[] = []) => {
      const message = `${who(operation)} found ${key} with mod_revision ${modRevision}, create_revision ${createRevision ?? "unknown"} and version ${version}${what}`;
      anomalies.tell("figures", `${key} ${modRevision}`, message, [...by, operation]);
    };
    if (value === null || modRevision === 0) {
      const isBlank = value === null && modRevision === 0 && version === 0;
      if (!isBlank || (createRevision ?? 0) !== 0) tell(", although it was absent");
      return;
    }
    if (version < 1) tell("");
    if (createRevision === undefined) return;
    const isFirst = version === 1;
    const isPossible =
      createRevision >= 1 &&
      isFirst === (createRevision === modRevision) &&
      version <= modRevision - createRevision + 1;
    if (!isPossible) {
      tell("");
      return;
    }
    const history = versions.of(key);
    const deletion = history.newestDeletion(modRevision);
    if (deletion && deletion.revision > createRevision) {
      tell(`, although it was deleted at revision ${deletion.revision}`, [deletion.shownBy]);
      return;
    }
    const known = history.puts(createRevision, modRevision);
    const most = known + writers.unseenPuts(key);
    if (version < known) tell(`, although ${known} puts from its creation on are known`);
    if (version > most && !isExcerpt) tell(`, although no more than ${most} puts are possible`);
    const before = history.newest(createRevision - 1);
    if (before && before.value !== null && !deletions.need(before, operation)) {
      tell(`, although it was written at revision ${before.revision} and never deleted`, [
        before.shownBy,
      ]);
    }
  }

  return (operation, revision, looks) => {
    for (const look of looks) {
      const { key, modRevision, isBefore } = look;
      const limit = isBefore ? revision - 1 : revision;
      const found = shownAt(look);
      compareFigures(operation, look);
      if (found === undefined) continue;
      if (found > limit) {
        const than = isBefore
          ? `before it wrote at revision ${revision}`
          : `in an answer of revision ${revision}`;
        const message = `${who(operation)} found ${key} (${shown(look.value)}) as of revision ${modRevision ?? found} ${than}`;
        const named = [...witnessesOf(look), operation];
        anomalies.tell("header-behind", `${key} ${found} ${operation.index}`, message, named);
        continue;
      }
      const newest = versions.of(key).newest(limit);
      if (!newest || newest.revision <= found) continue;
      if (found > 0) tellHidden(operation, look, { hidden: newest, looks });
      else if (newest.value !== null && !deletions.need(newest, operation)) {
        tellHidden(operation, look, { hidden: newest, looks });
      }
    }
  };
}

function toldBy({ writer, shownBy }: Version): readonly Operation[] {
  return writer ? [writer.operation, shownBy] : [shownBy];
}

function asOf(revision: number): string {
  return revision === 0 ? "absent" : `as of revision ${revision}`;
}

function revisionOf({ outcome }: Operation): number | string {
  return outcome.type === "ok" ? (outcome.header?.revision ?? "unknown") : "unknown";
}
