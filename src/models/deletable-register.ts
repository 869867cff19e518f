import { type Illegal, illegal, type Model } from "../porcupine-ts/model.js";
import {
  type CasInput,
  type CasOutput,
  type DeleteOutput,
  type ReadOutput,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  type WriteOutput,
} from "./register.js";

/** What a key holds, or that it is absent, and what etcd counts beside it. */
export interface DeletableValue {
  readonly value: RegisterValue;
  /** At which it was put there or deleted; 0 for a key that never was. */
  readonly revision: number;
  /** False: `revision` or more, since nobody saw the answer. */
  readonly isExact: boolean;
  /** Puts since the key was created: 1 for the first one, 0 where it is absent. */
  readonly version: number;
}

/**
 * Registers of numbers that may be deleted, one a key, with etcd's revisions and versions: each put
 * and each deletion moves its key to a larger revision, a put counts the version up by one, and the
 * first one after a deletion counts from one again. A deletion that finds nothing moves nothing.
 * Answers of an absent key have revision and version 0, whenever it was deleted. An unanswered write
 * matters even if nobody found its value, since versions count it: hence no `produces`.
 *
 * Source: https://etcd.io/docs/v3.5/learning/data_model/ (key generations).
 */
export const deletableRegisterModel: Model<DeletableValue, RegisterInput, RegisterOutput> = {
  init: () => ({ value: null, revision: 0, isExact: true, version: 0 }),

  step(state, input, output) {
    switch (input.f) {
      case "read":
        return output === undefined ? state : look(state, readOutput(output));
      case "write":
        return output === undefined
          ? moveSomewhere(state, input.value)
          : write(state, input.value, writeOutput(output));
      case "cas":
        return output === undefined
          ? maybeSwap(state, input)
          : stepCas(state, input, casOutput(output));
      case "delete":
        return output === undefined ? maybeDelete(state) : stepDelete(state, deleteOutput(output));
    }
  },

  partition: (input) => input.key,

  // A read that tells its revision may end what an unanswered write left open.
  readOnly: (input, output) => input.f === "read" && output === undefined,

  origin: { module: import.meta.url, name: "deletableRegisterModel" },

  describeOperation: (input, output) => registerModel.describeOperation?.(input, output) ?? input.f,
  describeState: describe,
  explain: (state, input, output) =>
    `it ${deletableRegisterModel.describeOperation?.(input, output) ?? input.f}, but the key ${
      state.value === null ? "was absent" : `held ${describe(state)}`
    }`,
};

function describe({ value, revision, isExact, version }: DeletableValue): string {
  if (value === null) return "absent";
  return `${value} at revision ${revision}${isExact ? "" : " or later"}, version ${version}`;
}

/** What is found must be there; it may tell the revision. */
function look(
  state: DeletableValue,
  { value, modRevision, version }: Pick<ReadOutput, "value" | "modRevision" | "version">,
): DeletableValue | Illegal {
  if (value !== state.value || version !== state.version) return illegal;
  // An absent key does not tell when it was deleted.
  if (value === null) return modRevision === 0 ? state : illegal;
  return at(state, modRevision);
}

/** The state, which is known to be of this revision now. */
function at(state: DeletableValue, revision: number): DeletableValue | Illegal {
  const isPossible = state.isExact ? state.revision === revision : state.revision <= revision;
  return isPossible ? { ...state, revision, isExact: true } : illegal;
}

function put(state: DeletableValue, value: RegisterValue, revision: number) {
  if (state.revision >= revision) return illegal;
  return { value, revision, isExact: true, version: state.version + 1 };
}

function write(
  state: DeletableValue,
  value: RegisterValue,
  { revision, previous }: WriteOutput,
): DeletableValue | Illegal {
  const before = previous === undefined ? state : look(state, previous);
  return before === illegal ? illegal : put(before, value, revision);
}

function moveSomewhere(
  { revision, version }: DeletableValue,
  value: RegisterValue,
): DeletableValue {
  return { value, revision: revision + 1, isExact: false, version: version + 1 };
}

function stepDelete(state: DeletableValue, output: DeleteOutput): DeletableValue | Illegal {
  if (!output.deleted) return state.value === null ? state : illegal;
  const before = output.previous.value === null ? illegal : look(state, output.previous);
  if (before === illegal || before.revision >= output.revision) return illegal;
  return { value: null, revision: output.revision, isExact: true, version: 0 };
}

function maybeDelete(state: DeletableValue): DeletableValue {
  if (state.value === null) return state;
  return { value: null, revision: state.revision + 1, isExact: false, version: 0 };
}

function stepCas(
  state: DeletableValue,
  input: CasInput,
  output: CasOutput,
): DeletableValue | Illegal {
  if (output.swapped) {
    const before = expectedOf(state, input);
    return before === illegal ? illegal : put(before, input.value, output.revision);
  }
  const { found, foundRevision, foundVersion = state.version } = output;
  const mayRefuse =
    input.on === "value" ? found !== input.expected : foundRevision !== input.expectedRevision;
  return mayRefuse
    ? look(state, { value: found, modRevision: foundRevision, version: foundVersion })
    : illegal;
}

function maybeSwap(state: DeletableValue, input: CasInput): DeletableValue | Illegal {
  const before = expectedOf(state, input);
  return before === illegal ? illegal : moveSomewhere(before, input.value);
}

/** The state as the transaction found it, if it found what it expected. */
function expectedOf(state: DeletableValue, input: CasInput): DeletableValue | Illegal {
  if (state.value !== input.expected) return illegal;
  if (input.on === "value") return state;
  // The revision of an absent key is 0 to a comparison, too.
  if (input.expected === null) return input.expectedRevision === 0 ? state : illegal;
  return at(state, input.expectedRevision);
}

function readOutput(output: RegisterOutput): ReadOutput {
  if ("value" in output) return output;
  throw new TypeError(`a read's output has a value, this one is ${JSON.stringify(output)}`);
}

function writeOutput(output: RegisterOutput): WriteOutput {
  if ("revision" in output && !("swapped" in output) && !("deleted" in output)) return output;
  throw new TypeError(`a write's output has a revision, this one is ${JSON.stringify(output)}`);
}

function casOutput(output: RegisterOutput): CasOutput {
  if ("swapped" in output) return output;
  throw new TypeError(`a cas's output says whether it swapped, not ${JSON.stringify(output)}`);
}

function deleteOutput(output: RegisterOutput): DeleteOutput {
  if ("deleted" in output) return output;
  throw new TypeError(`a deletion's output says whether it deleted, not ${JSON.stringify(output)}`);
}
