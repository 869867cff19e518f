import type { KeyLook, RevisionAccounts, Told } from "../src/checkers/revision-order/account.js";
import {
  type AppendInput,
  type AppendOutput,
  type Found,
  keysOf,
  listAfter,
} from "./append-operations.js";

/** The operations of `append` as its second judge wants them: a list is the text of its elements. */
export const appendAccounts: RevisionAccounts<AppendInput, AppendOutput> = {
  deletes: false,

  asked: (input) =>
    input.expected.map(({ key }) => ({ key, value: JSON.stringify(listAfter(input, key)) })),

  told(input, output): Told {
    const { lists } = output;
    if (!output.applied) {
      return { wrote: false, looks: looksAt(keysOf(input), lists, () => false) };
    }
    const read = input.operations.flatMap(({ f, key }, place) =>
      f === "r" ? [{ key, place }] : [],
    );
    const appendedAt = new Map(
      input.operations.flatMap(({ f, key }, place) => (f === "append" ? [[key, place]] : [])),
    );
    const keys = read.map(({ key }) => key);
    // A read sees what stands before it in its own transaction.
    const isBefore = (i: number) => (read[i]?.place ?? 0) < (appendedAt.get(keys[i] ?? "") ?? -1);
    const guards = input.expected.map((guard) => ({ ...lookAt(guard.key, guard), ...before }));
    return {
      wrote: input.expected.length > 0,
      looks: [...guards, ...looksAt(keys, lists, isBefore)],
    };
  },
};

const before = { isBefore: true } as const;

function looksAt(
  keys: readonly string[],
  lists: readonly Found[],
  isBefore: (place: number) => boolean,
): KeyLook[] {
  return keys.flatMap((key, i) => {
    const found = lists[i];
    return found ? [{ ...lookAt(key, found), ...(isBefore(i) && before) }] : [];
  });
}

function lookAt(key: string, { elements, modRevision }: Found): KeyLook {
  const isAbsent = modRevision === 0 && elements.length === 0;
  return { key, value: isAbsent ? null : JSON.stringify(elements), modRevision };
}
