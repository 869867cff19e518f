/** Which keys are in use: so many at a time, each in a slot until it was used often enough. */
export interface KeyRing {
  /** The key that stands in a slot now; after `opsPerKey` of these calls a fresh one does. */
  use(slot: number): string;
  /** All keys that were ever used, and whether they stand in a slot now. */
  all(): { readonly key: string; readonly isCurrent: boolean }[];
}

/** Keys are called "prefix/0", "prefix/1", ... */
export function keyRing(
  prefix: string,
  { slots, opsPerKey }: { readonly slots: number; readonly opsPerKey: number },
): KeyRing {
  const uses = Array.from({ length: slots }, () => 0);
  const keyOf = (slot: number, round: number) => `${prefix}/${slots * round + slot}`;
  return {
    use(slot) {
      const before = uses[slot] ?? 0;
      uses[slot] = before + 1;
      return keyOf(slot, Math.floor(before / opsPerKey));
    },
    all: () =>
      uses.flatMap((count, slot) => {
        const rounds = Math.ceil(count / opsPerKey);
        return Array.from({ length: rounds }, (_, round) => ({
          key: keyOf(slot, round),
          isCurrent: round === rounds - 1,
        }));
      }),
  };
}
