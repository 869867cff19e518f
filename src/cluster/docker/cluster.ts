import { setTimeout as sleep } from "node:timers/promises";
import { connectEtcd, memberStatus, type TlsFiles } from "../../client/etcd-client.js";
import { proveNoRetries } from "../../client/self-check.js";
import type { MemberClient } from "../../core/client.js";
import {
  type Capability,
  clients,
  type ClockSkew,
  type ConnectOptions,
  type Link,
  type MetricGrowth,
  type NodeState,
  type NodeStatus,
  type PauseMethod,
  type Proof,
  type SetUp,
  type SetUpFacts,
} from "../../core/cluster.js";
import { HarnessError } from "../../core/errors.js";
import type { Harm, HarmName, Harms } from "../../core/harms.js";
import type { EtcdBuild } from "../../core/run.js";
import type { StartedCluster } from "../../core/test-bed.js";
import { leaderId, proveServing, whyNoRead } from "../ask-members.js";
import { capabilitiesWith } from "./capabilities.js";
import {
  type ClientSighting,
  judgeClientsCut,
  judgeClientsMended,
  sightClients,
} from "./client-links.js";
import {
  hasNoOwnClock,
  proveClockReset,
  proveClockSkewed,
  proveOwnClock,
  resetClock,
  skewClock,
  underOwnClock,
  whyNoOwnClock,
} from "./clock.js";
import { addCut, removeAllCuts, removeCut } from "./firewall.js";
import { dockerHarms } from "./harms/index.js";
import type { DockerHarm, Machines, MemberEndpoint } from "./harms/machines.js";
import { killEtcdWhen } from "./kill-when.js";
import { proveCarried } from "./links/links.js";
import type { NodeLog } from "./logs.js";
import { type DockerRestoration, restorationOf } from "./restore/restoration.js";
import {
  cutPower,
  hasNoOwnDisk,
  mountOwnDisk,
  proveDiskReleased,
  proveDiskStalled,
  provePoweredOff,
  releaseDisk,
  stallDisk,
} from "./own-disk.js";
import {
  type DockerNode,
  type EtcdFiles,
  type EtcdProcess,
  type EtcdRun,
  etcdProcesses,
  freeze,
  runScript,
  signalEtcd,
  startEtcd,
  thaw,
} from "./node.js";
import { emptyData, writeConfig } from "./node-files.js";
import {
  countCuts,
  judgeCut,
  judgeMended,
  type Prober,
  proveChanged,
  proveKilled,
  provePaused,
  proveResumed,
  proveStarted,
  sightLinks,
  together,
} from "./probes.js";

/** An etcd and what it is told, as they lie in a node's container. */
export interface MemberSetUp extends SetUpFacts {
  readonly build: EtcdBuild;
  /** The effective `etcd-config.yml`. */
  readonly config: string;
  readonly files: EtcdFiles;
}

/** A node with all that belongs to it. */
export interface Member {
  readonly node: DockerNode;
  /** What it begins with, and those that it can be changed to. */
  readonly setUps: readonly [MemberSetUp, ...MemberSetUp[]];
  readonly log: NodeLog;
  readonly ownDisk: boolean;
  readonly ownClock: boolean;
  readonly hasLinks: boolean;
  /** etcdctl is at hand. */
  readonly etcdctl: boolean;
}

export interface DockerClusterOptions {
  readonly members: readonly Member[];
  readonly tls: TlsFiles | undefined;
  /** Given to each etcd that is started. */
  readonly environment: readonly string[];
  /** For people: how to look around in a cluster that was kept. */
  readonly howToGetIn: readonly string[];
  /** Ends the logs and removes everything, unless it is kept. */
  readonly release: (options: StopOptions) => Promise<void>;
}

export interface StopOptions {
  readonly keep: boolean;
}

/** An etcd that ended without having been killed. */
export interface EndedEtcd {
  readonly node: string;
  readonly exitCode: number | null;
  readonly lastLines: readonly string[];
}

interface MutableMember extends Member {
  /** One of its set-ups: what it is started with. */
  setUp: MemberSetUp;
  process: NodeState["process"];
  run: EtcdRun | undefined;
  /** What was ended last: whatever runs after a start must be another. */
  ended: EtcdProcess | undefined;
  /** Whether it lost its power, and what was not synced with it; until it is started again. */
  lostPower: { readonly lostUnsynced: boolean } | undefined;
  clockIsWrong: boolean;
  /** Its clock was to be set right while nothing could be done in its container. */
  resetsOnThaw: boolean;
}

interface Cut {
  readonly number: number;
  readonly links: readonly Link[];
}

const statusMs = 500;
const readMs = 1_000;
const retryMs = 100;

/**
 * Members in containers, and what can be done to them. What is asked of one node at a time is the
 * caller's affair to keep in order; different nodes may be harmed at once.
 */
export class DockerCluster implements StartedCluster {
  readonly kind = "docker";
  readonly nodes: readonly string[];
  readonly capabilities: ReadonlySet<Capability>;
  readonly restoration: DockerRestoration;
  readonly #members: ReadonlyMap<string, MutableMember>;
  readonly #tls: TlsFiles | undefined;
  readonly #environment: readonly string[];
  readonly #howToGetIn: readonly string[];
  readonly #release: (options: StopOptions) => Promise<void>;
  #released: Promise<void> | undefined;
  readonly #cuts = new Map<string, Cut>();
  readonly #harms: ReadonlyMap<HarmName, DockerHarm<never>>;
  readonly #nodeOfMemberId = new Map<string, string>();
  #cutsEver = 0;
  #longestCallMs = 0;

  constructor({ members, tls, environment, howToGetIn, release }: DockerClusterOptions) {
    this.nodes = members.map(({ node }) => node.name);
    this.#members = new Map(
      members.map((member) => [
        member.node.name,
        {
          ...member,
          setUp: member.setUps[0],
          process: "killed",
          run: undefined,
          ended: undefined,
          lostPower: undefined,
          clockIsWrong: false,
          resetsOnThaw: false,
        },
      ]),
    );
    this.capabilities = capabilitiesWith({
      ownDisks: members.every(({ ownDisk }) => ownDisk),
      ownClocks: members.every(({ ownClock }) => ownClock),
      etcdctl: members.every(({ etcdctl }) => etcdctl),
      links: members.every(({ hasLinks }) => hasLinks),
    });
    const machines = this.#machines();
    const longestCallMs = () => this.#longestCallMs;
    this.restoration = restorationOf({ machines, longestCallMs });
    this.#harms = new Map(
      Object.entries(dockerHarms).map(([name, make]) => [name as HarmName, make(machines)]),
    );
    this.#tls = tls;
    this.#environment = environment;
    this.#howToGetIn = howToGetIn;
    this.#release = release;
  }

  /** Starts etcd on every node for the first time. */
  async boot(): Promise<void> {
    await allOf(
      [...this.#members.values()].map(async (member) => {
        await this.#startEtcd(member);
        member.process = "running";
      }),
    );
  }

  /** That no etcd goes by the machine's clock where it was to have its own. */
  async proveOwnClocks(): Promise<void> {
    const members = [...this.#members.values()].filter(({ ownClock }) => ownClock);
    await allOf(members.map(({ node }) => proveOwnClock(node)));
  }

  /** That what members say to each other goes through the proxies where it was to. */
  async proveLinks(): Promise<void> {
    const members = [...this.#members.values()].filter(({ hasLinks }) => hasLinks);
    const nodes = members.map(({ node }) => node);
    await allOf(nodes.map((node) => proveCarried(node, nodes)));
  }

  /** Ends the logs and removes everything, unless it is kept. Safe to call twice. */
  stop(options: StopOptions): Promise<void> {
    return (this.#released ??= this.#release(options));
  }

  howToGetIn(): readonly string[] {
    return this.#howToGetIn;
  }

  /** What each node runs, before any change. */
  get builds(): Readonly<Record<string, EtcdBuild>> {
    return this.#byNode(({ setUps }) => buildOf(setUps[0]));
  }

  /** The effective etcd configuration by node, before any change. */
  get configs(): Readonly<Record<string, string>> {
    return this.#byNode(({ setUps }) => setUps[0].config);
  }

  get changes(): StartedCluster["changes"] {
    const [first] = this.#members.values();
    const names = (first?.setUps ?? []).slice(1).map(({ name }) => name);
    return names.map((setUp) => {
      const of = (member: Member) => setUpOf(member, setUp);
      return {
        setUp,
        etcd: this.#byNode((member) => buildOf(of(member))),
        config: this.#byNode((member) => of(member).config),
      };
    });
  }

  /** `host:port` by node. */
  get endpoints(): Readonly<Record<string, string>> {
    return this.#byNode(({ node }) => node.endpoint);
  }

  /** On the first node: all are reached by the same client. */
  async selfCheck(): Promise<string> {
    const [first = ""] = this.nodes;
    const { evidence } = await proveNoRetries(this.#endpoint(first));
    return evidence;
  }

  connect(node: string, { timeoutMs }: ConnectOptions): MemberClient {
    this.#longestCallMs = Math.max(this.#longestCallMs, timeoutMs);
    return connectEtcd({ ...this.#endpoint(node), timeoutMs });
  }

  async status(node: string, timeoutMs: number): Promise<NodeStatus> {
    const status = await memberStatus({ ...this.#endpoint(node), timeoutMs });
    this.#nodeOfMemberId.set(status.memberId, node);
    return status;
  }

  state(node: string): NodeState {
    const links = [...this.#cuts.values()].flatMap((cut) => cut.links);
    const { process, setUp, setUps, clockIsWrong } = this.#member(node);
    const harms = [...this.#harms].filter(([, harm]) => harm.isOn(node));
    const isHarmed = harms.some(([, { stopsNode }]) => stopsNode);
    const held = harms.flatMap(([, harm]) => harm.heldLinks?.() ?? []);
    return {
      process: process === "running" && isHarmed ? "harmed" : process,
      ...(harms.length > 0 && { harms: harms.map(([name]) => name) }),
      ...(clockIsWrong && { clock: "wrong" as const }),
      cut: links.filter(({ from, to }) => from === node || to === node),
      ...(held.length > 0 && {
        held: held.filter(({ from, to }) => from === node || to === node),
      }),
      ...(setUps.length > 1 && { setUp: setUp.name, setUps: setUps.map(factsOf) }),
    };
  }

  async leader(): Promise<string | undefined> {
    const id = await leaderId(this, statusMs);
    return id === undefined ? undefined : this.#nodeOfMemberId.get(id);
  }

  async kill(node: string): Promise<void> {
    const member = this.#member(node);
    this.#mustNotBeFrozen(member, "killed");
    const [process] = await signalEtcd(member.node, "KILL");
    member.process = "killed";
    if (!process) throw new HarnessError(`${node} could not be killed: no etcd runs there.`);
    member.ended = process;
  }

  async killWhen(node: string, moment: MetricGrowth): Promise<void> {
    const member = this.#member(node);
    this.#mustNotBeFrozen(member, "killed");
    if (this.#tls) throw new HarnessError(`${node} shows its metrics to nobody without a key.`);
    member.ended = await killEtcdWhen(member.node, moment);
    member.process = "killed";
  }

  async start(node: string): Promise<void> {
    const member = this.#member(node);
    this.#mustNotBeFrozen(member, "started");
    if (this.restoration.isDestroyed) {
      throw new HarnessError(`${node} could not be started: it lost all data.`);
    }
    const [process] = await etcdProcesses(member.node);
    if (!process) await this.#startEtcd(member);
    if (!process || member.process === "killed") member.process = "running";
  }

  probeKilled(node: string): Promise<Proof> {
    return proveKilled(this.#member(node).node);
  }

  probeStarted(node: string): Promise<Proof> {
    const member = this.#member(node);
    return proveStarted(member.node, member.ended);
  }

  async change(node: string, to: SetUp): Promise<void> {
    const member = this.#member(node);
    const setUp = setUpOf(member, to);
    const { process: is } = this.state(node);
    if (is !== "running") throw new HarnessError(`${node} could not be changed: it is ${is}.`);
    const process = await this.#endInGoodOrder(member);
    member.setUp = setUp;
    member.ended = process;
    await this.#startEtcd(member);
  }

  async probeChanged(node: string, to: SetUp): Promise<Proof> {
    const member = this.#member(node);
    return proveChanged(member.node, setUpOf(member, to).files, member.ended);
  }

  probeServing(node: string): Promise<Proof> {
    return proveServing(this.connect(node, { timeoutMs: readMs }));
  }

  /** For checks of the client itself. */
  endpointOf(node: string): MemberEndpoint {
    return this.#endpoint(node);
  }

  async powerOff(node: string): Promise<void> {
    const member = this.#withOwnDisk(node);
    this.#mustNotBeFrozen(member, "turned off");
    const [process] = await etcdProcesses(member.node);
    member.process = "killed";
    member.ended = process;
    member.lostPower = { lostUnsynced: await cutPower(member.node) };
  }

  async probePoweredOff(node: string): Promise<Proof> {
    const { node: machine, lostPower } = this.#withOwnDisk(node);
    return provePoweredOff(machine, lostPower?.lostUnsynced);
  }

  async stallDisk(node: string): Promise<void> {
    const member = this.#withOwnDisk(node);
    this.#mustNotBeFrozen(member, "stalled");
    await stallDisk(member.node);
    if (member.process === "running") member.process = "stalled";
  }

  async releaseDisk(node: string): Promise<void> {
    const member = this.#withOwnDisk(node);
    await releaseDisk(member.node);
    if (member.process === "stalled") member.process = "running";
  }

  async probeDiskStalled(node: string): Promise<Proof> {
    return proveDiskStalled(this.#withOwnDisk(node).node);
  }

  async probeDiskReleased(node: string): Promise<Proof> {
    return proveDiskReleased(this.#withOwnDisk(node).node);
  }

  async skewClock(node: string, skew: ClockSkew): Promise<void> {
    const member = this.#withOwnClock(node);
    this.#mustNotBeFrozen(member, "given a wrong clock");
    member.clockIsWrong = true;
    await skewClock(member.node, skew);
  }

  async resetClock(node: string): Promise<void> {
    const member = this.#withOwnClock(node);
    if (member.process === "frozen") member.resetsOnThaw = true;
    else await resetClock(member.node);
    member.clockIsWrong = false;
  }

  async probeClockSkewed(node: string): Promise<Proof> {
    const member = this.#withOwnClock(node);
    if (member.process === "frozen") return { holds: false, evidence: frozen(node) };
    return proveClockSkewed(member.node, this.#tls !== undefined);
  }

  async probeClockReset(node: string): Promise<Proof> {
    const member = this.#withOwnClock(node);
    if (member.process === "frozen") {
      const evidence = `${frozen(node)}, and is to be set right as soon as it is thawed`;
      return { holds: member.resetsOnThaw, evidence };
    }
    return proveClockReset(member.node, this.#tls !== undefined);
  }

  async pause(node: string, method: PauseMethod): Promise<void> {
    const member = this.#member(node);
    this.#mustNotBeFrozen(member, "paused");
    const [process] = await etcdProcesses(member.node);
    if (!process) throw new HarnessError(`${node} could not be paused: no etcd runs there.`);
    if (method === "freezer") {
      await freeze(member.node);
      member.process = "frozen";
    } else {
      await signalEtcd(member.node, "STOP");
      member.process = "paused";
    }
  }

  async resume(node: string): Promise<void> {
    const member = this.#member(node);
    await this.#thaw(member);
    const [process] = await signalEtcd(member.node, "CONT");
    if (member.process !== "killed" && process) member.process = "running";
  }

  probePaused(node: string): Promise<Proof> {
    return provePaused(this.#member(node).node, (timeoutMs) => this.status(node, timeoutMs));
  }

  probeResumed(node: string): Promise<Proof> {
    return proveResumed(this.#member(node).node, (timeoutMs) => this.status(node, timeoutMs));
  }

  async cut(id: string, links: readonly Link[]): Promise<void> {
    if (this.#cuts.has(id)) throw new HarnessError(`There is a cut "${id}" already.`);
    const number = ++this.#cutsEver;
    // Known before it is done, so that a cut that failed half-way can be mended.
    this.#cuts.set(id, { number, links });
    await allOf(
      receiversOf(links).map(async (to) => {
        const member = this.#member(to);
        this.#mustNotBeFrozen(member, "cut off");
        const sources = links.filter((link) => link.to === to).map(({ from }) => from);
        const addressOf = (name: string) => this.#member(name).node.address;
        const members = [...new Set(sources)].filter((from) => from !== clients);
        const rules = {
          sources: members.map(addressOf),
          ...(sources.includes(clients) && {
            clientsBut: this.nodes.filter((other) => other !== to).map(addressOf),
          }),
        };
        const what = `${to} could not be cut off from ${sources.join(", ")}`;
        await runScript(member.node, addCut(number, rules), what);
      }),
    );
  }

  async mend(id: string): Promise<void> {
    const cut = this.#cuts.get(id);
    if (!cut) return;
    await allOf(
      receiversOf(cut.links).map(async (to) => {
        const what = `A cut on ${to} could not be mended`;
        await runScript(this.#member(to).node, removeCut(cut.number), what);
      }),
    );
    this.#cuts.delete(id);
  }

  async probeCut(links: readonly Link[]): Promise<Proof> {
    const between = links.filter(({ from }) => from !== clients);
    const unreached = links.filter(({ from }) => from === clients);
    return together([
      ...(between.length > 0
        ? [judgeCut(await sightLinks(between, (name) => this.#prober(name)))]
        : []),
      ...(await Promise.all(unreached.map(({ to }) => this.#sightClients(to)))).map(
        judgeClientsCut,
      ),
    ]);
  }

  #sightClients(to: string): Promise<ClientSighting> {
    const peers = this.nodes.filter((node) => node !== to).map((from) => ({ from, to }));
    const open = peers.filter((link) => this.#cutsOf(link) === 0);
    const proberOf = (name: string) => this.#prober(name);
    return sightClients(
      proberOf(to),
      (timeoutMs) => this.status(to, timeoutMs),
      () => sightLinks(open, proberOf),
    );
  }

  /** How many cuts there should be of it. */
  #cutsOf({ from, to }: Link): number {
    const has = ({ links }: Cut) => links.some((link) => link.from === from && link.to === to);
    return [...this.#cuts.values()].filter(has).length;
  }

  async probeMended(links: readonly Link[]): Promise<Proof> {
    const cutsOf = (link: Link) => this.#cutsOf(link);
    const proberOf = (name: string) => this.#prober(name);
    const covered = links.filter((link) => cutsOf(link) > 0);
    const open = links.filter((link) => cutsOf(link) === 0);
    const reached = open.filter(({ from }) => from === clients);
    const between = open.filter(({ from }) => from !== clients);
    const [counted, sightings, ofClients] = await Promise.all([
      countCuts(covered, cutsOf, proberOf),
      sightLinks(between, proberOf),
      Promise.all(reached.map(({ to }) => this.#sightClients(to))),
    ]);
    return together([
      ...(reached.length < links.length ? [judgeMended(sightings, counted)] : []),
      ...ofClients.map(judgeClientsMended),
    ]);
  }

  harm<Name extends HarmName>(name: Name): Harm<Harms[Name]> {
    const harm = this.capabilities.has(name) ? this.#harms.get(name) : undefined;
    if (!harm) throw new HarnessError(`Nodes of this cluster were not made for ${name}.`);
    return harm;
  }

  sleep(ms: number): Promise<void> {
    return sleep(ms);
  }

  async healAll(): Promise<void> {
    await allOf(this.nodes.map((node) => this.#heal(this.#member(node))));
    this.#cuts.clear();
    await this.restoration.restoreAll();
    await allOf(this.#remedies("when-others-serve", this.nodes));
  }

  /** Of all that is done to these nodes at the moment. */
  #remedies(when: DockerHarm<never>["remediedWhen"], nodes: readonly string[]): Promise<void>[] {
    const harms = [...this.#harms.values()].filter(({ remediedWhen }) => remediedWhen === when);
    return harms.flatMap((harm) =>
      nodes.filter((node) => harm.isOn(node)).map((node) => harm.remedy(node)),
    );
  }

  /** Whether a remedy that takes the others starts its etcd, and nobody before that may. */
  #isLeftToOthers(node: string): boolean {
    return [...this.#harms.values()].some(
      (harm) => harm.remediedWhen === "when-others-serve" && harm.stopsNode && harm.isOn(node),
    );
  }

  #machines(): Machines {
    return {
      nodes: this.nodes,
      machine: (node) => this.#member(node).node,
      logOf: (node) => this.#member(node).log,
      state: (node) => this.state(node),
      configOf: (node) => this.#member(node).setUp.config,
      endpointOf: (node) => this.#endpoint(node),
      connect: (node, options) => this.connect(node, options),
      status: (node, timeoutMs) => this.status(node, timeoutMs),
      leader: () => this.leader(),
      stopEtcd: async (node, signal) => {
        const member = this.#member(node);
        this.#mustNotBeFrozen(member, "ended");
        const [process] = await signalEtcd(member.node, signal);
        member.process = "killed";
        member.ended = process ?? member.ended;
      },
      startEtcd: (node) => this.start(node),
      emptyData: async (node) => {
        const member = this.#member(node);
        if (member.ownDisk) await mountOwnDisk(member.node);
        await emptyData(member.node);
      },
      writeConfig: async (node, text) => {
        const { node: machine, setUp } = this.#member(node);
        await writeConfig(machine, setUp.files.config, text);
      },
      sleep: (ms) => sleep(ms),
    };
  }

  /** Goes by what is there, not by what was asked for. One step's failure stops no other. */
  async #heal(member: MutableMember): Promise<void> {
    const { node } = member;
    await inOrderWhateverFails([
      () => thaw(node),
      async () => {
        if (member.ownClock) await resetClock(node);
        member.resetsOnThaw = false;
        member.clockIsWrong = false;
      },
      async () => {
        if (member.ownDisk) await releaseDisk(node);
      },
      async () => {
        await runScript(node, removeAllCuts, `The cuts on ${node.name} could not be mended`);
      },
      () => allOf(this.#remedies("before-start", [node.name])),
      async () => {
        const [process] = await signalEtcd(node, "CONT");
        if (this.#isLeftToOthers(node.name) || this.restoration.isDestroyed) return;
        if (!process) await this.#startEtcd(member);
        member.process = "running";
      },
    ]);
  }

  async waitUntilServing(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    // The one deadline for all; real time, since real processes are waited for.
    const deadline = performance.now() + timeoutMs;
    const giveUp = new AbortController();
    const outcomes = await Promise.all(
      this.nodes.map(async (node) => {
        const trouble = await this.#whyNotServing(node, deadline, [giveUp.signal, signal]);
        // One that will never serve: no need to wait for the others.
        if (trouble?.isFinal) giveUp.abort();
        return trouble;
      }),
    );
    signal?.throwIfAborted();
    const troubles = outcomes.filter((trouble) => trouble !== undefined);
    if (troubles.length === 0) return;
    const final = troubles.filter(({ isFinal }) => isFinal);
    throw this.#notServing(final.length > 0 ? final : troubles, timeoutMs);
  }

  /** Members whose etcd ended by itself since it was last started. */
  async ended(): Promise<EndedEtcd[]> {
    const found = this.nodes.map(async (node) => {
      const { run, process, log } = this.#member(node);
      const exitCode = process === "running" ? await run?.exitCode() : undefined;
      return exitCode === undefined ? [] : [{ node, exitCode, lastLines: log.lastLines(15) }];
    });
    return (await Promise.all(found)).flat();
  }

  async #whyNotServing(
    node: string,
    deadline: number,
    signals: readonly (AbortSignal | undefined)[],
  ): Promise<NotServing | undefined> {
    const member = this.#member(node);
    for (;;) {
      const exitCode = await member.run?.exitCode();
      if (exitCode !== undefined && member.process === "running") {
        const reason =
          whyNoOwnClock(exitCode, member.log.lastLines(15)) ??
          `its etcd ended by itself (exit code ${exitCode ?? "unknown"})`;
        return { node, reason, isFinal: true };
      }
      const reason = await whyNoRead(this.connect(node, { timeoutMs: readMs }));
      if (reason === undefined) return undefined;
      const isOver = performance.now() > deadline || signals.some((signal) => signal?.aborted);
      if (isOver) return { node, reason, isFinal: false };
      await sleep(retryMs);
    }
  }

  #notServing(troubles: readonly NotServing[], timeoutMs: number): HarnessError {
    const each = troubles.map(({ node, reason, isFinal }) => {
      const { process } = this.#member(node);
      if (isFinal) return `${node}: ${reason}`;
      return `${node} ${process === "running" ? "" : `(${process}) `}got no linearizable read answered within ${timeoutMs / 1000} s: ${reason}`;
    });
    return new HarnessError(`The cluster does not serve: ${each.join("; ")}.`, {
      details: troubles.flatMap(({ node }) => [
        `the last lines of ${node}:`,
        ...this.#member(node).log.lastLines(15),
      ]),
    });
  }

  /** One that does not end in time would end later, as if by itself: it goes on as it was instead. */
  async #endInGoodOrder(member: MutableMember): Promise<EtcdProcess | undefined> {
    try {
      const [process] = await signalEtcd(member.node, "TERM");
      return process;
    } catch (error) {
      const [process] = await signalEtcd(member.node, "KILL");
      member.ended = process ?? member.ended;
      await this.#startEtcd(member);
      throw error;
    }
  }

  async #startEtcd(member: MutableMember): Promise<void> {
    const { node, setUp, ownClock } = member;
    const { files } = setUp;
    if (member.ownDisk) await mountOwnDisk(node);
    member.lostPower = undefined;
    const under = ownClock ? underOwnClock : "";
    member.run = await startEtcd(node, { files, environment: this.#environment, under });
  }

  async #thaw(member: MutableMember): Promise<void> {
    await thaw(member.node);
    if (!member.resetsOnThaw) return;
    await resetClock(member.node);
    member.resetsOnThaw = false;
  }

  #prober(name: string): Prober {
    const { node, process } = this.#member(name);
    return { node, isFrozen: process === "frozen" };
  }

  #mustNotBeFrozen({ node, process }: MutableMember, what: string): void {
    if (process === "frozen") {
      throw new HarnessError(`${node.name} could not be ${what}: its container is frozen.`);
    }
  }

  #endpoint(node: string): MemberEndpoint {
    const { endpoint } = this.#member(node).node;
    return { node, endpoint, ...(this.#tls && { tls: this.#tls }) };
  }

  #withOwnDisk(name: string): MutableMember {
    const member = this.#member(name);
    if (!member.ownDisk) throw hasNoOwnDisk(name);
    return member;
  }

  #withOwnClock(name: string): MutableMember {
    const member = this.#member(name);
    if (!member.ownClock) throw hasNoOwnClock(name);
    return member;
  }

  #member(name: string): MutableMember {
    const member = this.#members.get(name);
    if (!member) {
      throw new HarnessError(`There is no node "${name}", only ${this.nodes.join(", ")}.`);
    }
    return member;
  }

  #byNode<T>(valueOf: (member: Member) => T): Readonly<Record<string, T>> {
    return Object.fromEntries(this.nodes.map((name) => [name, valueOf(this.#member(name))]));
  }
}

function setUpOf({ node, setUps }: Member, wanted: SetUp): MemberSetUp {
  const setUp = setUps.find(({ name }) => name === wanted);
  if (!setUp) throw new HarnessError(`${node.name} was given no set-up "${wanted}" to change to.`);
  return setUp;
}

function factsOf({ name, step, isVaried, version }: MemberSetUp): SetUpFacts {
  return { name, step, isVaried, version };
}

function buildOf({ build: { version, gitSha, sha256, source } }: MemberSetUp): EtcdBuild {
  return { version, ...(gitSha !== undefined && { gitSha }), sha256, source };
}

interface NotServing {
  readonly node: string;
  readonly reason: string;
  /** Waiting longer will not help. */
  readonly isFinal: boolean;
}

function frozen(node: string): string {
  return `the container of ${node} is frozen: its clock cannot be looked at`;
}

function receiversOf(links: readonly Link[]): string[] {
  return [...new Set(links.map(({ to }) => to))];
}

async function inOrderWhateverFails(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  throwTogether(errors);
}

/** Waits for all, then reports all that failed. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(work);
  throwTogether(settled.flatMap((s) => (s.status === "rejected" ? [s.reason as unknown] : [])));
}

function throwTogether(errors: readonly unknown[]): void {
  const troubles: HarnessError[] = [];
  for (const error of errors) {
    if (!(error instanceof HarnessError)) throw asError(error);
    troubles.push(error);
  }
  const [first, ...others] = troubles;
  if (!first) return;
  if (others.length === 0) throw first;
  throw new HarnessError(first.message, {
    cause: first,
    details: others.flatMap(({ message, details }) => [message, ...details]),
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
