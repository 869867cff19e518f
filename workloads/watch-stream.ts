import { partOf } from "../src/checkers/watch/watch-part.js";
import {
  answerOrError,
  type FullClient,
  RequestError,
  type WatchCreateRequest,
  type WatchResponse,
  type WatchStream,
} from "../src/core/client.js";
import type { InvokeContext } from "../src/core/workload.js";
import type { WatchInput, WatchOutput, WatchPlan, WatchTold } from "./watch-input.js";
import { recordedResponse } from "./watch-values.js";

/**
 * Listens to a stream of watches for a while and tells of each message as it comes. A stream that
 * breaks is an answer like any other, unless nothing came at all, or it was to reach a revision:
 * then it throws RequestError.
 */
export async function listen(
  client: FullClient,
  input: WatchInput,
  context: InvokeContext,
): Promise<WatchOutput> {
  const { clock, over } = context;
  const stream = client.watch();
  const ending = new AbortController();
  const end = () => {
    ending.abort();
  };
  over.addEventListener("abort", end, { once: true });
  // All at once: etcd may send an answer to a progress request after the creation of a watch that
  // it does not speak of, where one is created while another's progress is asked for.
  for (const plan of input.watches) stream.create(requestOf(plan));
  const listener: Listener = { reached: new Reached(input.watches), heard: 0 };
  const receiving = receiveAll(stream, input, { ...context, listener, ending });
  let nowMs = 0;
  for (const { atMs, act } of [...actionsOf(input, stream), { atMs: input.lifeMs, act: end }]) {
    await clock.sleep(atMs - nowMs, ending.signal);
    if (ending.signal.aborted) break;
    nowMs = atMs;
    act();
  }
  stream.close();
  const error = await receiving;
  over.removeEventListener("abort", end);
  const told = listener.reached.all();
  if (!error) return { ended: "closed", told };
  if (listener.heard === 0 || input.until !== undefined) throw error;
  return { ended: "broken", error: error.facts, told };
}

function requestOf(plan: WatchPlan): WatchCreateRequest {
  const { id, key, rangeEnd, startRevision, filters, prevKv, progressNotify, fragment } = plan;
  return {
    watchId: id,
    key,
    ...(rangeEnd !== undefined && { rangeEnd }),
    ...(startRevision !== undefined && { startRevision }),
    ...(filters && { filters }),
    ...(prevKv && { prevKv }),
    ...(progressNotify && { progressNotify }),
    ...(fragment && { fragment }),
  };
}

interface Listener {
  readonly reached: Reached;
  /** Messages. */
  heard: number;
}

interface Listening extends InvokeContext {
  readonly listener: Listener;
  readonly ending: AbortController;
}

/** Until the stream ends. Resolves with why, unless that was what `ending` wanted. */
async function receiveAll(
  stream: WatchStream,
  { restMs, until, untilKey }: WatchInput,
  { listener, ending, ...context }: Listening,
): Promise<RequestError | undefined> {
  for (;;) {
    const response = await answerOrError(stream.receive());
    if (response instanceof RequestError) {
      if (ending.signal.aborted) return undefined;
      ending.abort();
      return response;
    }
    const recorded = recordedResponse(response);
    context.tell(partOf(recorded));
    listener.heard++;
    listener.reached.hear(recorded);
    if (until !== undefined && listener.reached.isAt(until)) ending.abort();
    if (recorded.events.some(({ kv }) => kv.key === untilKey)) ending.abort();
    if (restMs > 0) await context.clock.sleep(restMs, ending.signal);
  }
}

interface Timed {
  readonly atMs: number;
  readonly act: () => void;
}

/** What is to be done on the way, in the order of time. */
function actionsOf(
  { watches, progressAtMs, lifeMs }: WatchInput,
  stream: WatchStream,
): readonly Timed[] {
  const cancels = watches.flatMap(({ id, cancelAtMs }) =>
    cancelAtMs === undefined
      ? []
      : [
          {
            atMs: cancelAtMs,
            act: () => {
              stream.cancel(id);
            },
          },
        ],
  );
  const progress = progressAtMs.map((atMs) => ({
    atMs,
    act: () => {
      stream.requestProgress();
    },
  }));
  return [...cancels, ...progress]
    .filter(({ atMs }) => atMs < lifeMs)
    .sort((a, b) => a.atMs - b.atMs);
}

/** How far each watch of a stream has come. */
class Reached {
  readonly #watches = new Map<number, { next?: number; compacted?: number; isCreated: boolean }>();
  readonly #first: number | undefined;

  constructor(plans: readonly WatchPlan[]) {
    for (const { id } of plans) this.#watches.set(id, { isCreated: false });
    this.#first = plans[0]?.id;
  }

  hear(response: WatchResponse): void {
    const { watchId } = response;
    const watches = watchId === -1 ? [...this.#watches.values()] : [this.#watches.get(watchId)];
    for (const watch of watches) if (watch) hearFor(watch, response);
  }

  isAt(revision: number): boolean {
    const first = this.#first === undefined ? undefined : this.#watches.get(this.#first);
    return (first?.next ?? 0) > revision;
  }

  all(): readonly WatchTold[] {
    return [...this.#watches].map(([id, { next, compacted }]) => ({
      id,
      ...(next !== undefined && { next }),
      ...(compacted !== undefined && { compacted }),
    }));
  }
}

function hearFor(
  watch: { next?: number; compacted?: number; isCreated: boolean },
  { header, created, canceled, compactRevision, fragment, events }: WatchResponse,
): void {
  if (canceled) {
    if (compactRevision > 0) watch.compacted = compactRevision;
    return;
  }
  if (created) {
    watch.isCreated = true;
    return;
  }
  // More of the last revision's events may follow.
  const missing = fragment ? 0 : 1;
  const last = events.at(-1);
  if (last) watch.next = Math.max(watch.next ?? 0, last.kv.modRevision + missing);
  else if (watch.isCreated) watch.next = Math.max(watch.next ?? 0, header.revision + 1);
}
