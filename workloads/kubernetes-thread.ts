import type {
  KubernetesInput,
  KubernetesOutput,
  ListInput,
  PageOutput,
  WatchOutput,
} from "../src/checkers/kubernetes/kubernetes-operation.js";
import type { Random } from "../src/core/random.js";
import type { Thread, ThreadContext } from "../src/core/workload.js";
import type { Belief, ObjectInput, ObjectOutput } from "../src/models/kubernetes-object.js";
import { compactor } from "./kubernetes-compactor.js";
import {
  eventKey,
  eventTtlSeconds,
  objectKey,
  objectsPerResource,
  prefixEnd,
  prefixes,
} from "./kubernetes-keys.js";

/** One thread in so many compacts: where all did, nearly every claim would be refused. */
const compactorsAreEvery = 4;
/** A lease is shared by so many events. */
const eventsPerLease = 20;
/** A client goes on with its watch so often, then it lists anew. */
const mostWatches = 3;

/** A list under way, or the watch that goes on from it. */
type Chain =
  | { readonly at: "list"; readonly prefix: string; readonly next: ListInput }
  | {
      readonly at: "watch";
      readonly prefix: string;
      readonly after: number;
      readonly left: number;
    };

/**
 * An API server. Its choices come from its random stream alone, the same number of draws for each
 * operation; what it knows of objects comes from the answers that it got.
 */
export function kubernetesThread({
  thread,
  threads,
  random,
}: ThreadContext): Thread<KubernetesInput, KubernetesOutput> {
  const { known, learn, forget } = knowledge();
  const compaction = compactor();
  const compacts = thread % compactorsAreEvery === 0;
  let chain: Chain | undefined;
  let lease: { readonly id: string; left: number } | undefined;
  let written = 0;

  function fresh(): string {
    written += 1;
    return String(written * threads + thread);
  }

  function next(): KubernetesInput {
    const choice = choose(random);
    if (chain?.at === "list") return chain.next;
    if (chain) {
      const { prefix, after } = chain;
      const range = { key: prefix, rangeEnd: prefixEnd(prefix) };
      return { f: "watch", ...range, startRevision: after + 1, ms: choice.watchMs };
    }
    const revision = compaction.due();
    return revision === undefined ? nextOf(choice) : { f: "compact", revision };
  }

  function nextOf(choice: Choice): KubernetesInput {
    const { kind, key } = choice;
    switch (kind) {
      case "list":
        return firstPage(choice);
      case "event":
        return nextEvent(choice);
      case "claim":
        return compacts ? compaction.claim(fresh()) : { f: "get", key };
      case "get":
        return { f: "get", key };
      default:
        return nextWrite(kind, choice);
    }
  }

  /** It depends on what the client believes to be there. */
  function nextWrite(kind: "create" | "update" | "delete", choice: Choice): ObjectInput {
    const { key } = choice;
    const believed = known.get(key);
    if (believed === null || (kind === "create" && (!believed || choice.isBlind))) {
      return { f: "create", key, value: fresh() };
    }
    if (!believed) return { f: "get", key };
    return kind === "delete"
      ? { f: "delete", key, believed }
      : { f: "update", key, value: fresh(), believed };
  }

  function nextEvent({ event }: Choice): KubernetesInput {
    if (!lease || lease.left === 0) return { f: "lease", ttl: eventTtlSeconds };
    lease.left -= 1;
    return { f: "event", key: eventKey(thread, event), value: fresh(), lease: lease.id };
  }

  function firstPage({ prefix, limit }: Choice): ListInput {
    const page: ListInput = { f: "list", key: prefix, rangeEnd: prefixEnd(prefix), limit };
    chain = { at: "list", prefix, next: page };
    return page;
  }

  function sawPage(input: ListInput, { kvs, more, revision: newest }: PageOutput): void {
    for (const { key, value, modRevision } of kvs) known.set(key, { value, modRevision });
    if (!chain) return;
    const { prefix } = chain;
    const revision = input.revision ?? newest;
    const last = kvs.at(-1);
    chain =
      more && last
        ? { at: "list", prefix, next: { ...input, key: `${last.key}\0`, revision } }
        : { at: "watch", prefix, after: revision, left: mostWatches };
  }

  function sawWatch({ revision, ended }: WatchOutput): void {
    if (chain?.at !== "watch") return;
    const left = ended === "canceled" ? 0 : chain.left - 1;
    chain = left > 0 ? { ...chain, after: revision, left } : undefined;
  }

  function saw(input: KubernetesInput, output: KubernetesOutput): void {
    switch (input.f) {
      case "list":
        if ("kvs" in output) sawPage(input, output);
        // The real one answers 410 (Gone), and its client lists anew.
        else chain = undefined;
        return;
      case "watch":
        if ("ended" in output) sawWatch(output);
        return;
      case "compact":
        return;
      case "lease":
        if ("lease" in output) lease = { id: output.lease, left: eventsPerLease };
        return;
      case "claim":
        compaction.saw(input, output as ObjectOutput);
        return;
      default:
        learn(input, output as ObjectOutput);
    }
  }

  function missed(input: KubernetesInput): void {
    switch (input.f) {
      case "list":
        chain = undefined;
        return;
      case "watch":
        // It goes on from where it was, with the next node.
        sawWatch({ revision: input.startRevision - 1, ended: "broken" });
        return;
      case "event":
        lease = undefined;
        return;
      case "update":
      case "delete":
      case "create":
        forget(input.key);
        return;
      default:
    }
  }

  return { next, saw, missed };
}

/** What a client believes of each object: null for one that is absent. */
function knowledge() {
  const known = new Map<string, Belief | null>();

  function learn(input: ObjectInput, output: ObjectOutput): void {
    const { key } = input;
    if ("done" in output && output.done) {
      const { revision: modRevision } = output;
      known.set(key, "value" in input ? { value: input.value, modRevision } : null);
    } else if (output.found === undefined) {
      // A creation that is refused does not say what is there.
      known.delete(key);
    } else {
      known.set(key, output.found);
    }
  }

  return {
    known: known as ReadonlyMap<string, Belief | null> & Pick<typeof known, "set">,
    learn,
    forget: (key: string) => known.delete(key),
  };
}

interface Choice {
  readonly kind: Kind;
  readonly prefix: string;
  readonly key: string;
  readonly event: number;
  readonly limit: number;
  readonly watchMs: number;
  /** Create what is believed to be there. */
  readonly isBlind: boolean;
}

type Kind = "create" | "update" | "delete" | "get" | "list" | "event" | "claim";

/** So many of a hundred. A list is followed by its other pages and by watches, which take long. */
const share: readonly (readonly [Kind, number])[] = [
  ["create", 18],
  ["update", 24],
  ["delete", 18],
  ["get", 8],
  ["list", 4],
  ["event", 8],
  ["claim", 20],
];
const kinds = share.flatMap(([kind, count]) => Array.from({ length: count }, () => kind));

/** Always the same draws, whatever comes of them. */
function choose(random: Random): Choice {
  const kind = random.pick(kinds);
  const prefix = random.pick(prefixes);
  const key = objectKey(prefix, random.below(objectsPerResource));
  const event = random.below(64);
  const limit = 3 + random.below(8);
  const watchMs = 300 + random.below(1_701);
  const isBlind = random.below(8) === 0;
  return { kind, prefix, key, event, limit, watchMs, isBlind };
}
