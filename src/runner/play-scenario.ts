import { setMaxListeners } from "node:events";
import { answerOrError, RequestError } from "../core/client.js";
import { type Stage, StoppedShort } from "../core/scenario.js";
import type { DriveOptions, ScenarioToPlay } from "./drive-options.js";
import { Company } from "./scenario-company.js";
import { FaultsInForce } from "./scenario-faults.js";
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
