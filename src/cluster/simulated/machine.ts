import type { NodeState } from "../../core/cluster.js";
import type { Random } from "../../core/random.js";
import type { Bugs } from "./bugs.js";
import type { AppliedState, Proposal } from "./member/applier.js";
import { Member, type MemberMessage, type Timing } from "./member/member.js";
import { MemberClock } from "./member-clock.js";
import { leastBytes, sizeOf } from "./message-size.js";
import type { Network } from "./network.js";
import { RaftDisk } from "./raft/raft-disk.js";
import type { Scheduler } from "./scheduler.js";
import { Store } from "./store/store.js";

/** What all machines of a cluster share. */
export interface World {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly nodes: readonly string[];
  readonly memberIds: Readonly<Record<string, string>>;
  readonly clusterId: string;
  readonly bugs: Bugs;
  readonly timing: Timing;
  readonly diskSyncMs: { readonly least: number; readonly most: number };
  readonly machineOf: (node: string) => Machine;
}

/** An answer of one member to another takes so long at most; then it is not waited for. */
const askLimitMs = 1_000;
/** After it goes on, a process comes to look at what arrived meanwhile within this time. */
const mostWakeNs = 2e6;

/**
 * A machine with its disk, its clock and its address. The process on it comes and goes: it is
 * killed and started, and while it is stopped by a signal all that arrives waits for it.
 */
export class Machine {
  readonly clock: MemberClock;
  readonly log: string[] = [];
  readonly #world: World;
  readonly #name: string;
  readonly #random: Random;
  readonly #disk: RaftDisk<Proposal>;
  readonly #applied: AppliedState;
  #process: NodeState["process"] = "killed";
  #member: Member | undefined;
  /** What came while the process could not look at it. */
  #held: { readonly from: string; readonly act: () => void }[] = [];
  readonly #wakes: Random;
  /** Told when the process dies, since its connections die with it. */
  readonly #connections = new Set<() => void>();
  #starts = 0;
  #lostAtPowerFailure: number | undefined;

  constructor(world: World, name: string, random: Random) {
    this.#world = world;
    this.#name = name;
    this.#random = random;
    const { scheduler, bugs, diskSyncMs } = world;
    this.clock = new MemberClock(scheduler);
    this.#disk = new RaftDisk({
      scheduler,
      random: random.fork("disk"),
      syncMs: diskSyncMs,
      deliver: (act) => {
        this.deliver("disk", act);
      },
    });
    this.#wakes = random.fork("wakes");
    const store = Store.empty(bugs);
    this.#applied = { store, index: 0, journal: [], base: { store: store.clone(), index: 0 } };
  }

  get process(): NodeState["process"] {
    return this.#process;
  }

  /** How often a process was started here. */
  get starts(): number {
    return this.#starts;
  }

  /** Entries that the last power failure took from the disk; undefined where there was none. */
  get lostAtPowerFailure(): number | undefined {
    return this.#lostAtPowerFailure;
  }

  get member(): Member | undefined {
    return this.#member;
  }

  start(): void {
    if (this.#process !== "killed") return;
    const { nodes, memberIds, clusterId, bugs, timing, scheduler } = this.#world;
    this.#starts += 1;
    this.#process = "running";
    this.clock.thaw();
    this.#member = new Member({
      self: this.#name,
      members: nodes,
      memberIds,
      clusterId,
      state: this.#applied,
      disk: this.#disk,
      random: this.#random.fork(`process ${this.#starts}`),
      bugs,
      timing,
      after: (ms, act) => this.clock.after(ms, act),
      monotonicMs: () => this.clock.monotonicMs,
      send: (to, message) => {
        this.#send(to, message);
      },
      askLeader: (leader, question, done) => {
        this.#ask(leader, question, done);
      },
      settled: () => {
        scheduler.settled();
      },
      log: (line) => {
        this.#log(line);
      },
      isRestarted: this.#starts > 1,
    });
    this.#log(`the process starts for the ${this.#starts}. time`);
    this.#member.start();
  }

  kill(): void {
    this.#die("the process is killed");
    this.#disk.crash();
  }

  powerOff(): void {
    this.#die("the power fails");
    this.#lostAtPowerFailure = this.#disk.powerFailure().lostEntries;
  }

  pause(process: "paused" | "frozen"): void {
    if (this.#process !== "running") return;
    this.#process = process;
    this.clock.freeze();
  }

  resume(): void {
    if (this.#process !== "paused" && this.#process !== "frozen") return;
    this.#process = "running";
    this.clock.thaw();
    const held = this.#held;
    this.#held = [];
    // Each sender's in order, but nobody knows whose are looked at first.
    const delays = new Map<string, number>();
    for (const { from, act } of held) {
      const delayNs = delays.get(from) ?? this.#wakes.fraction() * mostWakeNs;
      delays.set(from, delayNs);
      this.#world.scheduler.after(delayNs, () => {
        this.deliver(from, act);
      });
    }
  }

  /** To the process: at once, when it goes on, or never. */
  deliver(from: string, act: () => void): void {
    if (this.#process === "running") act();
    else if (this.#process !== "killed") this.#held.push({ from, act });
  }

  /** Calls `reset` when the process dies, until what is returned is called. */
  onDeath(reset: () => void): () => void {
    this.#connections.add(reset);
    return () => this.#connections.delete(reset);
  }

  #die(what: string): void {
    if (this.#process === "killed") return;
    this.#log(what);
    this.#process = "killed";
    this.#member?.stop();
    this.#member = undefined;
    this.clock.stopAll();
    this.#held = [];
    const connections = [...this.#connections];
    this.#connections.clear();
    for (const reset of connections) reset();
  }

  #send(to: string, message: MemberMessage): void {
    const { network, machineOf } = this.#world;
    const receiver = machineOf(to);
    const process = receiver.starts;
    const arrive = () => {
      receiver.deliver(this.#name, () => {
        // A connection to a process that is no more carries nothing to the next one.
        if (receiver.starts === process) receiver.member?.receive(this.#name, message);
      });
    };
    network.send({ from: this.#name, to }, arrive, () => sizeOf(message));
  }

  /** Over the network, there and back. */
  #ask<T>(node: string, question: (leader: Member) => T, done: (answer: T | undefined) => void) {
    const { network, machineOf } = this.#world;
    const asked = this.#member;
    let isDone = false;
    const finish = (answer: T | undefined) => {
      if (isDone || this.#member !== asked) return;
      isDone = true;
      limit.cancel();
      done(answer);
    };
    const limit = this.clock.after(askLimitMs, () => {
      finish(undefined);
    });
    const there = machineOf(node);
    const answerIt = () => {
      const leader = there.member;
      if (!leader?.isLeader) return;
      const answer = question(leader);
      const arrive = () => {
        this.deliver(node, () => {
          finish(answer);
        });
      };
      network.send({ from: node, to: this.#name }, arrive, () => leastBytes);
    };
    const arrive = () => {
      there.deliver(this.#name, answerIt);
    };
    network.send({ from: this.#name, to: node }, arrive, () => leastBytes);
  }

  #log(line: string): void {
    const seconds = (this.#world.scheduler.nowNs / 1e9).toFixed(6);
    this.log.push(`${seconds} ${this.#name} ${line}`);
  }
}
