import type { KubernetesOperation } from "./kubernetes-operation.js";
import type { RecordedList } from "./client-views.js";

/** What a whole list says of an object. */
export interface Listed {
  /** 0 where the object was left out. */
  readonly modRevision: number;
  readonly revision: number;
  readonly operations: readonly KubernetesOperation[];
}

/** Whole lists by resource and revision. */
export class ListIndex {
  readonly #lists = new Map<string, RecordedList[]>();
  readonly #shown = new Map<RecordedList, ReadonlyMap<string, number>>();

  constructor(lists: readonly RecordedList[]) {
    for (const list of lists) {
      if (!list.isWhole) continue;
      const same = this.#lists.get(list.prefix);
      if (same) same.push(list);
      else this.#lists.set(list.prefix, [list]);
    }
    for (const same of this.#lists.values()) same.sort((a, b) => a.revision - b.revision);
  }

  /** What the first and the last list between two revisions, both included, say of an object. */
  *atTheEdges(
    { prefix, key }: { readonly prefix: string; readonly key: string },
    first: number,
    last: number,
  ): Generator<Listed> {
    const lists = this.#lists.get(prefix) ?? [];
    const from = placeOf(lists, first);
    const to = placeOf(lists, last + 1) - 1;
    for (const place of from < to ? [from, to] : [from]) {
      const list = place <= to ? lists[place] : undefined;
      if (!list) continue;
      yield {
        modRevision: this.#shownBy(list).get(key) ?? 0,
        revision: list.revision,
        operations: list.pages.map(({ operation }) => operation),
      };
    }
  }

  #shownBy(list: RecordedList): ReadonlyMap<string, number> {
    let shown = this.#shown.get(list);
    if (!shown) {
      const kvs = list.pages.flatMap(({ page }) => page.kvs);
      shown = new Map(kvs.map(({ key, modRevision }) => [key, modRevision]));
      this.#shown.set(list, shown);
    }
    return shown;
  }
}

/** The place of the first list of that revision or a later one. */
function placeOf(lists: readonly RecordedList[], revision: number): number {
  let low = 0;
  let high = lists.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lists[middle]?.revision ?? Infinity) >= revision) high = middle;
    else low = middle + 1;
  }
  return low;
}
