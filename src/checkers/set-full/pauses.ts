/** A long check lets other work run now and then. */
export interface Pauses {
  readonly areDue: () => boolean;
  /** Resolves with whether there is time to go on. */
  readonly take: () => Promise<boolean>;
}

/** Acts on one after the other. Resolves with whether there was time for all of them. */
export async function inTurn<T>(
  items: readonly T[],
  pauses: Pauses,
  act: (item: T, place: number) => void,
): Promise<boolean> {
  for (const [place, item] of items.entries()) {
    if (pauses.areDue() && !(await pauses.take())) return false;
    act(item, place);
  }
  return true;
}
