import type { KeyLook, RevisionAccounts, Told } from "../src/checkers/revision-order/account.js";
import type { WrInput, WrOutput } from "./wr-operations.js";

/** The operations of `wr` as its second judge wants them. */
export const wrAccounts: RevisionAccounts<WrInput, WrOutput> = {
  deletes: false,

  asked: ({ operations }) =>
    operations.flatMap((one) => (one.f === "w" ? [{ key: one.key, value: one.value }] : [])),

  told({ operations }, { found }): Told {
    const writtenAt = new Map(
      operations.flatMap(({ f, key }, place) => (f === "w" ? [[key, place]] : [])),
    );
    const reads = operations.flatMap(({ f, key }, place) => (f === "r" ? [{ key, place }] : []));
    const looks = reads.flatMap(({ key, place }, i): KeyLook[] => {
      const held = found[i];
      // A read sees what stands before it in its own transaction.
      const isBefore = place < (writtenAt.get(key) ?? -1);
      return held ? [{ key, ...held, ...(isBefore && { isBefore: true }) }] : [];
    });
    return { wrote: writtenAt.size > 0, looks };
  },
};
