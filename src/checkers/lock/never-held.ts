import type { Finding } from "../../core/checker.js";
import { capital, momentOf, who } from "../words.js";
import { type CertainHold, type Claims, isHeldAt } from "./certain-holds.js";
import { type HolderOperation, type HolderWords, outputOf } from "./holder-operation.js";
import { endOf } from "./resource-ledger.js";

/** Somebody was told that it holds what it can at no moment of its call have held. */
export interface NeverHeld {
  readonly type: "never-held";
  readonly at: number;
  readonly name: string;
  /** The answered lock or campaign. */
  readonly won: HolderOperation;
  /** The revocation that was answered before: from then on its key was gone. */
  readonly revoked: HolderOperation;
  /** Who held it until then; undefined where the lease was over before the call. */
  readonly other: CertainHold | undefined;
}

/**
 * A call has to hold at some moment between its invocation and its answer. Up to the end of its lease
 * it did not where another one held all that time for certain; from then on its key is gone.
 */
export function neverHeld({ won, revocations, holds }: Claims): NeverHeld[] {
  return won.flatMap((claim) => {
    const { input, index } = claim;
    const output = outputOf(claim);
    if (output?.type !== "held" || !("name" in input)) return [];
    const revoked = revocations.get(output.holder.lease);
    if (!revoked || endOf(revoked) > endOf(claim)) return [];
    const isOverBefore = endOf(revoked) < index;
    const other = isOverBefore ? undefined : holderAllAlong(claim, revoked, holds.get(input.name));
    if (!isOverBefore && !other) return [];
    return [{ type: "never-held", at: endOf(claim), name: input.name, won: claim, revoked, other }];
  });
}

/** From the call of the one until the revocation of its lease was answered. */
function holderAllAlong(
  claim: HolderOperation,
  revoked: HolderOperation,
  holds: readonly CertainHold[] = [],
): CertainHold | undefined {
  return holds.find(
    (hold) =>
      hold.won !== claim &&
      hold.fromIndex < claim.index &&
      isHeldAt(hold, endOf(revoked), revoked.completedAtNs ?? Infinity),
  );
}

export function tellNeverHeld(
  { name, won, revoked, other }: NeverHeld,
  { noun, held, key }: HolderWords,
  certainty: (hold: CertainHold) => string,
): Finding {
  const when = other ? `while ${who(other.won)} still ${held} it` : "before it asked for it";
  const operations = [other?.lease, other?.won, won, revoked];
  return {
    message: `${noun} ${name}: ${who(won)} was told that it ${held} it, although its lease was over ${when}`,
    operations: [...new Set(operations.flatMap((operation) => operation?.index ?? []))],
    explanation: [
      ...(other ? [certainty(other)] : []),
      `${capital(who(revoked))} was told by ${momentOf(revoked.completedAtNs ?? 0)} that the lease of ${who(won)} was over: its ${key} was gone from then on.`,
      `${capital(who(won))} asked at ${momentOf(won.invokedAtNs)} and was told by ${momentOf(won.completedAtNs ?? 0)} that it ${held} it: there was no moment in between at which it did.`,
    ],
  };
}
