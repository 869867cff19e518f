import type { Names, TellReason } from "./explain.js";
import { rw, wr, ww } from "./graph.js";
import type { KeyRead } from "./key-history.js";
import type { Step } from "./shortest-path.js";
import type { VersionOrder } from "./version-order.js";
import { shownList } from "./words.js";

/** Why one transaction comes before another by what they did to lists: edges are labelled with indexes into `orders`. */
export function listReason(orders: readonly VersionOrder[]): TellReason {
  return (step, names) => {
    const order = orders[step.label];
    if (!order) throw new RangeError(`no key ${step.label} among ${orders.length}`);
    switch (step.kind) {
      case ww:
        return bothAppended(step, names, order);
      case wr:
        return otherRead(step, names, order);
      case rw:
        return readWithout(step, names, order);
      default:
        throw new RangeError(`no reason is known for an edge of kind ${step.kind}`);
    }
  };
}

function bothAppended(
  { from, to }: Step,
  { one, other }: Names,
  { longest, history: { key, appenderOf, appendsBy }, found }: VersionOrder,
): string {
  const writerAt = (i: number) => appenderOf.get(longest[i] ?? "");
  const next = longest.findIndex((_, i) => i > 0 && writerAt(i - 1) === from && writerAt(i) === to);
  if (next > 0) {
    const [before, after] = [longest[next - 1] ?? "", longest[next] ?? ""];
    return `${one} appended ${before} to ${key}, and ${other} appended ${after}, which stands right after it in ${shownAround(longest, next)}`;
  }
  const unread = appendsBy.get(to)?.find((element) => !found.has(element)) ?? "";
  return `${one} appended ${longest.at(-1) ?? ""} to ${key}, and ${other} appended ${unread}, which came later, since the longest list that was read, ${shownList(longest)}, is without it`;
}

function otherRead({ to }: Step, { one, other }: Names, { history }: VersionOrder): string {
  const read = firstRead(history.reads, to);
  const element = read?.elements[(read.found ?? 0) - 1] ?? "";
  return `${one} appended ${element} to ${history.key}, and ${other} read it: ${shownList(read?.elements ?? [])}`;
}

function readWithout({ from, to }: Step, { one, other }: Names, order: VersionOrder): string {
  const { key, reads, appenderOf, appendsBy } = order.history;
  const read = firstRead(reads, from);
  const elements = read?.elements.slice(0, read.found) ?? [];
  const next = order.longest[elements.length];
  const missed =
    next !== undefined && appenderOf.get(next) === to
      ? next
      : appendsBy.get(to)?.find((element) => !order.found.has(element));
  return `${one} read ${key} as ${shownList(elements)}, without ${missed ?? ""}, which ${other} appended`;
}

function firstRead(reads: readonly KeyRead[], by: number): KeyRead | undefined {
  return reads.find((read) => read.by === by && read.found !== undefined);
}

/** The elements about a place, so that it is seen however long the list is. */
function shownAround(elements: readonly string[], at: number): string {
  const [start, end] = [Math.max(0, at - 4), Math.min(elements.length, at + 4)];
  const before = start > 0 ? "... " : "";
  const after = end < elements.length ? " ..." : "";
  return `[${before}${elements.slice(start, end).join(" ")}${after}]`;
}
