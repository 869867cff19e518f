import type { Random } from "../../../core/random.js";
import { seededRandom } from "../../../generator/seeded-random.js";
import type { Bugs } from "../bugs.js";
import { MemberClock } from "../member-clock.js";
import { Network } from "../network.js";
import { Scheduler } from "../scheduler.js";
import type { Entry } from "./log-entry.js";
import type { Message } from "./message.js";
import { Raft } from "./raft.js";
import { RaftDisk } from "./raft-disk.js";
import type { ReadIndex } from "./raft-host.js";

/** What was applied, one number after the other. */
type State = readonly { readonly index: number; readonly data: number }[];
type NumberMessage = Message<number, State>;

export interface Settings {
  readonly members: number;
  readonly seed: number;
  readonly bugs?: Bugs;
  readonly snapshotEntries?: number;
  readonly catchUpEntries?: number;
  readonly lossShare?: number;
  readonly reorderShare?: number;
}

/** One member that can be killed, lose power and stand still, and what it applied. */
export class RaftMember {
  readonly name: string;
  readonly clock: MemberClock;
  readonly disk: RaftDisk<number>;
  /** Each with its place in the log, since empty entries have one too. */
  #entries: { readonly index: number; readonly data: number }[] = [];
  appliedIndex = 0;
  raft: Raft<number, State> | undefined;
  isPaused = false;
  readonly #group: RaftGroup;
  readonly #random: Random;
  #held: (() => void)[] = [];
  starts = 0;

  constructor(group: RaftGroup, name: string, random: Random) {
    this.#group = group;
    this.name = name;
    this.#random = random;
    this.clock = new MemberClock(group.scheduler);
    this.disk = new RaftDisk({
      scheduler: group.scheduler,
      random: random.fork("disk"),
      syncMs: { least: 0.5, most: 5 },
      deliver: (act) => {
        this.deliver(act);
      },
    });
  }

  get applied(): readonly number[] {
    return this.#entries.map(({ data }) => data);
  }

  start(): void {
    if (this.raft) return;
    this.starts += 1;
    const { names, settings, network } = this.#group;
    this.raft = new Raft<number, State>({
      self: this.name,
      members: names,
      disk: this.disk,
      applied: this.appliedIndex,
      bugs: settings.bugs ?? new Set(),
      heartbeatMs: 100,
      electionMs: 1_000,
      snapshotEntries: settings.snapshotEntries ?? 10_000,
      catchUpEntries: settings.catchUpEntries ?? 5_000,
      host: {
        random: this.#random.fork(`process ${this.starts}`),
        after: (ms, act) => this.clock.after(ms, act),
        send: (to, message) => {
          const receiver = this.#group.member(to);
          const process = receiver.starts;
          network.send({ from: this.name, to }, () => {
            receiver.deliver(() => {
              if (receiver.starts === process) receiver.raft?.receive(this.name, message);
            });
          });
        },
        appended: () => undefined,
        commit: (entries) => {
          this.#apply(entries);
        },
        takeSnapshot: () => [...this.#entries],
        restore: ({ index, state }) => {
          this.#entries = [...state];
          this.appliedIndex = index;
          this.#group.snapshots += 1;
        },
        rewind: (index) => {
          if (index >= this.appliedIndex) return;
          this.#group.rewinds.push(this.name);
          this.#entries = this.#entries.filter((entry) => entry.index <= index);
          this.appliedIndex = index;
        },
        leaderChanged: (leader, term) => {
          if (leader === this.name) this.#group.leads(term, this.name);
        },
      },
    });
    this.raft.start();
  }

  kill(): void {
    this.#die();
    this.disk.crash();
  }

  powerOff(): void {
    this.#die();
    this.disk.powerFailure();
  }

  pause(): void {
    if (!this.raft) return;
    this.isPaused = true;
    this.clock.freeze();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.clock.thaw();
    const held = this.#held;
    this.#held = [];
    for (const act of held)
      this.#group.scheduler.after(0, () => {
        this.deliver(act);
      });
  }

  deliver(act: () => void): void {
    if (!this.raft) return;
    if (this.isPaused) this.#held.push(act);
    else act();
  }

  receive(from: string, message: NumberMessage): void {
    this.deliver(() => this.raft?.receive(from, message));
  }

  #die(): void {
    this.raft?.stop();
    this.raft = undefined;
    this.clock.stopAll();
    this.clock.thaw();
    this.isPaused = false;
    this.#held = [];
  }

  #apply(entries: readonly Entry<number>[]): void {
    for (const { index, data } of entries) {
      if (index !== this.appliedIndex + 1) {
        throw new Error(`${this.name} was given ${index} after ${this.appliedIndex}`);
      }
      this.appliedIndex = index;
      if (data !== undefined) this.#entries.push({ index, data });
      this.#group.committed(index, data);
    }
  }
}

/** Members that apply numbers, on a network of their own, in virtual time. */
export class RaftGroup {
  readonly scheduler = new Scheduler();
  readonly settings: Settings;
  readonly names: readonly string[];
  readonly network: Network;
  readonly members: readonly RaftMember[];
  /** What is wrong with what was seen so far. */
  readonly broken: string[] = [];
  readonly rewinds: string[] = [];
  snapshots = 0;
  highestCommitted = 0;
  readonly #committed = new Map<number, number | undefined>();
  readonly #leaders = new Map<number, string>();

  constructor(settings: Settings) {
    this.settings = settings;
    const random = seededRandom(settings.seed);
    this.names = Array.from({ length: settings.members }, (_, index) => `n${index + 1}`);
    this.network = new Network({
      scheduler: this.scheduler,
      random: random.fork("network"),
      delayMs: { least: 0.1, typical: 1 },
      lossShare: settings.lossShare ?? 0,
      reorderShare: settings.reorderShare ?? 0,
    });
    this.members = this.names.map(
      (name) => new RaftMember(this, name, random.fork(`member ${name}`)),
    );
  }

  startAll(): void {
    for (const member of this.members) member.start();
  }

  member(name: string): RaftMember {
    const found = this.members.find((member) => member.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  }

  pass(ms: number): Promise<void> {
    return this.scheduler.run(() => this.scheduler.clock({ epochMs: 0 }).sleep(ms));
  }

  /** Those that hold themselves for the leader. */
  get leaders(): readonly RaftMember[] {
    return this.members.filter(({ name, raft }) => raft?.status.leader === name);
  }

  /** A read must see all that was committed when it was asked. */
  read(member: RaftMember, done: (result: ReadIndex) => void = () => undefined): void {
    const least = this.highestCommitted;
    member.deliver(() => {
      member.raft?.readIndex((result) => {
        if (result.type === "ok" && result.index < least) {
          this.broken.push(`a read on ${member.name} sees ${result.index}, ${least} was committed`);
        }
        done(result);
      });
    });
  }

  committed(index: number, data: number | undefined): void {
    if (!this.#committed.has(index)) this.#committed.set(index, data);
    else if (this.#committed.get(index) !== data) {
      this.broken.push(
        `entry ${index} is ${String(this.#committed.get(index))} and ${String(data)}`,
      );
    }
    this.highestCommitted = Math.max(this.highestCommitted, index);
  }

  leads(term: number, name: string): void {
    const other = this.#leaders.get(term);
    if (other !== undefined && other !== name) {
      this.broken.push(`${other} and ${name} lead in term ${term}`);
    }
    this.#leaders.set(term, name);
  }

  /** Numbers that were committed, in their order. */
  get log(): readonly number[] {
    return [...this.#committed]
      .sort(([a], [b]) => a - b)
      .flatMap(([, data]) => (data === undefined ? [] : [data]));
  }

  healAll(): void {
    for (const id of [...this.network.cuts.keys()]) this.network.mend(id);
    for (const member of this.members) {
      member.resume();
      member.start();
    }
  }
}
