import { kv } from "../../../workloads/kv.js";
import type { FaultRecord, History } from "../../core/history.js";
import type { Input, Operation } from "../../core/operation.js";
import type { Random } from "../../core/random.js";
import type { Thread } from "../../core/workload.js";
import { apply } from "../../models/etcd/apply.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";
import { emptyState, type EtcdState } from "../../models/etcd/state.js";
import { historyOf, info, ok } from "../../testing/histories.js";
import { answeredBy, rewindOf } from "./rewound.fixture.js";

interface Open {
  readonly input: KvInput;
  readonly index: number;
  answer?: { readonly output: KvOutput; readonly revision: number; readonly cluster: string };
}

const processes = 4;

export interface KvStory {
  readonly history: History;
  /** How many revisions were undone by restores. */
  readonly undone: number;
}

/**
 * What the workload's own threads might have seen of a right store that was restored from a snapshot
 * once or twice. Each request takes effect at a moment between its call and its answer, or its answer
 * is lost; none of before takes effect after a restore. Unless `isHonest` each restore is of an older
 * snapshot than it says. Of so many events between restores.
 */
export function rewoundKvStory(random: Random, length: number, { isHonest = true } = {}): KvStory {
  const operations: Operation[] = [];
  const faults: FaultRecord[] = [];
  const open = new Map<number, Open>();
  let state = emptyState();
  let cluster = 1;
  let index = 0;
  let undone = 0;
  const workload = kv();
  const threads = Array.from({ length: processes }, (_, thread): Thread<KvInput, KvOutput> =>
    workload.thread({ thread, threads: processes, random: random.fork(`thread ${thread}`) }),
  );

  function end(process: number, { input, index: from, answer }: Open, isLost: boolean): void {
    open.delete(process);
    const span = `${from}..${index}`;
    if (!answer || isLost) {
      operations.push(info(process, span, input as Input));
      threads[process]?.missed?.(input, "info");
      return;
    }
    const { output, cluster: by } = answer;
    const told = "error" in output ? {} : { revision: output.revision };
    operations.push(answeredBy(by, ok(process, span, input as Input, output, told)));
    threads[process]?.saw?.(input, output);
  }

  function step(): void {
    index += 1;
    const process = random.below(processes);
    const begun = open.get(process);
    const thread = threads[process];
    if (!begun) {
      if (thread) open.set(process, { input: thread.next(), index });
    } else if (!begun.answer && random.below(3) > 0) {
      const { state: after, output } = apply(state, begun.input);
      state = after;
      begun.answer = { output, revision: state.now.revision, cluster: String(cluster) };
    } else end(process, begun, random.below(8) === 0);
  }

  function restore(): void {
    let older: EtcdState = state;
    for (let i = random.below(30); i > 0; i--) step();
    if (isHonest) older = state;
    const saved = state;
    const injected = ++index;
    for (let i = random.below(40); i > 0; i--) step();
    for (const [process, begun] of [...open]) {
      index += 1;
      end(process, begun, random.below(2) === 0);
    }
    const { revision } = saved.now;
    const inForce = ++index;
    undone += state.now.revision - revision;
    const dying = { injected, healed: ++index, revision, cluster: String(cluster) };
    faults.push({ ...rewindOf(dying, faults.length), inForceAtNs: inForce * 1e6 });
    state = older;
    cluster += 1;
    for (const thread of threads) thread.forget?.();
  }

  for (let i = 1 + random.below(2); i > 0; i--) {
    for (let steps = length; steps > 0; steps--) step();
    restore();
  }
  for (let steps = length; steps > 0; steps--) step();
  for (const [process, begun] of [...open]) {
    index += 1;
    end(process, begun, false);
  }
  for (const { input } of workload.finalOperations(["n1"])) {
    const span = `${++index}..${++index}`;
    const { output } = apply(state, input);
    const told = "error" in output ? {} : { revision: output.revision };
    const read = ok(0, span, input as Input, output, { ...told, phase: "final" });
    operations.push(answeredBy(String(cluster), read));
  }
  return { history: historyOf(operations, { faults }), undone };
}
