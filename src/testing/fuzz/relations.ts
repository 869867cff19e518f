import { at } from "../../porcupine-ts/at.js";
import type { Model, Operation } from "../../porcupine-ts/model.js";
import type { Draw } from "../register-histories.js";
import type { HistoryOf } from "./subject.js";

/** A change of a history of which it is known what it can do to the verdict. */
export interface Relation {
  readonly name: string;
  /** "same": nothing. "not worse": never invalid from valid. "not better": never valid from invalid. */
  readonly effect: "same" | "not worse" | "not better";
  change<State, Input, Output>(
    history: HistoryOf<Input, Output>,
    draw: Draw,
    model: Model<State, Input, Output>,
  ): HistoryOf<Input, Output>;
}

export const relations: readonly Relation[] = [
  {
    name: "opening an interval",
    effect: "not worse",
    change: (history, draw) =>
      withOneChanged(history, draw, (operation) => {
        const call = operation.call - draw(10);
        return operation.return === undefined
          ? { ...operation, call }
          : { ...operation, call, return: operation.return + draw(10) };
      }),
  },
  {
    name: "closing an interval",
    effect: "not better",
    change: (history, draw) =>
      withOneChanged(history, draw, (operation) => {
        if (operation.return === undefined) return operation;
        const length = operation.return - operation.call;
        const call = operation.call + draw(length + 1);
        return { ...operation, call, return: call + draw(operation.return - call + 1) };
      }),
  },
  {
    name: "forgetting an answer",
    effect: "not worse",
    change: (history, draw) =>
      withOneChanged(history, draw, ({ input, call }) => ({ input, call })),
  },
  {
    name: "leaving out what only looked",
    effect: "not worse",
    change(history, draw, model) {
      const looked = history.filter(({ input, output }) => model.readOnly?.(input, output));
      const gone = looked[draw(looked.length)];
      return history.filter((operation) => operation !== gone);
    },
  },
  {
    name: "one more that never returned",
    effect: "not worse",
    change(history, draw) {
      const like = history[draw(history.length)];
      return like ? [...history, { input: like.input, call: like.call + draw(10) }] : history;
    },
  },
  {
    name: "looking at its beginning alone",
    effect: "not worse",
    change(history, draw) {
      const last = history[draw(history.length)];
      if (!last) return history;
      const end = last.call;
      return history
        .filter(({ call }) => call <= end)
        .map((operation) => {
          const isOver = operation.return !== undefined && operation.return <= end;
          return isOver ? operation : { input: operation.input, call: operation.call };
        });
    },
  },
  {
    name: "another order of the list",
    effect: "same",
    change(history, draw) {
      const places = history.map((_, index) => ({ index, place: draw(1_000_000) }));
      return places.sort((a, b) => a.place - b.place).map(({ index }) => at(history, index));
    },
  },
  {
    name: "shifting and stretching time",
    effect: "same",
    change: (history) => history.map((operation) => moved(operation, (time) => 3 * time - 1_000)),
  },
  {
    name: "the same again on another clock",
    effect: "same",
    change: (history) => history.map((operation) => moved(operation, (time) => time / 1_024 + 1e6)),
  },
];

/** The verdicts of a history before and after a change, where they must not be so. */
export function isBroken(
  { effect }: Relation,
  before: "valid" | "invalid" | "unknown",
  after: "valid" | "invalid" | "unknown",
): boolean {
  if (before === "unknown" || after === "unknown" || before === after) return false;
  switch (effect) {
    case "same":
      return true;
    case "not worse":
      return after === "invalid";
    case "not better":
      return after === "valid";
  }
}

function withOneChanged<Input, Output>(
  history: HistoryOf<Input, Output>,
  draw: Draw,
  change: (operation: Operation<Input, Output>) => Operation<Input, Output>,
): HistoryOf<Input, Output> {
  const chosen = draw(history.length);
  return history.map((operation, index) => (index === chosen ? change(operation) : operation));
}

function moved<Input, Output>(
  operation: Operation<Input, Output>,
  move: (time: number) => number,
): Operation<Input, Output> {
  const call = move(operation.call);
  if (operation.return === undefined) return { ...operation, call };
  return { ...operation, call, return: move(operation.return) };
}
