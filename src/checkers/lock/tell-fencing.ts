import type { Finding } from "../../core/checker.js";
import { capital, momentOf, who } from "../words.js";
import { type HolderOperation, type HolderWords, outputOf } from "./holder-operation.js";
import type { AfterRelease } from "./releases.js";
import type { KnownWrite, LostUpdate, MissedWrite, RefusedWrite } from "./resource-ledger.js";
import type { Evidence, Interleaved, OutOfTurn } from "./sections.js";

export type FencingTrouble =
  Interleaved | OutOfTurn | AfterRelease | LostUpdate | MissedWrite | RefusedWrite;

export function tellFencing(trouble: FencingTrouble, words: HolderWords): Finding {
  switch (trouble.type) {
    case "interleaved":
      return tellInterleaved(trouble, words);
    case "out-of-turn":
      return tellOutOfTurn(trouble, words);
    case "after-release":
      return tellAfterRelease(trouble, words);
    case "lost-update":
      return tellLostUpdate(trouble, words);
    case "missed-write":
      return tellMissedWrite(trouble, words);
    case "refused-write":
      return tellRefusedWrite(trouble, words);
  }
}

/** Shared with the judge of what is not guarded. */
export function tellLostUpdate(
  { name, basis, lost, write }: LostUpdate,
  { noun, held }: HolderWords,
): Finding {
  return {
    message: `${noun} ${name}: ${who(write)} wrote over a write of ${who(lost.write)} of which it did not know, while each took itself to have ${held} it`,
    operations: indexesOf([basis, lost.write, ...seers(lost), write]),
    explanation: [
      `${capital(who(write))} knew the resource as ${asKnown(basis)}.`,
      wrote(lost),
      `Then ${who(write)} wrote ${valueOf(write)} at revision ${revisionOf(write)}, on the ground of what it knew: the write in between is lost.`,
    ],
  };
}

function tellInterleaved(
  { name, before, between, after, keys: [one, other] }: Interleaved,
  { noun, key }: HolderWords,
): Finding {
  return {
    message: `${noun} ${name}: ${one} was its oldest key at revisions ${before.revision} and ${after.revision}, and ${other} at ${between.revision} in between`,
    operations: indexesOf([before.shownBy, between.shownBy, after.shownBy]),
    explanation: [
      ...[before, between, after].map(shown),
      `Two keys cannot be the ${key} in turns: the one has to be deleted before the other's turn comes, and stays deleted.`,
    ],
  };
}

function tellOutOfTurn({ name, younger, older }: OutOfTurn, { noun, key }: HolderWords): Finding {
  return {
    message: `${noun} ${name}: ${younger.key} had its turn at revision ${younger.first.revision}, although ${older.key} was there before it and still was at ${older.last.revision}`,
    operations: indexesOf([younger.first.shownBy, older.last.shownBy]),
    explanation: [
      `${younger.key} was created at revision ${younger.createRevision ?? 0}, ${older.key} at ${older.createRevision ?? 0}.`,
      shown(younger.first),
      shown(older.last),
      `The oldest key is the ${key}, as long as it is there.`,
    ],
  };
}

function tellAfterRelease(trouble: AfterRelease, words: HolderWords): Finding {
  const { release, afterwards, won } = trouble;
  const { input } = afterwards;
  const name = "name" in input ? input.name : "";
  const output = outputOf(afterwards);
  const names = output?.type === "owner" ? output.key : undefined;
  const asked = `${capital(who(afterwards))} asked for its ${input.f} at ${momentOf(afterwards.invokedAtNs)}`;
  return {
    message:
      names === undefined
        ? `${words.noun} ${name}: a ${input.f} of ${who(afterwards)} took effect under the guard of a ${words.key} that was known to be gone`
        : `${words.noun} ${name}: ${who(afterwards)} was told of ${names}, a ${words.key} that was known to be gone`,
    operations: indexesOf([...(won ? [won] : []), release, afterwards]),
    explanation: [
      `${capital(who(release))} was told by ${momentOf(release.completedAtNs ?? 0)} that its ${release.input.f} was done: the key was gone from then on.`,
      names === undefined
        ? `${asked}, on the condition that the key is there, and it took effect.`
        : `${asked} and was told that the key is there.`,
    ],
  };
}

function tellMissedWrite({ name, missed, read }: MissedWrite, { noun }: HolderWords): Finding {
  return {
    message: `${noun} ${name}: ${who(read)} did not find what ${who(missed.write)} had written at revision ${missed.revision}`,
    operations: indexesOf([missed.write, ...seers(missed), read]),
    explanation: [wrote(missed), `${capital(who(read))} found the resource as ${asKnown(read)}.`],
  };
}

function tellRefusedWrite({ name, write, read }: RefusedWrite, { noun }: HolderWords): Finding {
  return {
    message: `${noun} ${name}: ${who(read)} found ${valueOf(write)}, although ${who(write)} was told that it was not written`,
    operations: indexesOf([write, read]),
    explanation: ["What was refused never takes effect."],
  };
}

function wrote({ write, revision, seenBy }: KnownWrite): string {
  const seen = seenBy ? `, as ${who(seenBy)} saw` : "";
  return `${capital(who(write))} wrote ${valueOf(write)} at revision ${revision}${seen}.`;
}

function seers({ seenBy }: KnownWrite): HolderOperation[] {
  return seenBy ? [seenBy] : [];
}

/** "7 of revision 12, at revision 15". */
function asKnown(operation: HolderOperation): string {
  const output = outputOf(operation);
  if (output?.type === "found") {
    const { value, modRevision, revision } = output;
    return `${value ?? "nothing"} of revision ${modRevision}, read at revision ${revision}`;
  }
  return `${valueOf(operation)}, which it wrote at revision ${revisionOf(operation)}`;
}

function shown({ revision, shownBy }: Evidence): string {
  return `The ${shownBy.input.f} of ${who(shownBy)} shows it for revision ${revision}.`;
}

function valueOf({ input }: HolderOperation): string {
  return "value" in input ? String(input.value) : "";
}

function revisionOf(operation: HolderOperation): number {
  const output = outputOf(operation);
  return output && "revision" in output ? output.revision : 0;
}

function indexesOf(operations: readonly HolderOperation[]): number[] {
  return [...new Set(operations.map(({ index }) => index))];
}
