import fc from "fast-check";
import {
  answerOrError,
  type FullClient,
  RequestError,
  type TxnRequest,
  type WatchCreateRequest,
  type WatchResponse,
  type WatchStream,
} from "../../core/client.js";
import {
  deletion,
  end,
  flag,
  key,
  leaseId,
  put,
  range,
  revision,
  txn,
} from "./store/any-request.fixture.js";

/** A request as a client makes it. */
export type Call = {
  readonly [Method in CalledMethod]: {
    readonly method: Method;
    readonly request: Parameters<FullClient[Method]>[0];
  };
}[CalledMethod];

type CalledMethod = Exclude<keyof FullClient, "node" | "watch" | "membership" | "close">;

export interface Step {
  readonly call: Call;
  /** Begun before the call. */
  readonly watch: WatchCreateRequest | undefined;
  /** The watch that is ended before the call. */
  readonly cancel: number | undefined;
}

/** Long enough for none to end while a test runs. */
const ttl = fc.constantFrom(1_000, 5_000, 9_000_000_001);

const call = fc.oneof(
  { weight: 8, arbitrary: of("range", range) },
  { weight: 1, arbitrary: of("range", fc.record({ key: fc.constant("") })) },
  { weight: 8, arbitrary: of("put", put) },
  { weight: 2, arbitrary: of("deleteRange", deletion) },
  { weight: 8, arbitrary: of("txn", txn.filter(isSurvived)) },
  { weight: 1, arbitrary: of("compact", fc.record({ revision })) },
  { weight: 2, arbitrary: of("leaseGrant", fc.record({ id: leaseId, ttl })) },
  { weight: 1, arbitrary: of("leaseRevoke", fc.record({ id: leaseId })) },
  { weight: 1, arbitrary: of("leaseKeepAlive", fc.record({ id: leaseId })) },
  { weight: 2, arbitrary: of("leaseTimeToLive", fc.record({ id: leaseId, keys: flag })) },
  { weight: 1, arbitrary: of("lock", fc.record({ name: fc.constant("a"), lease: leaseId })) },
  { weight: 1, arbitrary: of("unlock", fc.record({ key: fc.constant("a/7") })) },
) as fc.Arbitrary<Call>;

/**
 * A transaction that deletes a key and then puts it with the value or the lease that it had is
 * refused, except where the deletion has no end. That one passes the door, and each member panics
 * when it applies it: 3.3.25, 3.4.23, 3.5.16 and 3.5.30 alike, as seen on three members each.
 */
function isSurvived(request: TxnRequest): boolean {
  const text = JSON.stringify(request);
  return !(text.includes('"\\u0000"') && /"ignore(Value|Lease)":true/.test(text));
}

function of<Method extends CalledMethod>(
  method: Method,
  request: fc.Arbitrary<Parameters<FullClient[Method]>[0]>,
) {
  return fc.record({ method: fc.constant(method), request });
}

const watch = fc.record(
  {
    watchId: fc.integer({ min: 1, max: 12 }),
    key,
    rangeEnd: end,
    startRevision: revision,
    prevKv: flag,
    filters: fc.subarray(["no-put", "no-delete"] as const),
  },
  { requiredKeys: ["watchId", "key"] },
);

const undatedStep = fc.record({
  call,
  watch: seldom(watch, 8),
  cancel: seldom(fc.integer({ min: 1, max: 14 }), 40),
});

/** Once in so many times. */
function seldom<T>(arbitrary: fc.Arbitrary<T>, times: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 1, arbitrary }, { weight: times, arbitrary: fc.constant(undefined) });
}

/** A sequence of steps, the same for the same seed; revisions are counted back from the newest. */
export function sequence(seed: number, length: number): Step[] {
  return fc.sample(undatedStep, { seed, numRuns: length });
}

export interface Replayed {
  /** With the revisions that were asked for. */
  readonly steps: readonly Step[];
  /** To each of them, with what differs from cluster to cluster left out. */
  readonly answers: readonly unknown[];
  /** By watch: all that it was told in order, whatever answers it came in. */
  readonly told: Readonly<Record<string, readonly unknown[]>>;
}

export interface ReplayOptions {
  /** With a deadline that nobody meets whom a slow machine holds up. */
  readonly client: FullClient;
  /** With a short deadline: for locks, which may never be had. */
  readonly hasty: FullClient;
  readonly pause: (ms: number) => Promise<void>;
  /** What to make of a step where so many revisions were made. */
  readonly dated: (step: Step, newest: number) => Step;
}

/** Makes the calls one by one. */
export async function replay(
  undated: readonly Step[],
  { client, hasty, pause, dated: date }: ReplayOptions,
): Promise<Replayed> {
  const watches = new Watches(client.watch(), pause);
  const steps: Step[] = [];
  const answers: unknown[] = [];
  let newest = 1;
  for (const one of undated) {
    const step = date(one, newest);
    steps.push(step);
    if (step.watch) watches.create(step.watch);
    // What a watch is told before it ends depends on how far it has come.
    if (step.cancel !== undefined || step.call.method === "compact") {
      await watches.untilCreated();
      newest = await reach(watches.highestStart, client);
      await watches.untilTold(newest);
    }
    if (step.cancel !== undefined) await watches.cancel(step.cancel);
    const isLock = step.call.method === "lock";
    const waiting = isLock ? await queueLength(client) : 0;
    const answer = await ask(isLock ? hasty : client, step.call);
    answers.push(answer);
    if ("revision" in answer) newest = answer.revision;
    // Whoever gave a lock up leaves the queue, which is a write, some time after.
    else if (answer.code === givenUp.code) {
      while ((await queueLength(client)) > waiting) await pause(30);
    }
  }
  await watches.untilCreated();
  await watches.untilTold(await reach(watches.highestStart, client));
  watches.close();
  return { steps, answers, told: watches.told };
}

/** Of the one lock that is asked for. */
async function queueLength(client: FullClient): Promise<number> {
  const { count } = await client.range({ key: "a/", rangeEnd: "a0", countOnly: true });
  return count;
}

/**
 * Writes until there is this revision: of a watch from the future nobody is told how far it is. Once
 * at least, so that an answer of before can be told from one that knows of all watches.
 */
async function reach(revision: number, client: FullClient): Promise<number> {
  for (;;) {
    const { header } = await client.put({ key: "filler", value: "" });
    if (header.revision >= revision) return header.revision;
  }
}

/** The deadline passed. Who says so first, the client or the member, says it in words of its own. */
const givenUp = { code: 4, details: "" };
const givenUpCodes = [1, 4];

type Answer = { readonly revision: number } | { readonly code: number; readonly details: string };

async function ask(client: FullClient, { method, request }: Call): Promise<Answer> {
  const make = client[method].bind(client) as (request: unknown) => Promise<object>;
  const answer = await answerOrError(make(request));
  if (!(answer instanceof RequestError)) return comparable(answer);
  const { code, details } = answer.facts;
  return givenUpCodes.includes(code) ? givenUp : { code, details };
}

/** Ids and terms are each cluster's own; time has gone on for the one and not for the other. */
function comparable(answer: object): { readonly revision: number } {
  const { header, ttl, keys, ...rest } = answer as {
    readonly header: { readonly revision: number };
    readonly ttl?: number;
    readonly keys?: readonly string[];
  };
  return {
    ...rest,
    revision: header.revision,
    ...(ttl !== undefined && { hasTimeLeft: ttl > 0 }),
    // etcd names them in no order.
    ...(keys && { keys: [...keys].sort() }),
  };
}

/** Never told anything, so that there is always one that can be asked how far it has come. */
const idleWatch: WatchCreateRequest = { watchId: 1_000, key: "never written" };

class Watches {
  readonly told: Record<string, unknown[]> = {};
  readonly #stream: WatchStream;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #lost = new Set<number>();
  readonly #live = new Set<number>();
  #uncreated = 0;
  /** Up to here all of them were told. */
  #progress = 0;
  #highestStart = 0;
  #end: RequestError | undefined;

  constructor(stream: WatchStream, pause: (ms: number) => Promise<void>) {
    this.#stream = stream;
    this.#pause = pause;
    stream.create(idleWatch);
    void this.#receiveAll();
  }

  /** The highest revision that a watch was to start from. */
  get highestStart(): number {
    return this.#highestStart;
  }

  create(request: WatchCreateRequest): void {
    this.#uncreated++;
    this.#highestStart = Math.max(this.#highestStart, request.startRevision ?? 0);
    this.#stream.create(request);
  }

  /**
   * A stream's requests are worked off in turn, and not in turn with other requests: only what is
   * written from now on tells progress that knows of all watches from progress asked for before them.
   */
  async untilCreated(): Promise<void> {
    for (let tries = 0; this.#uncreated > 0; tries++) {
      if (this.#end) throw this.#end;
      if (tries > 300) throw new Error("a watch was never created");
      await this.#pause(30);
    }
  }

  /** And waits until it is: what is asked for next may get there before, and be told to the watch. */
  async cancel(watchId: number): Promise<void> {
    this.#stream.cancel(watchId);
    for (let tries = 0; this.#live.has(watchId); tries++) {
      if (this.#end) throw this.#end;
      if (tries > 300) throw new Error("a watch was never cancelled");
      await this.#pause(30);
    }
  }

  /**
   * Asks for progress again and again: there is no answer as long as any of them is behind, which
   * those that were lost to a compaction are until they are cancelled once more.
   */
  async untilTold(revision: number): Promise<void> {
    for (let tries = 0; this.#progress < revision; tries++) {
      if (this.#end) throw this.#end;
      if (tries > 300) throw new Error("the watches were never told all");
      for (const watchId of this.#lost) this.#stream.cancel(watchId);
      this.#lost.clear();
      this.#stream.requestProgress();
      await this.#pause(30);
    }
  }

  close(): void {
    this.#stream.close();
  }

  async #receiveAll(): Promise<void> {
    for (;;) {
      const answer = await answerOrError(this.#stream.receive());
      if (answer instanceof RequestError) {
        this.#end = answer;
        return;
      }
      this.#take(answer);
    }
  }

  #take({ watchId, created, canceled, events, ...rest }: WatchResponse): void {
    const told = (this.told[String(watchId)] ??= []);
    if (created) {
      told.push("created");
      if (watchId !== idleWatch.watchId) this.#uncreated--;
    }
    told.push(...events);
    // One that is refused is created and cancelled in one answer.
    if (created && !canceled) this.#live.add(watchId);
    if (canceled && !created) this.#live.delete(watchId);
    const { cancelReason, compactRevision, header } = rest;
    if (canceled) told.push({ cancelReason, compactRevision });
    if (compactRevision > 0) this.#lost.add(watchId);
    if (!created && !canceled && events.length === 0) {
      this.#progress = Math.max(this.#progress, header.revision);
    }
  }
}
