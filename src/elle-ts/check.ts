import { componentsOf, tanglesOf } from "./components.js";
import { gravestCycles } from "./cycles.js";
import { addDependencies } from "./dependencies.js";
import { directAnomalies, isTrustworthy } from "./direct-anomalies.js";
import { tellCycle } from "./explain.js";
import { type Graph, graphBuilder, realTime, rw, sameProcess, subgraph, wr, ww } from "./graph.js";
import { internalAnomaly } from "./internal.js";
import { gatherKeys, type KeyHistories } from "./key-history.js";
import type { CheckResult } from "./result.js";
import { type AnomalyTally, tallyAnomalies } from "./tally-anomalies.js";
import { addProcessOrder, addRealTime } from "./time-order.js";
import type { Transaction } from "./transaction.js";
import { type VersionOrder, versionOrders, whoHappened } from "./version-order.js";

export interface CheckOptions {
  /** How many anomalies of each type are told; the others are counted. Default: 5. */
  readonly mostOfEachType?: number;
  /** Asked again and again between two steps of the check, which ends where the answer is false. */
  readonly mayGoOn?: () => boolean | Promise<boolean>;
}

/**
 * Whether transactions that append to lists and read them are strictly serializable: whether they
 * can be put into an order, in agreement with real time, in which each reads what those before it
 * left. All lists are empty at first. Where no element is appended to a key twice the answer is
 * exact, since whoever reads a whole list reads the order of all appends that anybody saw.
 *
 * After K. Kingsbury and P. Alvaro, "Elle: Inferring Isolation Anomalies from Experimental
 * Observations", VLDB 2020: its inference for list-append and its names.
 */
export async function check(
  transactions: readonly Transaction[],
  { mostOfEachType = 5, mayGoOn = () => true }: CheckOptions = {},
): Promise<CheckResult> {
  const tally = tallyAnomalies(mostOfEachType);
  const builder = gatherKeys();
  const progress: Progress = { edges: 0, tangles: 0, tanglesLeftOut: 0 };
  const goOn = async () => {
    if (!(await mayGoOn())) throw new Stopped();
  };
  let stopped = false;
  try {
    for (const [index, transaction] of transactions.entries()) {
      if (index % atATime === 0) await goOn();
      builder.add(transaction, index);
    }
    await judge({ transactions, keys: builder.keys, tally, progress, goOn });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    stopped = true;
  }
  const repeated = repeatedIn(builder.keys);
  const isOpen = stopped || repeated.length > 0;
  return {
    validity: tally.total > 0 ? "invalid" : isOpen ? "unknown" : "valid",
    anomalies: tally.told(),
    counts: tally.counts(),
    repeated,
    stopped,
    statistics: { transactions: transactions.length, keys: builder.keys.size, ...progress },
  };
}

/** Transactions or keys between two questions whether to go on. */
const atATime = 500;

/** Tangles that are looked into, the smallest first. */
const mostTangles = 100;

class Stopped extends Error {}

interface Progress {
  edges: number;
  tangles: number;
  tanglesLeftOut: number;
}

interface Judging {
  readonly transactions: readonly Transaction[];
  readonly keys: KeyHistories;
  readonly tally: AnomalyTally;
  readonly progress: Progress;
  /** Rejects where the check is to end. */
  readonly goOn: () => Promise<void>;
}

async function judge(judging: Judging): Promise<void> {
  const { transactions, keys, tally, goOn } = judging;
  const orders = versionOrders(keys);
  const happened = whoHappened(transactions, orders);
  for (const [index, transaction] of transactions.entries()) {
    if (index % atATime === 0) await goOn();
    const anomaly = internalAnomaly(transaction, index, keys);
    if (anomaly) tally.add(anomaly);
  }
  const graph = graphBuilder(transactions.length);
  for (const [key, order] of orders.entries()) {
    if (key % atATime === 0) await goOn();
    const anomalies = directAnomalies(order, { transactions, happened });
    for (const anomaly of anomalies) tally.add(anomaly);
    if (isTrustworthy(anomalies)) addDependencies(graph, order, { key, happened });
  }
  addProcessOrder(graph, transactions, happened);
  addRealTime(graph, transactions, happened);
  await goOn();
  await findCycles(judging, graph.build(), orders);
}

/** Whatever lies on a cycle lies in one tangle, and tangles are looked into each by itself. */
async function findCycles(
  { transactions, tally, progress, goOn }: Judging,
  graph: Graph,
  orders: readonly VersionOrder[],
): Promise<void> {
  const all = ww | wr | rw | sameProcess | realTime;
  const tangles = tanglesOf(componentsOf(graph, all)).sort((a, b) => a.length - b.length);
  progress.edges = graph.edges;
  progress.tangles = tangles.length;
  progress.tanglesLeftOut = tangles.length;
  const numbers = new Int32Array(graph.nodes).fill(-1);
  for (const tangle of tangles.slice(0, mostTangles)) {
    const part = subgraph(graph, tangle, numbers);
    const inWhole = (node: number) => part.original[node] ?? 0;
    for (const cycle of gravestCycles(part.graph)) {
      const steps = cycle.map((step) => ({
        ...step,
        from: inWhole(step.from),
        to: inWhole(step.to),
      }));
      tally.add(tellCycle(steps, { transactions, orders }));
    }
    progress.tanglesLeftOut -= 1;
    await goOn();
  }
}

function repeatedIn(keys: KeyHistories): { key: string; element: string }[] {
  return [...keys.values()].flatMap(({ key, repeated }) =>
    repeated === undefined ? [] : [{ key, element: repeated }],
  );
}
