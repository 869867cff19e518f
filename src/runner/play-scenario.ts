import { setMaxListeners } from "node:events";
import { answerOrError, type FullClient, RequestError } from "../core/client.js";
import type { FaultEvent, FaultSpec } from "../core/history.js";
import type { Nemesis } from "../core/nemesis.js";
import type { Input, Outcome } from "../core/operation.js";
import {
  type Stage,
  type StageClient,
  type StageFault,
  StoppedShort,
  type UnseenFault,
} from "../core/scenario.js";
import { attempt } from "./attempt.js";
import type { DriveOptions, ScenarioToPlay } from "./drive-options.js";
import { type Fault, healFault, injectFault } from "./one-fault.js";
import { watchStatus } from "./status-watch.js";

/** A leader is there within that time, or none comes. */
const leaderLimitMs = 15_000;
const pauseMs = 50;
/** A member that works says of itself what it is within that time. */
const statusLimitMs = 1_000;

/**
 * Plays a scenario, round by round, until a checker that looks on objects or all rounds are over.
 * After each everything is healed, and the next one begins when every node serves. A round that
 * stopped short is told of in the history: it shows nothing, and the next one may.
 */
export async function playScenario(options: DriveOptions, asked: ScenarioToPlay): Promise<void> {
  const { scenario, found } = asked;
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const looking = watchStatus(options, over.signal);
  const numbers = { fault: 0 };
  try {
    for (let round = 1; round <= scenario.rounds; round++) {
      if (options.signal.aborted || found.aborted || options.recorder.failed.aborted) break;
      await playRound(options, asked, { round, numbers });
    }
  } finally {
    over.abort();
    await looking;
  }
}

interface Round {
  readonly round: number;
  readonly numbers: { fault: number };
}

async function playRound(
  options: DriveOptions,
  { scenario, version, found }: ScenarioToPlay,
  { round, numbers }: Round,
): Promise<void> {
  const { cluster, recorder, signal, recoveryLimitMs } = options;
  recorder.note({ kind: "round", text: `round ${round} of at most ${scenario.rounds}` });
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const end = () => {
    over.abort();
  };
  signal.addEventListener("abort", end, { once: true });
  const company = new Company(options, over.signal);
  const faults = new FaultsInForce(options, numbers);
  try {
    await scenario.play(stageFor({ options, version, round, company, faults }));
  } catch (error) {
    if (!(error instanceof StoppedShort)) throw error;
    if (!signal.aborted && !found.aborted) {
      recorder.note({ kind: "missed", text: error.message });
    }
  } finally {
    end();
    signal.removeEventListener("abort", end);
    await company.leave();
    await faults.healAll();
    await cluster.healAll();
  }
  if (!signal.aborted && !found.aborted && round < scenario.rounds) {
    await cluster.waitUntilServing(recoveryLimitMs);
  }
}

interface StageParts {
  readonly options: DriveOptions;
  readonly version: string;
  readonly round: number;
  readonly company: Company;
  readonly faults: FaultsInForce;
}

function stageFor({ options, version, round, company, faults }: StageParts): Stage {
  const { cluster, clock, recorder, random, signal } = options;
  const goOn = () => {
    if (signal.aborted) throw new StoppedShort(`the run was ended early: ${String(signal.reason)}`);
  };
  const sleep = async (ms: number) => {
    await clock.sleep(ms, signal);
    goOn();
  };
  const until: Stage["until"] = async (what, holds, limitMs) => {
    const endNs = clock.nowNs() + limitMs * 1e6;
    while (!(await holds())) {
      if (clock.nowNs() > endNs) throw new StoppedShort(`not within ${limitMs} ms: ${what}`);
      await sleep(pauseMs);
    }
    goOn();
  };
  return {
    nodes: cluster.nodes,
    version,
    round,
    random: random.fork(`round ${round}`),
    sleep,
    until,
    client: (node) => company.client(node),
    clients: (node, count) => Array.from({ length: count }, () => company.client(node)),
    async inject(spec) {
      goOn();
      const fault = await faults.inject(spec);
      goOn();
      return fault;
    },
    async inflict(spec) {
      goOn();
      const fault = await faults.inflict(spec);
      goOn();
      return fault;
    },
    async leader() {
      let leader: string | undefined;
      await until(
        "a majority follows a leader",
        async () => (leader = await cluster.leader()) !== undefined,
        leaderLimitMs,
      );
      return leader ?? "";
    },
    async status(node) {
      const answer = await answerOrError(cluster.status(node, statusLimitMs));
      goOn();
      if (answer instanceof RequestError) throw new StoppedShort(`${node} tells no status`);
      return answer;
    },
    nowMs: () => clock.nowNs() / 1e6,
    note: (text) => {
      recorder.note({ kind: "done", text });
    },
    need(what, holds) {
      if (!holds) throw new StoppedShort(what);
    },
  };
}

/** All clients of a round. */
class Company {
  readonly #options: DriveOptions;
  readonly #over: AbortSignal;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #clients = new Set<FullClient>();

  constructor(options: DriveOptions, over: AbortSignal) {
    this.#options = options;
    this.#over = over;
  }

  client(node: string): StageClient {
    const { workload, recorder, clock, progress } = this.#options;
    let process = this.#nextProcess();
    let client = this.#connect(node);
    const perform = async (input: Input): Promise<Outcome> => {
      const mine = process;
      recorder.invoke({ process: mine, node, input });
      const outcome = await attempt(workload, client, input, {
        clock,
        over: this.#over,
        tell: (part) => {
          recorder.part({ process: mine, part });
        },
      });
      recorder.complete({ process: mine, outcome });
      progress.counts[outcome.type]++;
      if (outcome.type === "info") {
        process = this.#nextProcess();
        this.#close(client);
        client = this.#connect(node);
      }
      return outcome;
    };
    const ask = async (input: Input): Promise<Outcome> => {
      if (this.#over.aborted) throw new StoppedShort("the round was over");
      const work = perform(input);
      this.#underWay.add(work);
      try {
        return await work;
      } finally {
        this.#underWay.delete(work);
      }
    };
    return {
      node,
      ask,
      async must(input) {
        const outcome = await ask(input);
        if (outcome.type === "ok") return outcome.output;
        const why = outcome.error?.details ?? "no answer";
        throw new StoppedShort(`${input.f} on ${node} was not answered as it must be: ${why}`);
      },
    };
  }

  /** What is under way comes to its end: what waits was told that it is over. */
  async leave(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    for (const client of this.#clients) client.close();
  }

  #nextProcess(): number {
    return ++this.#options.processes.highest;
  }

  #connect(node: string): FullClient {
    const { cluster, requestTimeoutMs } = this.#options;
    const client = cluster.connect(node, { timeoutMs: requestTimeoutMs });
    this.#clients.add(client);
    return client;
  }

  #close(client: FullClient): void {
    client.close();
    this.#clients.delete(client);
  }
}

class FaultsInForce {
  readonly #options: DriveOptions;
  readonly #numbers: { fault: number };
  readonly #healing = new Set<Promise<void>>();
  /** With what tells that it was seen in force, or was not. */
  readonly #open = new Map<Fault, Promise<void>>();

  constructor(options: DriveOptions, numbers: { fault: number }) {
    this.#options = options;
    this.#numbers = numbers;
  }

  async inject(spec: FaultSpec): Promise<StageFault> {
    const fault = await this.inflict(spec);
    await fault.seen();
    return fault;
  }

  async inflict(spec: FaultSpec): Promise<UnseenFault> {
    const nemesis = this.#options.nemeses.find(({ name }) => name === spec.nemesis);
    if (!nemesis) throw new RangeError(`the scenario does not say that it uses ${spec.nemesis}`);
    const fault: Fault = { number: this.#numbers.fault++, nemesis, spec };
    let seen = Promise.resolve();
    const done = new Promise<void>((resolve, reject) => {
      seen = this.#see(fault, resolve);
      seen.then(resolve, reject);
    });
    this.#open.set(fault, seen);
    await done;
    return { seen: () => seen, heal: () => this.#heal(fault) };
  }

  /** Tells as soon as the harm is done, and looks whether it is in force. */
  async #see(fault: Fault, done: () => void): Promise<void> {
    const { nemesis, spec } = fault;
    const inject: Nemesis["inject"] = async (...words) => {
      await nemesis.inject(...words);
      done();
    };
    const last = await this.#lastEventOf((options) =>
      injectFault(options, { ...fault, nemesis: { ...nemesis, inject } }),
    );
    if (last?.stage !== "in-force") {
      throw new StoppedShort(`not seen in force: ${spec.description} (${last?.evidence ?? "?"})`);
    }
  }

  /** Whoever does not wait for it is not told where it fails: the history is. */
  #heal(fault: Fault): Promise<void> {
    const work = this.#healOnce(fault);
    this.#healing.add(work);
    work.catch(() => undefined).finally(() => this.#healing.delete(work));
    return work;
  }

  async #healOnce(fault: Fault): Promise<void> {
    const seen = this.#open.get(fault);
    if (!this.#open.delete(fault)) return;
    await Promise.allSettled([seen]);
    const last = await this.#lastEventOf((options) => healFault(options, fault));
    if (last?.stage !== "over") {
      const { description } = fault.spec;
      throw new StoppedShort(`not seen to be over: ${description} (${last?.evidence ?? "?"})`);
    }
  }

  /** The last ones first: they may stand in the way of the others' remedies. */
  async healAll(): Promise<void> {
    await Promise.allSettled(this.#healing);
    for (const fault of [...this.#open.keys()].reverse()) {
      try {
        await this.#heal(fault);
      } catch (error) {
        if (!(error instanceof StoppedShort) && !(error instanceof RequestError)) throw error;
      }
    }
  }

  async #lastEventOf(
    work: (options: Parameters<typeof injectFault>[0]) => Promise<unknown>,
  ): Promise<Pick<FaultEvent, "stage" | "evidence"> | undefined> {
    const { recorder } = this.#options;
    const seen: Pick<FaultEvent, "stage" | "evidence">[] = [];
    await work({
      ...this.#options,
      recorder: {
        fault: (event) => {
          seen.push(event);
          return recorder.fault(event);
        },
      },
    });
    return seen.at(-1);
  }
}
