import { addDependencies } from "./dependencies.js";
import { directAnomalies, isTrustworthy } from "./direct-anomalies.js";
import { findCycles } from "./find-cycles.js";
import { graphBuilder } from "./graph.js";
import { internalAnomaly } from "./internal.js";
import { atATime, type CheckOptions, judge, type Judging, repeatedIn } from "./judging.js";
import { gatherKeys, type KeyHistories } from "./key-history.js";
import { listReason } from "./list-reason.js";
import type { CheckResult } from "./result.js";
import { addProcessOrder, addRealTime } from "./time-order.js";
import type { Transaction } from "./transaction.js";
import { versionOrders, whoHappened } from "./version-order.js";

export type { CheckOptions } from "./judging.js";

/**
 * Whether transactions that append to lists and read them are strictly serializable: whether they
 * can be put into an order, in agreement with real time, in which each reads what those before it
 * left. All lists are empty at first. Where no element is appended to a key twice the answer is
 * exact, since whoever reads a whole list reads the order of all appends that anybody saw.
 *
 * After K. Kingsbury and P. Alvaro, "Elle: Inferring Isolation Anomalies from Experimental
 * Observations", VLDB 2020: its inference for list-append and its names.
 */
export function check(
  transactions: readonly Transaction[],
  options: CheckOptions = {},
): Promise<CheckResult> {
  const { keys, add } = gatherKeys();
  const subject = {
    transactions: transactions.length,
    keys: () => ({ size: keys.size, repeated: repeatedIn(keys.values()) }),
  };
  return judge(options, subject, async (judging) => {
    for (const [index, transaction] of transactions.entries()) {
      if (index % atATime === 0) await judging.goOn();
      add(transaction, index);
    }
    await judgeKeys(transactions, keys, judging);
  });
}

async function judgeKeys(
  transactions: readonly Transaction[],
  keys: KeyHistories,
  judging: Judging,
): Promise<void> {
  const { tally, goOn } = judging;
  const orders = versionOrders(keys);
  const happened = whoHappened(transactions, orders);
  for (const [index, transaction] of transactions.entries()) {
    if (index % atATime === 0) await goOn();
    const anomaly = internalAnomaly(transaction, index, keys);
    if (anomaly) tally.add(anomaly);
  }
  const graph = graphBuilder(transactions.length);
  for (const [label, order] of orders.entries()) {
    if (label % atATime === 0) await goOn();
    const anomalies = directAnomalies(order, { transactions, happened });
    for (const anomaly of anomalies) tally.add(anomaly);
    if (isTrustworthy(anomalies)) addDependencies(graph, order, { label, happened });
  }
  addProcessOrder(graph, transactions, happened);
  addRealTime(graph, transactions, happened);
  await goOn();
  await findCycles(graph.build(), { transactions, reasonFor: listReason(orders) }, judging);
}
