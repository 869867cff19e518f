import { findCyclicVersions } from "./cyclic-versions.js";
import { findCycles } from "./find-cycles.js";
import { graphBuilder } from "./graph.js";
import { atATime, type CheckOptions, judge, type Judging, repeatedIn } from "./judging.js";
import { registerAnomalies } from "./register-anomalies.js";
import { addRegisterDependencies } from "./register-dependencies.js";
import { gatherRegisters, type RegisterHistory } from "./register-history.js";
import { registerInternalAnomaly } from "./register-internal.js";
import { existence, type InferenceOptions, isTotal, registerOrder } from "./register-order.js";
import { keyNames, registerReason } from "./register-reason.js";
import type { RegisterTransaction } from "./register-transaction.js";
import type { CheckResult } from "./result.js";
import { addProcessOrder, addRealTime } from "./time-order.js";
import type { Happened } from "./transaction.js";
import { shareVersions } from "./transaction-versions.js";

export interface RegisterCheckOptions extends CheckOptions, InferenceOptions {}

export interface RegisterCheckResult extends CheckResult {
  /**
   * Keys of which not all versions could be put into one order, so that "valid" means no more than
   * that nothing was found. Where there are none and nothing was left out, the answer is exact.
   */
  readonly partlyOrdered: number;
}

/**
 * Whether transactions that write registers and read them are strictly serializable. All keys are
 * absent at first. What is found is certain; whether all is found hangs on how much of the order of
 * each key's versions is known: see `InferenceOptions` and the versions of operations.
 *
 * After K. Kingsbury and P. Alvaro, "Elle: Inferring Isolation Anomalies from Experimental
 * Observations", VLDB 2020: its inference for rw-register and its names. Versions are our own.
 */
export async function checkRegisters(
  transactions: readonly RegisterTransaction[],
  options: RegisterCheckOptions = {},
): Promise<RegisterCheckResult> {
  const { add, ...history } = gatherRegisters();
  const { keys } = history;
  let partlyOrdered = 0;
  const subject = {
    transactions: transactions.length,
    keys: () => ({ size: keys.size, repeated: repeatedIn(keys.values()) }),
  };
  const result = await judge(options, subject, async (judging) => {
    for (const [index, transaction] of transactions.entries()) {
      if (index % atATime === 0) await judging.goOn();
      add(transaction, index);
      const anomaly = registerInternalAnomaly(transaction, index);
      if (anomaly) judging.tally.add(anomaly);
    }
    partlyOrdered = await judgeRegisters({ transactions, history, options }, judging);
  });
  return { ...result, partlyOrdered };
}

interface Registers {
  readonly transactions: readonly RegisterTransaction[];
  readonly history: RegisterHistory;
  readonly options: InferenceOptions;
}

/** How many keys were put into order only in part. */
async function judgeRegisters(
  { transactions, history, options }: Registers,
  judging: Judging,
): Promise<number> {
  const { values, keys } = history;
  if (options.transactionVersions === true) {
    for (const anomaly of shareVersions(history, transactions.length)) judging.tally.add(anomaly);
  }
  const happened = whoHappened(transactions, history);
  let asked = 0;
  const goOn = async () => {
    asked += 1;
    if (asked % atATime === 0) await judging.goOn();
  };
  const order = await registerOrder({ history, transactions, happened, options, goOn });
  const exists = existence(history, happened);
  const { sameVersion } = order;
  const graph = graphBuilder(transactions.length);
  let partlyOrdered = 0;
  for (const register of keys.values()) {
    await goOn();
    if (register.repeated !== undefined) continue;
    for (const anomaly of registerAnomalies(register, { transactions, values, sameVersion })) {
      judging.tally.add(anomaly);
    }
    addRegisterDependencies(graph, register, { values, order, exists, happened });
    if (!isTotal(order, [...register.numberOf.values()].filter(exists))) partlyOrdered += 1;
  }
  const known = { values, order, keyOf: keyNames(keys.values()) };
  await findCyclicVersions(known, judging);
  addProcessOrder(graph, transactions, happened);
  addRealTime(graph, transactions, happened);
  await judging.goOn();
  await findCycles(graph.build(), { transactions, reasonFor: registerReason(known) }, judging);
  return partlyOrdered;
}

/** Those that ended ok, and those of unknown outcome of which some transaction read a value. */
function whoHappened(
  transactions: readonly RegisterTransaction[],
  { values, keys }: RegisterHistory,
): Happened {
  const happened = transactions.map(({ outcome }) => outcome === "ok");
  for (const { visits, repeated } of keys.values()) {
    if (repeated !== undefined) continue;
    for (const { read } of visits) {
      const writer = values.writers[read] ?? -1;
      if (transactions[writer]?.outcome === "info") happened[writer] = true;
    }
  }
  return (transaction) => happened[transaction] === true;
}
