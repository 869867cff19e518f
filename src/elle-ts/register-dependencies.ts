import { connectAll, type Source } from "./connect-all.js";
import { type GraphBuilder, rw, wr, ww } from "./graph.js";
import type { RegisterKey, Values } from "./register-history.js";
import { laterThan, type RegisterOrder } from "./register-order.js";
import type { Happened } from "./transaction.js";

export interface Dependencies {
  readonly values: Values;
  readonly order: RegisterOrder;
  readonly exists: (value: number) => boolean;
  readonly happened: Happened;
}

/**
 * The edges that one key's reads and the order of its versions prove. ww: one wrote a version before
 * the other's; wr: the other read what one wrote; rw: one read a version before the other's. Each is
 * labelled with the value that the first of the two wrote or read.
 */
export function addRegisterDependencies(
  graph: GraphBuilder,
  { absent, numberOf, visits }: RegisterKey,
  { values, order, exists, happened }: Dependencies,
): void {
  const readersOf = new Map<number, Source[]>();
  for (const { read, by } of visits) {
    if (read === -1 || !happened(by) || !exists(read)) continue;
    const writer = values.writers[read] ?? -1;
    if (writer !== -1) graph.addEdge(writer, by, wr, read);
    const reader = { node: by, kind: rw };
    const known = readersOf.get(read);
    if (known) known.push(reader);
    else readersOf.set(read, [reader]);
  }
  for (const value of [absent, ...numberOf.values()]) {
    if (!exists(value)) continue;
    const writer = values.writers[value] ?? -1;
    const readers = readersOf.get(value) ?? [];
    const sources = writer === -1 ? readers : [{ node: writer, kind: ww }, ...readers];
    const later = laterThan(order, value).map((edge) => order.graph.targets[edge] ?? 0);
    const targets = new Set(later.map((each) => values.writers[each] ?? -1));
    // Before its absence nothing was written, unless the key is entangled.
    targets.delete(-1);
    connectAll(graph, { sources, targets, label: value });
  }
}
