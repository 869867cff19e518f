import { contradictEachOther } from "../../checkers/set-full/set-oracle.fixture.js";
import type { SetOperation } from "../../checkers/set-full/set-operation.js";
import type { Finding } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { type RegisterInput, type RegisterOutput, registerModel } from "../../models/register.js";
import { hasOrder } from "../linearizability-oracle.js";
import { appendsShow, bankShows } from "./transactions-show.js";

/** As the workload has it. */
const bankRules = { accounts: Array.from({ length: 8 }, (_, i) => `bank/${i}`), opening: 10 };

/** More operations than this cannot be tried in all orders. */
const mostTried = 9;

/**
 * Whether the operations that a finding names really show what it says, by other means than its
 * checker's: undefined where that is more than can be tried.
 */
export function findingShows(
  history: History,
  checker: string,
  { operations, message }: Finding,
): boolean | undefined {
  const named = operations.map((index) => operationAt(history, index));
  switch (checker) {
    case "linearizable":
      return named.length > mostTried ? undefined : haveNoOrder(named);
    case "monotonic-revision":
      return runBackwards(named);
    case "list-append":
      return appendsShow(history, named);
    case "bank":
      return bankShows(history, named, { message, bank: bankRules });
    case "bank-revisions":
      return undefined;
    case "set-full":
      return contradictEachOther(history.operations as readonly SetOperation[], operations);
    default:
      throw new Error(`nobody has said how a finding of ${checker} is looked at`);
  }
}

function haveNoOrder(named: readonly Operation[]): boolean {
  const recorded = named
    .filter(({ outcome }) => outcome.type !== "fail")
    .map(({ index, completedIndex, input, outcome }) => ({
      input: input as RegisterInput,
      call: index,
      ...(outcome.type === "ok" &&
        completedIndex !== undefined && {
          output: outcome.output as RegisterOutput,
          return: completedIndex,
        }),
    }));
  return recorded.length > 0 && !hasOrder(registerModel, recorded);
}

/** The first was answered before the second was asked, with a higher revision. */
function runBackwards([earlier, later]: readonly Operation[]): boolean {
  if (earlier?.outcome.type !== "ok" || later?.outcome.type !== "ok") return false;
  const isBefore = (earlier.completedIndex ?? Infinity) < later.index;
  const before = earlier.outcome.header?.revision ?? 0;
  const after = later.outcome.header?.revision ?? Infinity;
  return isBefore && before > after;
}

function operationAt(history: History, index: number): Operation {
  const found = history.operations.find((operation) => operation.index === index);
  if (!found) throw new Error(`a finding names the operation ${index}, which the history has not`);
  return found;
}
