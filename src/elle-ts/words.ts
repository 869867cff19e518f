/** Longer lists are shown by their ends. */
const mostShown = 12;
const shownAtEachEnd = 5;

/** "[1 2 3]". */
export function shownList(elements: readonly string[]): string {
  if (elements.length <= mostShown) return `[${elements.join(" ")}]`;
  const first = elements.slice(0, shownAtEachEnd).join(" ");
  const last = elements.slice(-shownAtEachEnd).join(" ");
  const others = elements.length - 2 * shownAtEachEnd;
  return `[${first} (${others} others) ${last}]`;
}
