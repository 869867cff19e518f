import type { Model, Operation } from "../../porcupine-ts/model.js";
import type { Draw } from "../register-histories.js";

/** A model and what is needed to make histories for it. */
export interface Subject<State, Input, Output> {
  readonly name: string;
  readonly model: Model<State, Input, Output>;
  input(draw: Draw, domain: Domain): Input;
  /** An answer out of thin air. */
  output(draw: Draw, domain: Domain, input: Input): Output;
  /** What a right system answers in this state; undefined where it would not answer. */
  answer(state: State, input: Input, draw: Draw): Output | undefined;
}

/** What a history is about. Few of everything: operations shall have to do with each other. */
export interface Domain {
  key(): string;
  /** To be written. In some histories no value is written twice. */
  value(): number;
  /** That may have been written. */
  known(): number;
}

export function randomDomain(draw: Draw, most: number): Domain {
  const keys = draw(4) === 0 ? 2 : 1;
  const isUnique = draw(3) === 0;
  const values = 1 + draw(most);
  let written = 0;
  return {
    key: () => (draw(keys) === 0 ? "x" : "y"),
    value: () => (isUnique ? ++written : 1 + draw(values)),
    known: () => 1 + draw(isUnique ? Math.max(1, written) : values),
  };
}

/** The same without anything that a model may leave out. */
export function withoutHints<State, Input, Output>(
  subject: Subject<State, Input, Output>,
): Subject<State, Input, Output> {
  const { model } = subject;
  const bare: Model<State, Input, Output> = {
    init: () => model.init(),
    step: (state, input, output) => model.step(state, input, output),
    partition: (input) => model.partition?.(input) ?? "",
  };
  return { ...subject, name: `${subject.name}, no hints`, model: bare };
}

export type HistoryOf<Input, Output> = readonly Operation<Input, Output>[];
