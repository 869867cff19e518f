import { illegal, type Illegal, type Model, type RevisionAction } from "../porcupine-ts/model.js";
import {
  type CasInput,
  type CasOutput,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
} from "./register.js";

/**
 * What a key holds, and the revision at which it was put there. After a write that nobody saw the
 * answer of, only a revision is known below which it cannot be: the first read tells the rest.
 */
export interface VersionedValue {
  readonly value: RegisterValue;
  /** mod_revision; 0 for a key that is absent. */
  readonly revision: number;
  /** False: `revision` or more. */
  readonly isExact: boolean;
}

/**
 * Registers of numbers, one a key, whose revisions must be right too: each write moves its key to a
 * larger one, and whoever looks finds the value together with the revision that it was written at.
 * What a revision skips is other keys' business. `version` is not looked at.
 *
 * So this judges more strictly than a model of values alone, and faster: revisions tell the order.
 * Keys must never be deleted, since who finds a key absent would not tell by which deletion:
 * `deletableRegisterModel` is for those.
 */
export const versionedRegisterModel: Model<VersionedValue, RegisterInput, RegisterOutput> = {
  init: () => ({ value: null, revision: 0, isExact: true }),

  step(state, input, output) {
    switch (input.f) {
      case "read":
        return output === undefined ? state : look(state, lookedAt(output));
      case "write":
        return output === undefined
          ? moveSomewhere(state, input.value)
          : move(state, input.value, revisionOf(output));
      case "cas":
        return output === undefined
          ? maybeSwap(state, input)
          : stepCas(state, input, casOutput(output));
      case "delete":
        return neverDeleted();
    }
  },

  partition: (input) => (input.f === "delete" ? neverDeleted() : input.key),

  // A read that tells its revision may end what an unanswered write left open.
  readOnly: (input, output) => input.f === "read" && output === undefined,

  // Revisions only grow; and where the revision is right but something else is not, that stays.
  mayStillAllow: (state, input, output) =>
    output === undefined || state.revision < actionOf(input, output).at,

  produces: (input, output) => registerModel.produces?.(input, output),
  // A write's revision must be larger than what was there, which is no one value.
  observes: (input, output) =>
    input.f === "write" && output !== undefined ? null : registerModel.observes?.(input, output),

  revisions: {
    classify: (input, output) => (output === undefined ? undefined : actionOf(input, output)),
  },

  origin: { module: import.meta.url, name: "versionedRegisterModel" },

  describeOperation(input, output) {
    const told = registerModel.describeOperation?.(input, output) ?? input.f;
    return output === undefined ? told : `${told} at revision ${actionOf(input, output).at}`;
  },

  describeState: describe,

  explain: (state, input, output) =>
    `it ${versionedRegisterModel.describeOperation?.(input, output) ?? input.f}, but the key ${
      state.value === null ? "was absent" : `held ${describe(state)}`
    }`,
};

function describe({ value, revision, isExact }: VersionedValue): string {
  if (value === null) return "absent";
  return `${value} at revision ${revision}${isExact ? "" : " or later"}`;
}

function actionOf(input: RegisterInput, output: RegisterOutput): RevisionAction {
  switch (input.f) {
    case "read":
      return { at: lookedAt(output).revision, moves: false };
    case "write":
      return { at: revisionOf(output), moves: true, overwrites: true };
    case "cas": {
      const answer = casOutput(output);
      return answer.swapped
        ? { at: answer.revision, moves: true, overwrites: true }
        : { at: answer.foundRevision, moves: false };
    }
    case "delete":
      return neverDeleted();
  }
}

function neverDeleted(): never {
  throw new TypeError(
    "this model's keys are never deleted: deletableRegisterModel knows deletions",
  );
}

interface Seen {
  readonly value: RegisterValue;
  readonly revision: number;
}

function look(state: VersionedValue, { value, revision }: Seen): VersionedValue | Illegal {
  if (value !== state.value || !mayBeAt(state, revision)) return illegal;
  return state.isExact ? state : { value, revision, isExact: true };
}

function mayBeAt(state: VersionedValue, revision: number): boolean {
  return state.isExact ? state.revision === revision : state.revision <= revision;
}

function move(state: VersionedValue, value: RegisterValue, revision: number) {
  return state.revision < revision ? { value, revision, isExact: true } : illegal;
}

function moveSomewhere({ revision }: VersionedValue, value: RegisterValue): VersionedValue {
  return { value, revision: revision + 1, isExact: false };
}

function stepCas(
  state: VersionedValue,
  input: CasInput,
  output: CasOutput,
): VersionedValue | Illegal {
  if (output.swapped) {
    const before = expectedOf(state, input);
    return before === illegal ? illegal : move(before, input.value, output.revision);
  }
  const { found, foundRevision } = output;
  const mayRefuse =
    input.on === "value" ? found !== input.expected : foundRevision !== input.expectedRevision;
  return mayRefuse ? look(state, { value: found, revision: foundRevision }) : illegal;
}

function maybeSwap(state: VersionedValue, input: CasInput): VersionedValue | Illegal {
  const before = expectedOf(state, input);
  return before === illegal ? illegal : moveSomewhere(before, input.value);
}

/** The state as the transaction found it, if it found what it expected. */
function expectedOf(state: VersionedValue, input: CasInput): VersionedValue | Illegal {
  if (input.on === "mod") {
    return look(state, { value: input.expected, revision: input.expectedRevision });
  }
  return state.value === input.expected ? state : illegal;
}

function lookedAt(output: RegisterOutput): Seen {
  if ("value" in output) return { value: output.value, revision: output.modRevision };
  throw new TypeError(`a read's output has a value, this one is ${JSON.stringify(output)}`);
}

function revisionOf(output: RegisterOutput): number {
  if ("revision" in output) return output.revision;
  throw new TypeError(`a write's output has a revision, this one is ${JSON.stringify(output)}`);
}

function casOutput(output: RegisterOutput): CasOutput {
  if ("swapped" in output) return output;
  throw new TypeError(`a cas's output says whether it swapped, not ${JSON.stringify(output)}`);
}
