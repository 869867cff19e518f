import type { Model, Operation } from "../porcupine-ts/model.js";
import { record } from "../porcupine-ts/parts/recorded.js";
import { registerColumns, registerParts } from "../porcupine-ts/parts/register-columns.js";
import type { RegisterPart } from "../porcupine-ts/parts/register-part.js";
import { type Part, splitByPart } from "../porcupine-ts/parts/split.js";

/** The parts of a history of registers, as the engines for registers get them. */
export function registerPartsOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): readonly { readonly part: Part; readonly register: RegisterPart }[] {
  const recorded = record(model, operations);
  const parts = splitByPart(recorded);
  const columns = registerColumns(model, recorded, parts);
  if (!columns) throw new Error("the model must say that it is a register");
  const registerOf = registerParts(columns);
  return parts.map((part, its) => {
    const register = registerOf(part, its);
    if (!register) throw new Error(`part "${part.name}" must be a register's`);
    return { part, register };
  });
}
