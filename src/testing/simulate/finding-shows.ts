import { contradictEachOther } from "../../checkers/set-full/set-oracle.fixture.js";
import type { SetOperation } from "../../checkers/set-full/set-operation.js";
import type { Finding } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { type RegisterInput, type RegisterOutput, registerModel } from "../../models/register.js";
import { hasOrder } from "../linearizability-oracle.js";
import { kubernetesShows } from "./shows/kubernetes.js";
import { kvShows } from "./shows/kv.js";
import { leaseShows } from "./shows/lease.js";
import { lockShows } from "./shows/lock.js";
import { memberShows } from "./shows/members.js";
import { registerShows } from "./shows/register.js";
import type { Shows } from "./shows/shows.js";
import { watchShows } from "./shows/watch.js";
import { wrShows } from "./shows/wr.js";
import { appendsShow, bankShows } from "./transactions-show.js";

/** As the workload has it. */
const bankRules = { accounts: Array.from({ length: 8 }, (_, i) => `bank/${i}`), opening: 10 };

/** More operations than this cannot be tried in all orders. */
const mostTried = 9;

const shows: Readonly<Record<string, Shows>> = {
  linearizable: (_, named) => (named.length > mostTried ? undefined : haveNoOrder(named)),
  "monotonic-revision": (_, named) => runBackwards(named),
  "list-append": (history, named) => appendsShow(history, named),
  bank: (history, named, { message }) => bankShows(history, named, { message, bank: bankRules }),
  "bank-revisions": () => undefined,
  "set-full": (history, _, { operations }) =>
    contradictEachOther(history.operations as readonly SetOperation[], operations),
  ...registerShows,
  ...wrShows,
  ...kvShows,
  ...watchShows,
  ...leaseShows,
  ...lockShows,
  ...kubernetesShows,
  ...memberShows,
};

/** As the checker's entry in the table says it. */
export function findingShows(
  history: History,
  checker: string,
  finding: Finding,
): boolean | undefined {
  const look = shows[checker];
  if (!look) throw new Error(`nobody has said how a finding of ${checker} is looked at`);
  return look(
    history,
    finding.operations.map((index) => operationAt(history, index)),
    finding,
  );
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
