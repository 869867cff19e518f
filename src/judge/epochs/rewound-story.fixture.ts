import type { FaultRecord, History } from "../../core/history.js";
import type { Input, Operation } from "../../core/operation.js";
import type { ReadOutput, RegisterInput, RegisterOutput } from "../../models/register.js";
import { historyOf, info, ok } from "../../testing/histories.js";
import type { Draw } from "../../testing/register-histories.js";
import { answeredBy, rewindOf } from "./rewound.fixture.js";

type Kept = Required<ReadOutput>;
type State = ReadonlyMap<string, Kept>;
type Step = Operation<RegisterInput, RegisterOutput>;

interface Open {
  readonly input: RegisterInput;
  readonly index: number;
  answer?: { readonly output: RegisterOutput; readonly revision: number; readonly cluster: string };
}

const keys = ["a", "b"];
const processes = 4;
const absent: Kept = { value: null, modRevision: 0, version: 0, createRevision: 0 };

export interface Story {
  readonly history: History<RegisterInput, RegisterOutput>;
  /** How many answered writes were undone by a restore. */
  readonly undone: number;
}

/**
 * What clients of a right store might have seen that was restored from snapshots now and then. Each
 * operation takes effect at a moment between its call and its answer, or its answer is lost. Guards
 * by revision are of what the process was told since the last restore, and none of those is under
 * way over a restore. Unless `isHonest` each restore is of an older snapshot than it says.
 */
export function rewoundStory(draw: Draw, { isHonest = true } = {}): Story {
  const operations: Step[] = [];
  const faults: FaultRecord[] = [];
  const open = new Map<number, Open>();
  const known = new Map<number, Map<string, Kept>>();
  const writes: { readonly revision: number; readonly cluster: string }[] = [];
  let state: State = new Map();
  let revision = 1;
  let cluster = 1;
  let value = 0;
  let index = 0;
  let undone = 0;

  function put(key: string, written: number | null): void {
    revision += 1;
    const before = state.get(key) ?? absent;
    const next = new Map(state);
    if (written === null) next.delete(key);
    else {
      next.set(key, {
        ...{ value: written, modRevision: revision, version: before.version + 1 },
        createRevision: before.version === 0 ? revision : before.createRevision,
      });
    }
    state = next;
    writes.push({ revision, cluster: String(cluster) });
  }

  function apply(input: RegisterInput): RegisterOutput {
    const found = state.get(input.key) ?? absent;
    switch (input.f) {
      case "read":
        return found;
      case "write":
        put(input.key, input.value);
        return { revision, ...(input.previous && { previous: found }) };
      case "delete":
        if (found.value === null) return { deleted: false };
        put(input.key, null);
        return { deleted: true, revision, previous: found };
      case "cas": {
        const holds =
          input.on === "mod"
            ? found.modRevision === input.expectedRevision
            : found.value === input.expected;
        if (holds) {
          put(input.key, input.value);
          return { swapped: true, revision };
        }
        return {
          ...{ swapped: false, found: found.value, foundRevision: found.modRevision },
          ...{ foundVersion: found.version, foundCreateRevision: found.createRevision },
        };
      }
    }
  }

  function nextInput(process: number): RegisterInput {
    const key = keys[draw(keys.length)] ?? "a";
    const kind = draw(10);
    if (kind < 4) return { f: "read", key };
    if (kind === 4) return { f: "delete", key };
    value += 1;
    if (kind < 8) return { f: "write", key, value, ...(kind === 5 && { previous: true }) };
    const seen = known.get(process)?.get(key) ?? absent;
    const { value: expected, modRevision: expectedRevision } = seen;
    return { f: "cas", key, on: "mod", expected, expectedRevision, value };
  }

  function end(process: number, { input, index: from, answer }: Open, isLost: boolean): void {
    open.delete(process);
    const span = `${from}..${index}`;
    const name = process;
    if (!answer || isLost) {
      operations.push(info(name, span, input));
      return;
    }
    const { output, revision: told } = answer;
    operations.push(answeredBy(answer.cluster, ok(name, span, input, output, { revision: told })));
    if (answer.cluster !== String(cluster)) return;
    if ("value" in output && output.createRevision !== undefined) {
      const mine = known.get(process) ?? new Map<string, Kept>();
      known.set(process, mine.set(input.key, { ...output, createRevision: output.createRevision }));
    }
  }

  function step(): void {
    index += 1;
    const process = draw(processes);
    const begun = open.get(process);
    if (!begun) open.set(process, { input: nextInput(process), index });
    else if (!begun.answer && draw(3) > 0) {
      const output = apply(begun.input);
      begun.answer = { output, revision, cluster: String(cluster) };
    } else end(process, begun, draw(8) === 0);
  }

  function restore(): void {
    const injected = ++index;
    let older = { state, revision };
    for (let i = draw(12); i > 0; i--) step();
    if (isHonest) older = { state, revision };
    const saved = { state, revision };
    for (let i = draw(25); i > 0; i--) step();
    // Some answers are on their way; some requests are; guards by revision are not.
    for (const [process, begun] of [...open]) {
      index += 1;
      if (begun.input.f === "cas" || draw(2) === 0) end(process, begun, draw(2) === 0);
    }
    const dying = { injected, revision: saved.revision, cluster: String(cluster) };
    undone += writes.filter(
      (write) => write.cluster === dying.cluster && write.revision > saved.revision,
    ).length;
    ({ state, revision } = older);
    cluster += 1;
    known.clear();
    index += 1;
    faults.push(rewindOf({ ...dying, healed: index }, faults.length));
    index += 1;
  }

  for (let i = 1 + draw(3); i > 0; i--) {
    for (let steps = draw(40); steps > 0; steps--) step();
    restore();
  }
  for (let steps = 10 + draw(30); steps > 0; steps--) step();
  for (const [process, begun] of [...open]) {
    index += 1;
    end(process, begun, false);
  }
  for (const key of keys) {
    const input: Input & RegisterInput = { f: "read", key };
    const span = `${++index}..${++index}`;
    const read = ok(0, span, input, apply(input), { revision, phase: "final" });
    operations.push(answeredBy(String(cluster), read));
  }
  return { history: historyOf(operations, { faults }), undone };
}
