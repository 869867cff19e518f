import { type Illegal, illegal, type Model, type RegisterAction } from "../porcupine-ts/model.js";

/**
 * What a key holds; null where it is absent. Clients write numbers alone: a string is what was found
 * where a key held anything else, and matches nothing that was written.
 */
export type RegisterValue = number | string | null;

export interface ReadInput {
  readonly f: "read";
  readonly key: string;
}

export interface WriteInput {
  readonly f: "write";
  readonly key: string;
  readonly value: number;
  /** The answer is to say what was there before. */
  readonly previous?: true;
}

/** Its answer says what was there before. */
export interface DeleteInput {
  readonly f: "delete";
  readonly key: string;
}

/** A transaction guarded by the key's value, or by its absence where `expected` is null. */
export interface CasOnValueInput {
  readonly f: "cas";
  readonly key: string;
  readonly on: "value";
  readonly expected: RegisterValue;
  readonly value: number;
}

/**
 * A transaction guarded by the mod_revision of a version that this client had seen, with value
 * `expected`. Revision 0 stands for a key that is absent; then `expected` is null.
 */
export interface CasOnModInput {
  readonly f: "cas";
  readonly key: string;
  readonly on: "mod";
  readonly expected: RegisterValue;
  readonly expectedRevision: number;
  readonly value: number;
}

export type CasInput = CasOnValueInput | CasOnModInput;
export type RegisterInput = ReadInput | WriteInput | CasInput | DeleteInput;

/** An absent key reads as null with modRevision, version and createRevision 0. */
export interface ReadOutput {
  readonly value: RegisterValue;
  readonly modRevision: number;
  readonly version: number;
  /** Histories of older versions do not have it. */
  readonly createRevision?: number;
}

export interface WriteOutput {
  readonly revision: number;
  /** What was there before, where that was asked for. */
  readonly previous?: ReadOutput;
}

/** One that found nothing changed nothing, and moved no revision. */
export type DeleteOutput =
  | { readonly deleted: true; readonly revision: number; readonly previous: ReadOutput }
  | { readonly deleted: false };

export interface SwappedOutput {
  readonly swapped: true;
  readonly revision: number;
}

/** Not swapped: what the key held instead, read in the same transaction's else branch. */
export interface RefusedOutput {
  readonly swapped: false;
  readonly found: RegisterValue;
  readonly foundRevision: number;
  /** Histories of older versions have neither. */
  readonly foundVersion?: number;
  readonly foundCreateRevision?: number;
}

export type CasOutput = SwappedOutput | RefusedOutput;
export type RegisterOutput = ReadOutput | WriteOutput | CasOutput | DeleteOutput;

/**
 * Registers of numbers, one a key, judged as a black box: by values alone, never by the revisions
 * that etcd reports of itself.
 */
export const registerModel: Model<RegisterValue, RegisterInput, RegisterOutput> = {
  init: () => null,

  step(state, input, output) {
    switch (input.f) {
      case "read":
        // A read that nobody saw the answer of can have read anything.
        return output === undefined || state === readValue(output) ? state : illegal;
      case "write":
        return mayReplace(state, previousOf(output)) ? input.value : illegal;
      case "cas":
        return output === undefined ? swap(state, input) : stepCas(state, input, casOutput(output));
      case "delete":
        return mayReplace(state, deletedBy(output)) ? null : illegal;
    }
  },

  partition: (input) => input.key,

  readOnly(input, output) {
    switch (input.f) {
      case "read":
        return true;
      case "write":
        return false;
      case "cas":
        return output !== undefined && !casOutput(output).swapped;
      case "delete":
        return deletedBy(output) === null;
    }
  },

  produces(input, output) {
    switch (input.f) {
      case "read":
        return undefined;
      case "write":
        return input.value;
      case "cas":
        return output === undefined || casOutput(output).swapped ? input.value : undefined;
      case "delete":
        return deletedBy(output) === null ? undefined : nameOf(null);
    }
  },

  observes(input, output) {
    switch (input.f) {
      case "read":
        return output === undefined ? undefined : nameOf(readValue(output));
      case "write":
        return nameIfKnown(previousOf(output));
      case "cas":
        return nameOf(foundByCas(input, output));
      case "delete":
        return nameIfKnown(deletedBy(output));
    }
  },

  register: { initial: nameOf(null), classify: actionOf },
  origin: { module: import.meta.url, name: "registerModel" },

  describeOperation: (input, output) => describe(input, output),
  describeState: (state) => (state === null ? "absent" : String(state)),
  explain: (state, input, output) => `it ${describe(input, output)}, but the key ${held(state)}`,
};

function swap(state: RegisterValue, input: CasInput): RegisterValue | Illegal {
  return state === input.expected ? input.value : illegal;
}

function stepCas(
  state: RegisterValue,
  input: CasInput,
  output: CasOutput,
): RegisterValue | Illegal {
  if (output.swapped) return swap(state, input);
  return state === output.found && mayRefuse(input, output.found) ? state : illegal;
}

/** The same as `step`, in a register's terms. */
function actionOf(
  input: RegisterInput,
  output: RegisterOutput | undefined,
): RegisterAction | undefined {
  switch (input.f) {
    case "read":
      return output && { kind: "read", value: nameOf(readValue(output)) };
    case "write":
      return replacing(nameIfKnown(previousOf(output)), input.value);
    case "delete": {
      const deleted = nameIfKnown(deletedBy(output));
      const absent = nameOf(null);
      return deleted === absent ? { kind: "read", value: absent } : replacing(deleted, absent);
    }
    case "cas": {
      const answer = output && casOutput(output);
      if (!answer || answer.swapped) {
        return { kind: "cas", from: nameOf(input.expected), to: input.value };
      }
      // A refusal that is legal nowhere is none of a register's operations.
      return mayRefuse(input, answer.found)
        ? { kind: "read", value: nameOf(answer.found) }
        : undefined;
    }
  }
}

/** A change of what was there: of `from` where that is known. */
function replacing(from: string | number | undefined, to: string | number): RegisterAction {
  return from === undefined ? { kind: "write", value: to } : { kind: "cas", from, to };
}

/** Whether the key can have held what was found there. */
function mayReplace(state: RegisterValue, found: RegisterValue | undefined): boolean {
  return found === undefined || found === state;
}

/** What a write found there; undefined where that is not known. */
function previousOf(output: RegisterOutput | undefined): RegisterValue | undefined {
  return output && "previous" in output ? output.previous.value : undefined;
}

/** What a deletion found there, null for nothing; undefined where that is not known. */
function deletedBy(output: RegisterOutput | undefined): RegisterValue | undefined {
  if (output === undefined) return undefined;
  const answer = deleteOutput(output);
  return answer.deleted ? answer.previous.value : null;
}

/** What the key held when the transaction took place; one without an answer matters if it swaps. */
function foundByCas(input: CasInput, output: RegisterOutput | undefined): RegisterValue {
  if (output === undefined) return input.expected;
  const answer = casOutput(output);
  return answer.swapped ? input.expected : answer.found;
}

/**
 * Whether etcd may refuse to swap where it finds `found`. A guard on the value must not refuse the
 * value it expects. A guard on mod_revision may: the same value may have been written again. But an
 * absent key has mod_revision 0, whenever one looks.
 */
function mayRefuse(input: CasInput, found: RegisterValue): boolean {
  if (input.on === "value") return found !== input.expected;
  return !(input.expectedRevision === 0 && found === null);
}

function describe(input: RegisterInput, output: RegisterOutput | undefined): string {
  switch (input.f) {
    case "read":
      return output === undefined ? "read (no answer)" : `read ${valueName(readValue(output))}`;
    case "write": {
      const previous = previousOf(output);
      const over = previous === undefined ? "" : ` over ${valueName(previous)}`;
      return `${output === undefined ? "maybe wrote" : "wrote"} ${input.value}${over}`;
    }
    case "delete": {
      const deleted = deletedBy(output);
      return deleted === undefined ? "maybe deleted it" : `deleted ${valueName(deleted)}`;
    }
    case "cas":
      return describeCas(input, output === undefined ? undefined : casOutput(output));
  }
}

function describeCas(input: CasInput, output: CasOutput | undefined): string {
  const isCreation = input.expected === null;
  const guard = input.on === "mod" ? ` at revision ${input.expectedRevision}` : "";
  const change = `${valueName(input.expected)}${guard} for ${input.value}`;
  if (output === undefined) {
    return isCreation ? `maybe created it with ${input.value}` : `maybe swapped ${change}`;
  }
  if (output.swapped) return isCreation ? `created it with ${input.value}` : `swapped ${change}`;
  const refused = isCreation ? `create it with ${input.value}` : `swap ${change}`;
  return `was refused to ${refused}, having found ${valueName(output.found)}`;
}

function valueName(value: RegisterValue): string {
  return value === null ? "nothing" : String(value);
}

function held(state: RegisterValue): string {
  return state === null ? "was absent" : `held ${state}`;
}

function nameOf(value: RegisterValue): string | number {
  // Quoted, so that no text that a key held is taken for its absence.
  return value === null ? "absent" : typeof value === "string" ? `"${value}"` : value;
}

function nameIfKnown(value: RegisterValue | undefined): string | number | undefined {
  return value === undefined ? undefined : nameOf(value);
}

function readValue(output: RegisterOutput): RegisterValue {
  if ("value" in output) return output.value;
  throw new TypeError(`a read's output has a value, this one is ${JSON.stringify(output)}`);
}

function casOutput(output: RegisterOutput): CasOutput {
  if ("swapped" in output) return output;
  throw new TypeError(`a cas's output says whether it swapped, not ${JSON.stringify(output)}`);
}

function deleteOutput(output: RegisterOutput): DeleteOutput {
  if ("deleted" in output) return output;
  throw new TypeError(`a deletion's output says whether it deleted, not ${JSON.stringify(output)}`);
}
