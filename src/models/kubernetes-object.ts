import { illegal, type Illegal, type Model } from "../porcupine-ts/model.js";

/** An object as it was found in etcd. */
export interface FoundObject {
  readonly value: string;
  readonly modRevision: number;
  readonly version: number;
}

/** `Txn(mod_revision == 0) put`: an API server looks at nothing where that is refused. */
export interface CreateInput {
  readonly f: "create";
  readonly key: string;
  readonly value: string;
}

/** What the client believes to be there, and the revision that it says so by. */
export interface Belief {
  readonly value: string;
  readonly modRevision: number;
}

/** `Txn(mod_revision == believed) put else get`. */
export interface UpdateInput {
  readonly f: "update";
  readonly key: string;
  readonly value: string;
  readonly believed: Belief;
}

/** `Txn(mod_revision == believed) delete else get`. */
export interface DeleteInput {
  readonly f: "delete";
  readonly key: string;
  readonly believed: Belief;
}

/** A linearizable read of one key. */
export interface GetInput {
  readonly f: "get";
  readonly key: string;
}

/** `Txn(version == believed) put else get`: who wins may compact. Version 0 stands for no key. */
export interface ClaimInput {
  readonly f: "claim";
  readonly key: string;
  readonly value: string;
  readonly version: number;
}

/** An unguarded put whose key ends with its lease. */
export interface EventInput {
  readonly f: "event";
  readonly key: string;
  readonly value: string;
  /** A decimal string. */
  readonly lease: string;
}

export type ObjectInput =
  CreateInput | UpdateInput | DeleteInput | GetInput | ClaimInput | EventInput;

/** A write that took place, and its revision. */
export interface DoneOutput {
  readonly done: true;
  readonly revision: number;
}

/** A write that its guard refused. */
export interface RefusedOutput {
  readonly done: false;
  /** What was there instead, null for nothing; undefined of a creation, which does not look. */
  readonly found?: FoundObject | null;
}

export interface GetOutput {
  readonly found: FoundObject | null;
}

export type ObjectOutput = DoneOutput | RefusedOutput | GetOutput;

/**
 * What a key holds, or null where it is absent, the revision of its last change, and how many puts
 * there were since it was created. After a write that nobody saw the answer of, only a revision is
 * known below which it cannot be.
 */
export interface ObjectState {
  readonly value: string | null;
  readonly revision: number;
  /** False: `revision` or more. */
  readonly isExact: boolean;
  readonly version: number;
}

/**
 * Objects as an API server keeps them, one a key: each write is guarded by the mod_revision that
 * its client believes in (an absent object has 0), moves the key to a larger revision and counts its
 * version up, which begins anew after a deletion. Whoever finds an object is told both.
 *
 * Source: https://etcd.io/docs/v3.5/learning/data_model/; Kubernetes,
 * staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go and compact.go for the transactions.
 */
export const kubernetesObjectModel: Model<ObjectState, ObjectInput, ObjectOutput> = {
  init: () => ({ value: null, revision: 0, isExact: true, version: 0 }),

  step(state, input, output) {
    if (output === undefined) return maybeHappen(state, input);
    if ("done" in output && output.done) return happen(state, input, output.revision);
    return find(state, input, output);
  },

  partition: (input) => input.key,

  equal: (a, b) =>
    a.value === b.value &&
    a.revision === b.revision &&
    a.isExact === b.isExact &&
    a.version === b.version,

  hash: ({ value, revision, version }) => `${revision} ${version} ${value ?? ""}`,

  // Revisions only grow, so what was believed or found must not lie behind.
  mayStillAllow: (state, input, output) => state.revision <= latestRevision(input, output),

  origin: { module: import.meta.url, name: "kubernetesObjectModel" },

  describeOperation: describe,
  describeState,
  explain: (state, input, output) =>
    `it ${describe(input, output)}, but the object ${
      state.value === null ? "was absent" : `was ${describeState(state)}`
    }`,
};

/** Where nobody saw the answer: what it does if its guard holds. */
function maybeHappen(state: ObjectState, input: ObjectInput): ObjectState | Illegal {
  if (input.f === "get") return state;
  const before = guarded(state, input);
  return before === illegal ? illegal : moved(before, input, before.revision + 1, false);
}

function happen(state: ObjectState, input: ObjectInput, revision: number): ObjectState | Illegal {
  const before = input.f === "get" ? illegal : guarded(state, input);
  if (before === illegal || before.revision >= revision) return illegal;
  return moved(before, input, revision, true);
}

function moved(
  { version }: ObjectState,
  input: ObjectInput,
  revision: number,
  isExact: boolean,
): ObjectState {
  if (input.f === "delete" || input.f === "get") {
    return { value: null, revision, isExact, version: 0 };
  }
  return { value: input.value, revision, isExact, version: version + 1 };
}

/** The state as the write found it, if its guard held. */
function guarded(state: ObjectState, input: Exclude<ObjectInput, GetInput>): ObjectState | Illegal {
  switch (input.f) {
    case "create":
      return state.value === null ? state : illegal;
    case "update":
    case "delete": {
      const { value, modRevision } = input.believed;
      return state.value === value ? at(state, modRevision) : illegal;
    }
    case "claim":
      return state.version === input.version ? state : illegal;
    case "event":
      return state;
  }
}

/** An answer that changed nothing: what it found must be there. */
function find(
  state: ObjectState,
  input: ObjectInput,
  { found }: RefusedOutput | GetOutput,
): ObjectState | Illegal {
  if (found === undefined) return state.value === null ? illegal : state;
  if (!mayRefuse(input, found)) return illegal;
  if (found === null) return state.value === null ? state : illegal;
  const { value, modRevision, version } = found;
  return state.value === value && state.version === version ? at(state, modRevision) : illegal;
}

/** Whether the guard may say no where this is there. */
function mayRefuse(input: ObjectInput, found: FoundObject | null): boolean {
  switch (input.f) {
    case "get":
      return true;
    case "update":
    case "delete":
      return found?.modRevision !== input.believed.modRevision;
    case "claim":
      return (found?.version ?? 0) !== input.version;
    case "create":
      return found !== null;
    case "event":
      return false;
  }
}

/** The state, which is known to be of this revision now. */
function at(state: ObjectState, revision: number): ObjectState | Illegal {
  const isPossible = state.isExact ? state.revision === revision : state.revision <= revision;
  return isPossible ? { ...state, revision, isExact: true } : illegal;
}

/** The largest revision of a state in which the operation can be legal. */
function latestRevision(input: ObjectInput, output: ObjectOutput | undefined): number {
  if (output !== undefined && "found" in output) return output.found?.modRevision ?? Infinity;
  if (input.f === "update" || input.f === "delete") return input.believed.modRevision;
  return output !== undefined && "revision" in output ? output.revision - 1 : Infinity;
}

function describe(input: ObjectInput, output: ObjectOutput | undefined): string {
  const asked = describeInput(input);
  if (output === undefined) return `${asked} (no answer)`;
  if ("done" in output && output.done) return `${asked} at revision ${output.revision}`;
  const found = "found" in output ? describeFound(output.found) : "an object";
  return input.f === "get" ? `read ${found}` : `was refused to ${asked}, and found ${found}`;
}

function describeInput(input: ObjectInput): string {
  switch (input.f) {
    case "create":
      return `create it as ${input.value}`;
    case "update":
      return `update it to ${input.value} if it is of revision ${input.believed.modRevision}`;
    case "delete":
      return `delete it if it is of revision ${input.believed.modRevision}`;
    case "get":
      return "read it";
    case "claim":
      return `put ${input.value} if it is of version ${input.version}`;
    case "event":
      return `put ${input.value}`;
  }
}

function describeFound(found: FoundObject | null | undefined): string {
  if (!found) return "nothing";
  return `${found.value} of revision ${found.modRevision}, version ${found.version}`;
}

function describeState({ value, revision, isExact, version }: ObjectState): string {
  if (value === null) return "absent";
  return `${value} of revision ${revision}${isExact ? "" : " or later"}, version ${version}`;
}
