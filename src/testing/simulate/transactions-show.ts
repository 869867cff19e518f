import type { AppendInput, AppendOutput, Found } from "../../../workloads/append.js";
import type { Bank, BankOperation } from "../../checkers/bank-operations.js";
import { accountsIn } from "../../checkers/bank-operations.js";
import type { History } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { illegal, type Model } from "../../porcupine-ts/model.js";
import { hasOrder } from "../linearizability-oracle.js";

type AppendOperation = Operation<AppendInput, AppendOutput>;
type Lists = ReadonlyMap<string, readonly (number | string)[]>;

/** More operations than this cannot be tried in all orders. */
const mostTried = 9;

/**
 * Whether no order explains these transactions, looking only at the elements that they appended
 * themselves; beside them stands, of each key, the read that found most.
 */
export function appendsShow(history: History, named: readonly Operation[]): boolean | undefined {
  const own = named as readonly AppendOperation[];
  const witnesses = longestReads(history.operations as readonly AppendOperation[], own);
  const all = [...new Set([...own, ...witnesses])].filter(({ outcome }) => outcome.type !== "fail");
  if (all.length > mostTried) return undefined;
  const appended = new Set(own.flatMap(({ input }) => input.operations.flatMap(valueOf)));
  const recorded = all.map(({ index, completedIndex, input, outcome }) => ({
    input,
    call: index,
    ...(outcome.type === "ok" &&
      completedIndex !== undefined && { output: outcome.output, return: completedIndex }),
  }));
  return !hasOrder(listModel(appended), recorded) || foundStranger(history, own) || undefined;
}

function valueOf(one: AppendInput["operations"][number]): number[] {
  return one.f === "append" ? [one.value] : [];
}

function longestReads(
  operations: readonly AppendOperation[],
  named: readonly AppendOperation[],
): AppendOperation[] {
  const keys = new Set(named.flatMap(({ input }) => input.operations.map(({ key }) => key)));
  const longest = new Map<string, { readonly length: number; readonly by: AppendOperation }>();
  for (const by of operations) {
    for (const { key, elements } of readsOf(by)) {
      if (!keys.has(key) || elements.length <= (longest.get(key)?.length ?? 0)) continue;
      longest.set(key, { length: elements.length, by });
    }
  }
  return [...longest.values()].map((read) => read.by);
}

function readsOf({ input, outcome }: AppendOperation): (Found & { readonly key: string })[] {
  if (outcome.type !== "ok") return [];
  const { applied, lists } = outcome.output;
  const keys = input.operations.filter(({ f }) => !applied || f === "r").map(({ key }) => key);
  return (applied ? keys : [...new Set(keys)]).flatMap((key, i) => {
    const found = lists[i];
    return found ? [{ key, ...found }] : [];
  });
}

/** Something that nobody appended, or that only those did who failed or were refused. */
function foundStranger({ operations }: History, named: readonly AppendOperation[]): boolean {
  const possible = new Set(
    (operations as readonly AppendOperation[])
      .filter(({ outcome }) => outcome.type === "info" || isApplied(outcome))
      .flatMap(({ input }) => input.operations.flatMap(valueOf)),
  );
  return named.some((one) =>
    readsOf(one).some(({ elements }) => elements.some((each) => !possible.has(Number(each)))),
  );
}

function isApplied(outcome: AppendOperation["outcome"]): boolean {
  return outcome.type === "ok" && outcome.output.applied;
}

function listModel(appended: ReadonlySet<number>): Model<Lists, AppendInput, AppendOutput> {
  const own = (elements: readonly (number | string)[] = []) =>
    elements.filter((each) => appended.has(Number(each)));
  const finds = (lists: Lists, key: string, found: Found | undefined) =>
    !found || own(lists.get(key)).join() === own(found.elements).join();
  return {
    init: () => new Map(),
    step(state, input, output) {
      if (output && !output.applied) {
        const keys = [...new Set(input.operations.map(({ key }) => key))];
        return keys.every((key, i) => finds(state, key, output.lists[i])) ? state : illegal;
      }
      const lists = new Map(state);
      let reads = 0;
      for (const one of input.operations) {
        if (one.f === "append") lists.set(one.key, [...(lists.get(one.key) ?? []), one.value]);
        else if (!finds(lists, one.key, output?.lists[reads++])) return illegal;
      }
      return lists;
    },
  };
}

/**
 * Sums anew, compares what two transfers expected, and goes back from what was known to what a stale
 * read found; of other kinds it cannot tell.
 */
export function bankShows(
  history: History,
  named: readonly Operation[],
  { message, bank }: { readonly message: string; readonly bank: Bank },
): boolean | undefined {
  const own = named as readonly BankOperation[];
  if (message.includes("(wrong-total:")) {
    const last = own.at(-1);
    const balances = last ? accountsIn(last) : undefined;
    const total = balances?.reduce((sum, each) => sum + ("text" in each ? NaN : each.balance), 0);
    return total !== bank.accounts.length * bank.opening;
  }
  if (message.includes("(lost-update:")) {
    const [one, other] = own.map(({ input }) => input);
    if (one?.f !== "transfer" || other?.f !== "transfer") return one?.f === other?.f;
    const upon = [one, other].map(
      ({ from, to, expected }) =>
        new Map([
          [from, expected.from.by],
          [to, expected.to.by],
        ]),
    );
    return [...(upon[0] ?? [])].some(([account, by]) => upon[1]?.get(account) === by);
  }
  const [, account] = / of (\S+), although .*\(stale:/.exec(message) ?? [];
  const [earlier, later] = own;
  if (account === undefined || !earlier || !later) return undefined;
  const isBefore = (earlier.completedIndex ?? Infinity) < later.index;
  return isBefore && leadsBack(history, { account, from: earlier, to: later });
}

/** Who wrote what an account held right after an operation; undefined where it was not opened. */
function writerAfter(operation: BankOperation, account: string): number | undefined {
  const { input } = operation;
  const found = accountsIn(operation);
  if (!found) return input.f === "read" ? undefined : input.id;
  const held = found.find(({ key }) => key === account);
  return held && "by" in held ? held.by : undefined;
}

interface Way {
  readonly account: string;
  readonly from: BankOperation;
  readonly to: BankOperation;
}

/** Whether what one found was replaced by what the other did, step by step. */
function leadsBack({ operations }: History, { account, from, to }: Way): boolean {
  const inputs = new Map(
    (operations as readonly BankOperation[]).flatMap(({ input }) =>
      input.f === "read" ? [] : [[input.id, input] as const],
    ),
  );
  const wanted = writerAfter(to, account);
  let at = writerAfter(from, account);
  while (at !== undefined) {
    const input = inputs.get(at);
    if (input?.f !== "transfer") return wanted === undefined;
    at = input.from === account ? input.expected.from.by : input.expected.to.by;
    if (at === wanted) return true;
  }
  return false;
}
