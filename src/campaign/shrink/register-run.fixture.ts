import type { CheckContext, Verdict } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { linearizable } from "../../checkers/linearizable.js";
import { type RegisterInput, type RegisterOutput, registerModel } from "../../models/register.js";
import { historyOf } from "../../testing/histories.js";
import {
  type Draw,
  drawFrom,
  type RegisterOperation,
  simulatedHistory,
} from "../../testing/register-histories.js";
import type { ShrinkJudge } from "./trial.js";

export type RegisterRun = History<RegisterInput, RegisterOutput>;
type Recorded = Operation<RegisterInput, RegisterOutput>;

export interface RegisterRunShape {
  readonly seed: number;
  readonly operations: number;
  readonly keys: number;
  readonly unknownPercent: number;
  readonly deletes?: boolean;
}

/** A run in which every key was a correct register. */
export function registerRun({
  seed,
  operations,
  keys,
  unknownPercent,
  deletes = false,
}: RegisterRunShape): RegisterRun {
  const draw = drawFrom(seed);
  const all = Array.from({ length: keys }, (_, key) =>
    simulatedHistory(draw, {
      operations: Math.round(operations / keys),
      clients: 3,
      ...{ unknownPercent, deletes },
      key: `r/${key}`,
    }),
  );
  return historyOf(recorded(all.flat()));
}

/** Calls and returns in the order of their times, each by a process that is free. */
function recorded(played: readonly RegisterOperation[]): Recorded[] {
  const moments = played
    .flatMap((operation) => [
      { at: operation.call, operation, isCall: true },
      ...(operation.return === undefined
        ? []
        : [{ at: operation.return, operation, isCall: false }]),
    ])
    .sort((a, b) => a.at - b.at || Number(b.isCall) - Number(a.isCall));
  const open = new Map<RegisterOperation, Recorded>();
  const free: number[] = [];
  let processes = 0;
  for (const [index, { operation, isCall }] of moments.entries()) {
    const before = open.get(operation);
    if (isCall || !before) {
      const process = free.pop() ?? processes++;
      open.set(operation, {
        ...{ index, process, node: `n${(process % 3) + 1}`, phase: "main" },
        ...{ input: operation.input, invokedAtNs: index * 70_000, outcome: { type: "info" } },
      });
      continue;
    }
    const { output } = operation;
    if (output === undefined) throw new RangeError("what returned has an answer");
    open.set(operation, {
      ...before,
      ...{ completedIndex: index, completedAtNs: index * 70_000, outcome: { type: "ok", output } },
    });
    free.push(before.process);
  }
  return [...open.values()];
}

/** One read that was answered is told of `value` instead. */
export function withReadOf(run: RegisterRun, read: Recorded, value: number): RegisterRun {
  const output: RegisterOutput = { value, modRevision: 0, version: 0 };
  const operations = run.operations.map((each) =>
    each === read ? { ...each, outcome: { type: "ok" as const, output } } : each,
  );
  return { ...run, operations };
}

/** The last read of a run is told of a value that had been replaced before it asked. */
export function withStaleRead(run: RegisterRun): RegisterRun {
  for (const read of run.operations.toReversed()) {
    if (read.input.f !== "read" || read.outcome.type !== "ok") continue;
    const before = run.operations.filter(
      ({ input, outcome, completedIndex = Infinity }) =>
        input.f === "write" &&
        input.key === read.input.key &&
        outcome.type === "ok" &&
        completedIndex < read.index,
    );
    for (const { input, completedIndex = Infinity } of before) {
      const isReplaced = before.some(({ index }) => index > completedIndex);
      if (isReplaced && input.f === "write") return withReadOf(run, read, input.value);
    }
  }
  throw new RangeError("the run has no room for a stale read");
}

/** Any read is told of any value. */
export function withAnyRead(run: RegisterRun, draw: Draw): RegisterRun {
  const reads = run.operations.filter(({ input, outcome }) => {
    return input.f === "read" && outcome.type === "ok";
  });
  const read = reads[draw(reads.length)];
  return read ? withReadOf(run, read, 1 + draw(run.operations.length)) : run;
}

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 256 };
const checker = linearizable(registerModel);

export async function judged(history: History): Promise<Verdict> {
  return checker.check(history as RegisterRun, context);
}

export const registerJudge: ShrinkJudge = {
  target: async (history) => (await judged(history)).validity,
  findsAny: async (history) => (await judged(history)).validity === "invalid",
};
