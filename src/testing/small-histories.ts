import type { CasRegisterInput, CasRegisterOutput } from "../models/cas-register.js";
import type { MutexInput } from "../models/mutex.js";
import type { Operation } from "../porcupine-ts/model.js";
import { type Draw, randomHistory, type RegisterOperation } from "./register-histories.js";

export type CasOperation = Operation<CasRegisterInput, CasRegisterOutput>;

/** Random answers as in `randomHistory`, of registers whose refusals do not say what was there. */
export function randomCasHistory(draw: Draw, most: number): CasOperation[] {
  return randomHistory(draw, most).map(asCasOperation);
}

/** The same operation on a register whose refusals do not say what was there. */
export function asCasOperation(operation: RegisterOperation): CasOperation {
  return { ...operation, input: casInput(operation), output: casOutput(operation) };
}

/** Acquisitions and releases at random. */
export function randomMutexHistory(draw: Draw, most: number): Operation<MutexInput, "done">[] {
  return randomHistory(draw, most).map(({ call, return: returned }) => ({
    input: { f: draw(2) === 0 ? "acquire" : "release", key: "x" },
    ...{ output: "done", call, return: returned },
  }));
}

const nameOf = (value: string | number | null) => (value === null ? "nil" : String(value));

function casInput({ input }: RegisterOperation): CasRegisterInput {
  switch (input.f) {
    case "read":
      return { f: "read", key: "x" };
    case "write":
      return { f: "write", key: "x", value: nameOf(input.value) };
    case "delete":
      return { f: "write", key: "x", value: nameOf(null) };
    case "cas":
      return { f: "cas", key: "x", from: nameOf(input.expected), to: nameOf(input.value) };
  }
}

function casOutput({ output }: RegisterOperation): CasRegisterOutput | undefined {
  if (output === undefined) return undefined;
  if ("value" in output) return { read: nameOf(output.value) };
  return "swapped" in output ? { swapped: output.swapped } : { done: true };
}
