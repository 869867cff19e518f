/**
 * Leaves out pieces of what fails, ever smaller ones, as long as the rest still fails (A. Zeller and
 * R. Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE TSE 28, 2002; without its
 * tries of single pieces, since a piece alone seldom fails here). Deterministic.
 *
 * `attempt` is given a rest and returns what of it fails, or undefined; what it rejects for another
 * reason ends the search.
 */
export async function ddmin<T>(
  items: readonly T[],
  attempt: (rest: readonly T[]) => Promise<readonly T[] | undefined>,
): Promise<readonly T[]> {
  let left = items;
  let pieces = 2;
  while (left.length > 1) {
    const rest = await firstAccepted(left, pieces, attempt);
    if (rest) {
      left = rest;
      pieces = Math.max(2, pieces - 1);
    } else if (pieces < left.length) {
      pieces = 2 * pieces;
    } else break;
    pieces = Math.min(pieces, left.length);
  }
  return left;
}

async function firstAccepted<T>(
  items: readonly T[],
  pieces: number,
  attempt: (rest: readonly T[]) => Promise<readonly T[] | undefined>,
): Promise<readonly T[] | undefined> {
  const boundary = (piece: number) => Math.floor((piece * items.length) / pieces);
  for (let piece = 0; piece < pieces; piece++) {
    const rest = [...items.slice(0, boundary(piece)), ...items.slice(boundary(piece + 1))];
    const accepted = await attempt(rest);
    if (accepted) return accepted;
  }
  return undefined;
}
