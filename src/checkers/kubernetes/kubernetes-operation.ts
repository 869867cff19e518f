import type { RequestErrorFacts } from "../../core/classify-error.js";
import type { KeyValue } from "../../core/client.js";
import type { Operation } from "../../core/operation.js";
import type { ObjectInput, ObjectOutput } from "../../models/kubernetes-object.js";

/** One page of a list. A list's pages are operations of one client, one after the other. */
export interface ListInput {
  readonly f: "list";
  /** The prefix for the first page, else what follows the last key of the page before. */
  readonly key: string;
  readonly rangeEnd: string;
  /** Undefined for all in one page. */
  readonly limit?: number;
  /** Of the first page's answer; undefined for the first page. */
  readonly revision?: number;
}

export interface PageOutput {
  readonly kvs: readonly KeyValue[];
  /** How many there are from `key` on, those beyond the limit as well. */
  readonly count: number;
  readonly more: boolean;
  /** Of the header: the newest when it was answered. */
  readonly revision: number;
}

/** Etcd's refusal to go back so far, or ahead. */
export interface NotThereOutput {
  readonly refused: "compacted" | "future";
}

/** A watch of all objects of a resource; its messages are the operation's parts. */
export interface WatchInput {
  readonly f: "watch";
  readonly key: string;
  readonly rangeEnd: string;
  readonly startRevision: number;
  /** How long its client watches unless the stream ends by itself. */
  readonly ms: number;
}

export interface WatchOutput {
  /** All up to it was told: by the list before, by an event or by a notification. */
  readonly revision: number;
  readonly ended: "closed" | "broken" | "canceled";
  /** Why the stream broke. */
  readonly error?: RequestErrorFacts;
}

export interface CompactInput {
  readonly f: "compact";
  readonly revision: number;
}

export interface CompactedOutput {
  readonly compacted: true;
}

export interface LeaseInput {
  readonly f: "lease";
  /** Seconds. */
  readonly ttl: number;
}

export interface LeaseOutput {
  readonly lease: string;
}

export type KubernetesInput = ObjectInput | ListInput | WatchInput | CompactInput | LeaseInput;
export type KubernetesOutput =
  ObjectOutput | PageOutput | NotThereOutput | WatchOutput | CompactedOutput | LeaseOutput;
export type KubernetesOperation = Operation<KubernetesInput, KubernetesOutput>;

/** One that asks for an object, with its answer if it has one. */
export function isOfObject(
  operation: KubernetesOperation,
): operation is Operation<ObjectInput, ObjectOutput> {
  return objectKinds.has(operation.input.f);
}

const objectKinds: ReadonlySet<string> = new Set<ObjectInput["f"]>([
  ...(["create", "update", "delete", "get", "claim", "event"] as const),
]);

/** The page that an operation was answered with; undefined for any other operation or answer. */
export function pageOf({ input, outcome }: KubernetesOperation): Page | undefined {
  if (input.f !== "list" || outcome.type !== "ok" || !("kvs" in outcome.output)) return undefined;
  const { output } = outcome;
  return { ...output, input, revision: input.revision ?? output.revision };
}

/** `revision` is the one at which it shows the objects. */
export interface Page extends PageOutput {
  readonly input: ListInput;
}

/** Clients keep their thread through all of their processes. */
export function threadOf({ process }: Operation, concurrency: number): number {
  return process % concurrency;
}

/** Keys with this prefix are events, which end with their lease. */
export const eventPrefix = "/registry/events/";

export function mayLapse(key: string): boolean {
  return key.startsWith(eventPrefix);
}
