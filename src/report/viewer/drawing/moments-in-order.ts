export interface Extent {
  readonly from: number;
  readonly to: number;
}

/**
 * A place within each extent, such that they follow one another as the extents are listed. There are
 * such places if no extent ends before one listed earlier begins; else the first are kept right.
 */
export function momentsInOrder(extents: readonly Extent[]): readonly number[] {
  const earliest = extents.map(({ from }) => from);
  const latest = extents.map(({ to }) => to);
  for (let i = 1; i < extents.length; i++) {
    earliest[i] = Math.max(earliest[i] ?? 0, earliest[i - 1] ?? 0);
  }
  for (let i = extents.length - 2; i >= 0; i--) {
    latest[i] = Math.min(latest[i] ?? 0, latest[i + 1] ?? 0);
  }
  // Both grow, and so does the share: so do the places, and those of equal extents stand apart.
  return earliest.map((first, i) => {
    const share = (i + 1) / (extents.length + 1);
    return first + share * Math.max(0, (latest[i] ?? first) - first);
  });
}
