import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerOrError, RequestError } from "../../core/client.js";
import {
  clients,
  type ClockSkew,
  type ConnectOptions,
  type Link,
  type NodeState,
  type NodeStatus,
  nodeNames,
  type PauseMethod,
  type Proof,
} from "../../core/cluster.js";
import { HarnessError } from "../../core/errors.js";
import type { Harm, HarmName, Harms } from "../../core/harms.js";
import type { Random } from "../../core/random.js";
import type { StartedCluster } from "../../core/test-bed.js";
import { leaderId, proveServing, whyNoRead } from "../ask-members.js";
import type { Bugs } from "./bugs.js";
import { simulatedCapabilities } from "./capabilities.js";
import { connectSimulated, type SimulatedClient } from "./client.js";
import type { Delay } from "./delay.js";
import { harmsOf } from "./harms/index.js";
import { inWords } from "./harms/probe-links.js";
import type { SimulatedHarm } from "./harms/simulated-harm.js";
import { Machine, type World } from "./machine.js";
import type { Timing } from "./member/member.js";
import { Network } from "./network.js";
import type { Scheduler } from "./scheduler.js";
import { WayIn } from "./way-in.js";

export interface SimulatedClusterOptions {
  readonly scheduler: Scheduler;
  /** 1 to 7 members, named n1, n2, ... */
  readonly nodes: number;
  readonly random: Random;
  readonly bugs: Bugs;
  readonly conditions: Conditions;
  /** Gets `<node>.log` for each node when the cluster is stopped. */
  readonly logsDirectory?: string;
}

/** What the members' world is like where nobody harms it. */
export interface Conditions extends Timing {
  readonly networkDelayMs: Delay;
  /** Of all packets between members. */
  readonly lossShare: number;
  readonly reorderShare: number;
  readonly clientDelayMs: Delay;
  readonly diskSyncMs: { readonly least: number; readonly most: number };
}

/** A small cluster in one place, with a network that is not perfect. */
export const usualConditions: Conditions = {
  heartbeatMs: 100,
  electionMs: 1_000,
  snapshotEntries: 10_000,
  catchUpEntries: 5_000,
  networkDelayMs: { least: 0.1, typical: 0.4 },
  lossShare: 0.001,
  reorderShare: 0.01,
  clientDelayMs: { least: 0.1, typical: 0.3 },
  diskSyncMs: { least: 0.5, most: 3 },
};

const probeMs = 400;
const probePackets = 3;
const probeAnswerMs = 50;
const readMs = 1_000;
/** Long enough on the worst of networks. */
const selfCheckMs = 30_000;
const selfCheckTries = 5;
const retryMs = 100;
/** A clock that is wrong by less than this is right. */
const tolerableMs = 1;

/** Members in this process, on machines, a network and clocks that exist in virtual time alone. */
export class SimulatedCluster implements StartedCluster {
  readonly kind = "simulated";
  readonly nodes: readonly string[];
  readonly capabilities = simulatedCapabilities;
  readonly builds = {};
  readonly configs: Readonly<Record<string, string>>;
  readonly #options: SimulatedClusterOptions;
  readonly #scheduler: Scheduler;
  readonly #network: Network;
  readonly #machines: ReadonlyMap<string, Machine>;
  readonly #memberIds: Readonly<Record<string, string>>;
  readonly #harms: ReadonlyMap<HarmName, SimulatedHarm<never>>;
  #connections = 0;
  #isStopped = false;

  constructor(options: SimulatedClusterOptions) {
    const { scheduler, nodes, random, bugs, conditions } = options;
    this.#options = options;
    this.#scheduler = scheduler;
    this.nodes = nodeNames(nodes);
    this.configs = Object.fromEntries(this.nodes.map((node) => [node, configOf(conditions)]));
    const ids = random.fork("member ids");
    this.#memberIds = Object.fromEntries(this.nodes.map((node) => [node, freshId(ids)]));
    this.#network = new Network({
      scheduler,
      random: random.fork("network"),
      delayMs: conditions.networkDelayMs,
      lossShare: conditions.lossShare,
      reorderShare: conditions.reorderShare,
    });
    const world: World = {
      scheduler,
      network: this.#network,
      nodes: this.nodes,
      memberIds: this.#memberIds,
      clusterId: freshId(ids),
      bugs,
      timing: timingOf(conditions),
      diskSyncMs: conditions.diskSyncMs,
      machineOf: (node) => this.#machine(node),
    };
    this.#machines = new Map(
      this.nodes.map((node) => [node, new Machine(world, node, random.fork(`machine ${node}`))]),
    );
    this.#harms = harmsOf({
      nodes: this.nodes,
      network: this.#network,
      scheduler,
      act: (deed) => this.#do(deed),
    });
  }

  /** Starts every member for the first time. */
  boot(): void {
    for (const machine of this.#machines.values()) machine.start();
  }

  stop(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#isStopped = true;
    for (const machine of this.#machines.values()) machine.kill();
    const { logsDirectory } = this.#options;
    if (logsDirectory !== undefined) this.#writeLogs(logsDirectory);
    return Promise.resolve();
  }

  howToGetIn(): readonly string[] {
    return [];
  }

  async selfCheck(): Promise<string> {
    const [node = ""] = this.nodes;
    const key = "ordeal/self-check";
    let losesAnswers = false;
    const direct = this.#connect(node, { timeoutMs: selfCheckMs });
    const lossy = this.#connect(node, { timeoutMs: selfCheckMs, losesAnswers: () => losesAnswers });
    const versionOf = async () => {
      const answer = await answerOrError(direct.range({ key }));
      if (!(answer instanceof RequestError)) return answer.kvs[0]?.version ?? 0;
      throw new HarnessError(
        `The check that lost replies are not repeated could not be made, since ${node} answered "${answer.facts.details}".`,
        { cause: answer },
      );
    };
    let applied = 0;
    let seen: unknown;
    losesAnswers = true;
    // On a bad network a write may be lost on its way: one that was never applied proves nothing.
    for (let tries = 0; tries < selfCheckTries && applied === 0; tries++) {
      const before = await versionOf();
      seen = await answerOrError(lossy.put({ key, value: "once" }));
      applied = (await versionOf()) - before;
    }
    lossy.close();
    direct.close();
    if (applied !== 1 || !(seen instanceof RequestError) || !seen.facts.sent) {
      throw new HarnessError(
        `Expected a write whose reply was lost to be applied once and to be reported as sent, and it was applied ${applied} times and ended ${seen instanceof RequestError ? `with "${seen.message}"` : "well"}: no verdict could be trusted.`,
      );
    }
    return `a write to ${node} whose reply was lost was applied once and ended with "${seen.facts.details}"`;
  }

  connect(node: string, { timeoutMs }: ConnectOptions): SimulatedClient {
    return this.#connect(node, { timeoutMs });
  }

  status(node: string, timeoutMs: number): Promise<NodeStatus> {
    return statusBy(this.#connect(node, { timeoutMs }));
  }

  state(node: string): NodeState {
    const isOfNode = ({ from, to }: Link) => from === node || to === node;
    const links = [...this.#network.cuts.values()].flat();
    const harms = [...this.#harms].filter(([, harm]) => harm.isOn(node));
    const held = harms.flatMap(([, harm]) => harm.heldLinks?.() ?? []);
    return {
      process: this.#machine(node).process,
      cut: links.filter(isOfNode),
      ...(harms.length > 0 && { harms: harms.map(([name]) => name) }),
      ...(held.length > 0 && { held: held.filter(isOfNode) }),
    };
  }

  async leader(): Promise<string | undefined> {
    const id = await leaderId(this, probeMs);
    return this.nodes.find((node) => this.#memberIds[node] === id);
  }

  kill(node: string): Promise<void> {
    return this.#harm(node, "killed", (machine) => {
      machine.kill();
    });
  }

  start(node: string): Promise<void> {
    return this.#do(() => {
      this.#machine(node).start();
    });
  }

  async probeKilled(node: string): Promise<Proof> {
    return refusesConnections(node, await this.#refusalOf(node));
  }

  async probeStarted(node: string): Promise<Proof> {
    const { starts, process } = this.#machine(node);
    const answer = await this.#refusalOf(node);
    const isUp = answer === undefined || answer.facts.sent;
    return {
      holds: isUp && process !== "killed",
      evidence: isUp
        ? `${node} takes connections again, as its process number ${starts}`
        : `${node} refuses connections: ${answer.facts.details}`,
    };
  }

  change(node: string): Promise<void> {
    return Promise.reject(
      new HarnessError(`${node} is simulated: it has no configuration to be changed`),
    );
  }

  probeChanged(node: string): Promise<Proof> {
    return Promise.resolve({ holds: false, evidence: `${node} has no configuration` });
  }

  probeServing(node: string): Promise<Proof> {
    return proveServing(this.#connect(node, { timeoutMs: readMs }));
  }

  powerOff(node: string): Promise<void> {
    return this.#harm(node, "turned off", (machine) => {
      machine.powerOff();
    });
  }

  async probePoweredOff(node: string): Promise<Proof> {
    const { holds, evidence } = refusesConnections(node, await this.#refusalOf(node));
    const lost = this.#machine(node).lostAtPowerFailure;
    return {
      holds: holds && lost !== undefined,
      evidence: `${evidence}, and its disk lost ${lost ?? "no"} entries of the log that were not synced`,
    };
  }

  stallDisk(node: string): Promise<void> {
    return cannot(`hold back what ${node} writes`);
  }

  releaseDisk(node: string): Promise<void> {
    return cannot(`let go what ${node} writes`);
  }

  probeDiskStalled(node: string): Promise<Proof> {
    return cannot(`tell whether ${node}'s disk stands still`);
  }

  probeDiskReleased(node: string): Promise<Proof> {
    return cannot(`tell whether ${node}'s disk takes writes`);
  }

  skewClock(node: string, skew: ClockSkew): Promise<void> {
    return this.#do(() => {
      this.#machine(node).clock.skew(skew);
    });
  }

  resetClock(node: string): Promise<void> {
    return this.#do(() => {
      this.#machine(node).clock.reset();
    });
  }

  async probeClockSkewed(node: string): Promise<Proof> {
    const { offsetMs, evidence } = await this.#clockOffset(node);
    return { holds: Math.abs(offsetMs) >= tolerableMs, evidence };
  }

  async probeClockReset(node: string): Promise<Proof> {
    const { offsetMs, evidence } = await this.#clockOffset(node);
    return { holds: Math.abs(offsetMs) < tolerableMs, evidence };
  }

  pause(node: string, method: PauseMethod): Promise<void> {
    return this.#harm(node, "paused", (machine) => {
      machine.pause(method === "freezer" ? "frozen" : "paused");
    });
  }

  resume(node: string): Promise<void> {
    return this.#do(() => {
      this.#machine(node).resume();
    });
  }

  async probePaused(node: string): Promise<Proof> {
    const answer = await this.#refusalOf(node);
    const isSilent = answer?.facts.sent === true;
    return {
      holds: isSilent,
      evidence: isSilent
        ? `${node} takes a request and does not answer within ${probeMs} ms`
        : `${node} ${answer ? `refuses connections: ${answer.facts.details}` : "answers"}`,
    };
  }

  async probeResumed(node: string): Promise<Proof> {
    const answer = await this.#refusalOf(node);
    return {
      holds: answer === undefined,
      evidence: answer ? `${node} does not answer: ${answer.facts.details}` : `${node} answers`,
    };
  }

  cut(id: string, links: readonly Link[]): Promise<void> {
    return this.#do(() => {
      if (this.#network.cuts.has(id)) throw new HarnessError(`There is a cut "${id}" already.`);
      this.#network.cut(id, links);
    });
  }

  mend(id: string): Promise<void> {
    return this.#do(() => {
      this.#network.mend(id);
    });
  }

  async probeCut(links: readonly Link[]): Promise<Proof> {
    const seen = await Promise.all(links.map((link) => this.#probeLink(link)));
    const open = seen.filter(({ arrived, dropped }) => arrived > 0 || dropped === 0);
    return {
      holds: open.length === 0,
      evidence:
        open.length > 0
          ? `packets arrive on ${open.map(({ link }) => inWords(link)).join(", ")}`
          : `${probePackets} packets on each of ${links.length} links, and all of them were dropped`,
    };
  }

  async probeMended(links: readonly Link[]): Promise<Proof> {
    const free = links.filter((link) => !this.#network.isCut(link));
    const seen = await Promise.all(free.map((link) => this.#probeLink(link)));
    const shut = seen.filter(({ arrived }) => arrived === 0);
    const still = links.length - free.length;
    return {
      holds: shut.length === 0,
      evidence:
        shut.length > 0
          ? `no packet arrives on ${shut.map(({ link }) => inWords(link)).join(", ")}`
          : `packets arrive on ${free.length} links${still > 0 ? `, ${still} are under another cut` : ""}`,
    };
  }

  harm<Name extends HarmName>(name: Name): Harm<Harms[Name]> {
    const harm = this.#harms.get(name);
    if (!harm) throw new HarnessError(`a simulated cluster has no ${name}`);
    return harm;
  }

  async sleep(ms: number): Promise<void> {
    await this.#scheduler.sleep(ms);
  }

  healAll(): Promise<void> {
    return this.#do(() => {
      for (const id of [...this.#network.cuts.keys()]) this.#network.mend(id);
      for (const harm of this.#harms.values()) for (const node of this.nodes) harm.undo(node);
      for (const machine of this.#machines.values()) {
        machine.clock.reset();
        machine.resume();
        machine.start();
      }
    });
  }

  async waitUntilServing(timeoutMs: number): Promise<void> {
    const deadlineNs = this.#scheduler.nowNs + timeoutMs * 1e6;
    const troubles = await Promise.all(
      this.nodes.map(async (node) => {
        for (;;) {
          const reason = await whyNoRead(this.#connect(node, { timeoutMs: readMs }));
          if (reason === undefined) return [];
          if (this.#scheduler.nowNs > deadlineNs) return [`${node}: ${reason}`];
          await this.#scheduler.sleep(retryMs);
        }
      }),
    );
    const all = troubles.flat();
    if (all.length > 0) {
      throw new HarnessError(
        `The cluster does not serve: no linearizable read was answered within ${timeoutMs / 1000} s by ${all.join("; ")}.`,
      );
    }
  }

  #connect(node: string, { isOnTheSpot = false, ...options }: Connecting): SimulatedClient {
    const { scheduler, random, conditions } = this.#options;
    this.#connections += 1;
    return connectSimulated({
      scheduler,
      machine: this.#machine(node),
      node,
      random: random.fork(`connection ${this.#connections}`),
      delayMs: conditions.clientDelayMs,
      ...options,
      ...(!isOnTheSpot && { wayIn: this.#wayIn(node) }),
    });
  }

  #wayIn(node: string): WayIn {
    return new WayIn({ scheduler: this.#scheduler, network: this.#network, node });
  }

  /** Undefined where it answers. It is asked on the spot: no cut is in the way. */
  async #refusalOf(node: string): Promise<RequestError | undefined> {
    const client = this.#connect(node, { timeoutMs: probeMs, isOnTheSpot: true });
    const answer = await answerOrError(statusBy(client));
    return answer instanceof RequestError ? answer : undefined;
  }

  /** Its clock against the time of all. */
  async #clockOffset(node: string): Promise<{ offsetMs: number; evidence: string }> {
    await this.#scheduler.sleep(probeAnswerMs);
    const { offsetMs } = this.#machine(node).clock;
    const side = offsetMs < 0 ? "behind" : "ahead";
    const evidence = `the clock of ${node} is ${Math.abs(offsetMs).toFixed(0)} ms ${side}`;
    return { offsetMs, evidence };
  }

  async #probeLink(link: Link) {
    const before = this.#network.dropped(link);
    let arrived = 0;
    for (let packet = 0; packet < probePackets; packet++) {
      const arrive = () => {
        arrived += 1;
      };
      if (link.from !== clients) this.#network.ping(link, arrive);
      else this.#wayIn(link.to).pass(arrive);
    }
    await this.#scheduler.sleep(probeAnswerMs);
    return { link, arrived, dropped: this.#network.dropped(link) - before };
  }

  #harm(node: string, what: string, harm: (machine: Machine) => void): Promise<void> {
    return this.#do(() => {
      const machine = this.#machine(node);
      if (machine.process === "killed") {
        throw new HarnessError(`${node} could not be ${what}: no process runs there.`);
      }
      harm(machine);
    });
  }

  /** As an event of its own, a moment later: as with real nodes nothing is done at once. */
  async #do(act: () => void): Promise<void> {
    await this.#scheduler.sleep(1);
    act();
  }

  #machine(name: string): Machine {
    const machine = this.#machines.get(name);
    if (!machine) {
      throw new HarnessError(`There is no node "${name}", only ${this.nodes.join(", ")}.`);
    }
    return machine;
  }

  #writeLogs(directory: string): void {
    mkdirSync(directory, { recursive: true });
    for (const [node, { log }] of this.#machines) {
      writeFileSync(join(directory, `${node}.log`), log.map((line) => `${line}\n`).join(""));
    }
  }
}

interface Connecting extends ConnectOptions {
  readonly losesAnswers?: () => boolean;
  /** It goes through no network that could be cut. */
  readonly isOnTheSpot?: boolean;
}

async function statusBy(client: SimulatedClient): Promise<NodeStatus> {
  try {
    return await client.status();
  } finally {
    client.close();
  }
}

function refusesConnections(node: string, answer: RequestError | undefined): Proof {
  const isRefused = answer?.facts.sent === false;
  return {
    holds: isRefused,
    evidence: isRefused
      ? `${node} refuses connections`
      : `${node} ${answer ? "takes requests, though it does not answer" : "answers"}`,
  };
}

function timingOf({ heartbeatMs, electionMs, snapshotEntries, catchUpEntries }: Conditions) {
  return { heartbeatMs, electionMs, snapshotEntries, catchUpEntries };
}

function configOf({ heartbeatMs, electionMs, snapshotEntries }: Conditions): string {
  return `heartbeat-interval: ${heartbeatMs}\nelection-timeout: ${electionMs}\nsnapshot-count: ${snapshotEntries}\n`;
}

function freshId(random: Random): string {
  return (BigInt(random.below(2 ** 31)) * 2n ** 31n + BigInt(random.below(2 ** 31))).toString();
}

function cannot(what: string): Promise<never> {
  return Promise.reject(new HarnessError(`a simulated cluster cannot ${what}`));
}
