import type { CheckContext } from "../../core/checker.js";
import type { KeyValue, WatchEvent } from "../../core/client.js";
import { historyOf, ok } from "../../testing/histories.js";
import type {
  KubernetesInput,
  KubernetesOperation,
  KubernetesOutput,
  ListInput,
  WatchOutput,
} from "./kubernetes-operation.js";

export const context: CheckContext = { deadlineMs: 60_000, memoryMb: 256 };
export const prefix = "/registry/pods/default/";
export const rangeEnd = "/registry/pods/default0";
export const a = `${prefix}a`;
export const b = `${prefix}b`;

/** An object by its value, the revision of its last put, how many there were, and of the first. */
export function kv(
  key: string,
  value: string,
  [modRevision, version, createRevision]: readonly [number, number, number],
): KeyValue {
  return { key, value, modRevision, version, createRevision, lease: "0" };
}

export const a2 = kv(a, "1", [2, 1, 2]);
export const a4 = kv(a, "3", [4, 2, 2]);
export const b3 = kv(b, "2", [3, 1, 3]);

export function put(now: KeyValue, prevKv?: KeyValue): WatchEvent {
  return { type: "put", kv: now, ...(prevKv && { prevKv }) };
}

export function deleted(before: KeyValue, revision: number): WatchEvent {
  const gone = { key: before.key, value: "", createRevision: 0, version: 0, lease: "0" };
  return { type: "delete", kv: { ...gone, modRevision: revision }, prevKv: before };
}

/** One page at the revision of its answer, or at the one that it asks for. */
export function page(
  span: string,
  kvs: readonly KeyValue[],
  {
    process = 1,
    newest,
    count = kvs.length,
    ...asked
  }: Partial<ListInput> & { process?: number; newest: number; count?: number },
): KubernetesOperation {
  const input: ListInput = { f: "list", key: prefix, rangeEnd, ...asked };
  const output = { kvs, count, more: count > kvs.length, revision: newest };
  return ok<KubernetesInput, KubernetesOutput>(process, span, input, output, { revision: newest });
}

/** Messages with events, at the event of the history at which each came. */
export function watch(
  span: string,
  messages: readonly (readonly [number, readonly WatchEvent[]])[],
  { process = 1, startRevision }: { process?: number; startRevision: number },
): KubernetesOperation {
  const told = messages.flatMap(([, events]) => events.map((event) => event.kv.modRevision));
  const output: WatchOutput = { revision: Math.max(startRevision - 1, ...told), ended: "closed" };
  const input = { f: "watch", key: prefix, rangeEnd, startRevision, ms: 300 } as const;
  const operation = ok<KubernetesInput, KubernetesOutput>(process, span, input, output);
  const parts = messages.map(([index, events]) => {
    const rev = events.at(-1)?.kv.modRevision ?? 0;
    return { index, atNs: index * 1e6, part: { id: 1, rev, events } };
  });
  return { ...operation, parts };
}

export function write(
  process: number,
  span: string,
  input: KubernetesInput,
  revision: number,
): KubernetesOperation {
  const output = { done: true, revision } as const;
  return ok<KubernetesInput, KubernetesOutput>(process, span, input, output, { revision });
}

/** Two objects, one updated and one deleted; a client that lists in pages and watches, and another. */
export const story = {
  createA: write(0, "0..1", { f: "create", key: a, value: "1" }, 2),
  createB: write(0, "2..3", { f: "create", key: b, value: "2" }, 3),
  first: page("4..5", [a2], { newest: 3, limit: 1, count: 2 }),
  second: page("6..7", [b3], { newest: 3, limit: 1, revision: 3, key: `${a}\0` }),
  watch: watch(
    "8..20",
    [
      [12, [put(a4, a2)]],
      [15, [deleted(b3, 5)]],
    ],
    { startRevision: 4 },
  ),
  update: write(
    0,
    "10..11",
    { f: "update", key: a, value: "3", believed: { value: "1", modRevision: 2 } },
    4,
  ),
  remove: write(0, "13..14", { f: "delete", key: b, believed: { value: "2", modRevision: 3 } }, 5),
  other: page("21..22", [a4], { process: 2, newest: 5 }),
};

export type Story = Partial<Record<keyof typeof story, KubernetesOperation>>;

/** The story with some operations in place of those of the same name, and others beside them. */
export function told(changed: Story = {}, ...more: readonly KubernetesOperation[]) {
  return historyOf([...Object.values({ ...story, ...changed }), ...more]);
}

/** Some of the story, and others beside it. */
export function toldOf(
  names: readonly (keyof typeof story)[],
  ...more: readonly KubernetesOperation[]
) {
  return historyOf([...names.map((name) => story[name]), ...more]);
}
