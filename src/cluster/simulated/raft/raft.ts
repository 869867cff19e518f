import { appliesEarly, type Bugs } from "../bugs.js";
import type { Timer } from "../scheduler.js";
import type { Message } from "./message.js";
import type { RaftDisk } from "./raft-disk.js";
import type { Entry } from "./log-entry.js";
import type { RaftHost, RaftStatus, ReadIndex } from "./raft-host.js";
import { ReadRounds } from "./read-rounds.js";

export interface RaftOptions<Data, State> {
  readonly self: string;
  readonly members: readonly string[];
  readonly host: RaftHost<Data, State>;
  readonly disk: RaftDisk<Data>;
  /** What the host had applied before this process began. */
  readonly applied: number;
  readonly bugs: Bugs;
  readonly heartbeatMs: number;
  readonly electionMs: number;
  /** The log is cut when it is longer than this, and so many applied entries are kept in it. */
  readonly snapshotEntries: number;
  readonly catchUpEntries: number;
}

type Role = "follower" | "pre-candidate" | "candidate" | "leader";

/** What a leader knows of another member. */
interface Progress {
  next: number;
  match: number;
  /** Nothing has fitted yet in this term: what is sent is sent again from the same place. */
  isProbing: boolean;
  /** `match` at the last heartbeat: where it stands still, something was lost. */
  matchAtTick: number;
  isStuck: boolean;
  /** Heard of since the last look at the quorum. */
  isActive: boolean;
}

type MessageOf<Data, State, Type extends Message<Data, State>["type"]> = Extract<
  Message<Data, State>,
  { readonly type: Type }
>;

const mostEntriesAtOnce = 500;
const askReadAgainMs = 500;

/**
 * Consensus of one member: D. Ongaro and J. Ousterhout, "In search of an understandable consensus
 * algorithm", 2014, with what etcd adds to it: pre-votes, a leader that steps down when it does not
 * hear a quorum, and reads that are confirmed by a round of heartbeats. Members never change.
 */
export class Raft<Data, State> {
  readonly #options: RaftOptions<Data, State>;
  readonly #host: RaftHost<Data, State>;
  readonly #disk: RaftDisk<Data>;
  readonly #others: readonly string[];
  readonly #progress = new Map<string, Progress>();
  readonly #votes = new Map<string, boolean>();
  readonly #rounds: ReadRounds;
  #role: Role = "follower";
  #leader: string | undefined;
  #commitIndex: number;
  #appliedIndex: number;
  #ticksSinceHeard = 0;
  #ticksToElection = 0;
  /** The index of the entry that this member's own leadership began with. */
  #firstOfTerm = 0;
  #isStopped = false;

  /** Reads that wait to be asked about, and those that the question under way is for. */
  #readsWaiting: ((result: ReadIndex) => void)[] = [];
  #readsAsked: ((result: ReadIndex) => void)[] = [];
  /** Begins anywhere, so that an answer to an earlier process fits none of this one's. */
  #readNumber: number;
  #askAgain: Timer | undefined;
  /** Only where the bug stale-read-after-pause is planted. */
  #quorumTimer: Timer | undefined;
  #heardQuorumLately = false;

  constructor(options: RaftOptions<Data, State>) {
    this.#options = options;
    this.#host = options.host;
    this.#disk = options.disk;
    this.#others = options.members.filter((member) => member !== options.self);
    this.#appliedIndex = Math.min(options.applied, options.disk.lastIndex);
    this.#commitIndex = this.#appliedIndex;
    this.#readNumber = options.host.random.below(2 ** 31);
    this.#rounds = new ReadRounds(this.#quorum() - 1);
    this.#drawTicksToElection();
  }

  get status(): RaftStatus {
    return {
      term: this.#term,
      leader: this.#leader,
      commitIndex: this.#commitIndex,
      lastIndex: this.#disk.lastIndex,
    };
  }

  start(): void {
    const { applied, heartbeatMs } = this.#options;
    // Only where a bug is planted the disk can know less than was applied.
    if (applied > this.#disk.lastIndex) this.#host.rewind(this.#disk.lastIndex);
    this.#host.after(this.#host.random.fraction() * heartbeatMs, () => {
      this.#tick();
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** False where no leader is known: the caller tries again later. */
  propose(data: Data): boolean {
    if (this.#role === "leader") {
      this.#appendAsLeader(data);
      return true;
    }
    if (this.#leader === undefined) return false;
    this.#host.send(this.#leader, { type: "propose", term: this.#term, data });
    return true;
  }

  /** Waits as long as no leader is known. */
  readIndex(done: (result: ReadIndex) => void): void {
    this.#readsWaiting.push(done);
    this.#askForReads();
  }

  receive(from: string, message: Message<Data, State>): void {
    if (this.#isStopped || !this.#heedsTerm(from, message)) return;
    const progress = this.#progress.get(from);
    if (progress) progress.isActive = true;
    switch (message.type) {
      case "append":
        this.#follow(from);
        this.#onAppend(from, message);
        break;
      case "heartbeat":
        this.#follow(from);
        this.#commitTo(Math.min(message.commit, this.#disk.lastIndex));
        this.#host.send(from, { type: "alive", term: this.#term, round: message.round });
        break;
      case "snapshot":
        this.#follow(from);
        this.#onSnapshot(from, message);
        break;
      case "appended":
        if (this.#role === "leader" && progress) this.#onAppended(from, progress, message);
        break;
      case "alive":
        if (this.#role === "leader" && progress) this.#onAlive(from, progress, message);
        break;
      case "ask-vote":
        this.#onAskVote(from, message);
        break;
      case "vote":
        this.#onVote(from, message);
        break;
      case "propose":
        // Whoever is no leader any more drops it: the client's deadline says the rest.
        if (this.#role === "leader") this.#appendAsLeader(message.data);
        break;
      case "ask-read":
        if (this.#role === "leader") {
          this.#leaderReads((index) => {
            this.#host.send(from, { type: "read", term: this.#term, read: message.read, index });
          });
        }
        break;
      case "read":
        if (message.read === this.#readNumber) this.#finishReads(message.index);
        break;
    }
  }

  // Terms.

  get #term(): number {
    return this.#disk.ballot.term;
  }

  #quorum(): number {
    const count = this.#options.members.length;
    // bug split-brain: half of the members, rounded down, is enough
    if (this.#options.bugs.has("split-brain")) return Math.max(1, Math.floor(count / 2));
    return Math.floor(count / 2) + 1;
  }

  /** False where the message is from the past, or from somebody who must not disturb a leader. */
  #heedsTerm(from: string, message: Message<Data, State>): boolean {
    if (message.term > this.#term) {
      if (message.type === "ask-vote") {
        const isLed = this.#leader !== undefined && this.#ticksSinceHeard < this.#electionTicks;
        if (isLed) return false;
        if (message.isPreVote) return true;
      }
      if (message.type === "vote" && message.isPreVote && message.isGranted) return true;
      const comesFromLeader =
        message.type === "append" || message.type === "heartbeat" || message.type === "snapshot";
      this.#becomeFollower(message.term, comesFromLeader ? from : undefined);
      return true;
    }
    if (message.term === this.#term) return true;
    if (message.type === "append" || message.type === "heartbeat") {
      // A leader of the past learns of the present.
      this.#host.send(from, { type: "appended", term: this.#term, fits: false, match: 0 });
    } else if (message.type === "ask-vote") {
      const { isPreVote } = message;
      this.#host.send(from, { type: "vote", term: this.#term, isPreVote, isGranted: false });
    }
    return false;
  }

  #becomeFollower(term: number, leader: string | undefined): void {
    if (term > this.#term) this.#disk.setBallot({ term, vote: undefined });
    this.#role = "follower";
    this.#progress.clear();
    this.#rounds.clear();
    this.#forgetQuorum();
    this.#ticksSinceHeard = 0;
    this.#drawTicksToElection();
    this.#setLeader(leader);
  }

  #follow(leader: string): void {
    this.#ticksSinceHeard = 0;
    if (this.#role !== "follower") this.#becomeFollower(this.#term, leader);
    else if (this.#leader !== leader) this.#setLeader(leader);
  }

  #setLeader(leader: string | undefined): void {
    const isAnother = leader !== undefined && leader !== this.#leader;
    this.#leader = leader;
    this.#host.leaderChanged(leader, this.#term);
    if (isAnother) this.#failReads();
  }

  // Time.

  get #electionTicks(): number {
    return Math.max(1, Math.round(this.#options.electionMs / this.#options.heartbeatMs));
  }

  #drawTicksToElection(): void {
    this.#ticksToElection = this.#electionTicks + this.#host.random.below(this.#electionTicks);
  }

  #tick(): void {
    if (this.#isStopped) return;
    this.#host.after(this.#options.heartbeatMs, () => {
      this.#tick();
    });
    this.#ticksSinceHeard += 1;
    if (this.#role === "leader") {
      if (this.#ticksSinceHeard >= this.#electionTicks) this.#lookForQuorum();
      if (!this.#isIn("leader")) return;
      this.#findStuck();
      this.#sendHeartbeats();
    } else if (this.#ticksSinceHeard >= this.#ticksToElection) {
      this.#campaign();
    }
  }

  /** A leader that does not hear a quorum leads no more. */
  #lookForQuorum(): void {
    this.#ticksSinceHeard = 0;
    const heard = [...this.#progress.values()].filter(({ isActive }) => isActive).length;
    for (const progress of this.#progress.values()) progress.isActive = false;
    if (heard + 1 < this.#quorum()) this.#becomeFollower(this.#term, undefined);
  }

  /** For a role that what was just called may have changed. */
  #isIn(role: Role): boolean {
    return this.#role === role;
  }

  // Elections.

  #campaign(): void {
    this.#ticksSinceHeard = 0;
    this.#drawTicksToElection();
    this.#role = "pre-candidate";
    this.#votes.clear();
    this.#setLeader(undefined);
    this.#countVote(this.#options.self, true);
    if (this.#isIn("pre-candidate")) this.#askVotes(this.#term + 1, true);
  }

  #stand(): void {
    const { self } = this.#options;
    this.#role = "candidate";
    this.#votes.clear();
    this.#disk.setBallot({ term: this.#term + 1, vote: self });
    const term = this.#term;
    this.#disk.sync(() => {
      if (this.#isStopped || this.#term !== term || this.#role !== "candidate") return;
      this.#countVote(self, true);
      if (this.#isIn("candidate")) this.#askVotes(term, false);
    });
  }

  #askVotes(term: number, isPreVote: boolean): void {
    const lastIndex = this.#disk.lastIndex;
    const lastTerm = this.#disk.termAt(lastIndex) ?? 0;
    for (const other of this.#others) {
      this.#host.send(other, { type: "ask-vote", term, isPreVote, lastIndex, lastTerm });
    }
  }

  #onAskVote(from: string, asked: MessageOf<Data, State, "ask-vote">): void {
    const { term, isPreVote, lastIndex, lastTerm } = asked;
    const ownTerm = this.#disk.termAt(this.#disk.lastIndex) ?? 0;
    const isNewEnough =
      lastTerm > ownTerm || (lastTerm === ownTerm && lastIndex >= this.#disk.lastIndex);
    if (isPreVote) {
      const isGranted = isNewEnough && term > this.#term;
      const answered = isGranted ? term : this.#term;
      this.#host.send(from, { type: "vote", term: answered, isPreVote, isGranted });
      return;
    }
    const { vote } = this.#disk.ballot;
    const isFree = vote === from || (vote === undefined && this.#leader === undefined);
    if (!isFree || !isNewEnough) {
      this.#host.send(from, { type: "vote", term: this.#term, isPreVote, isGranted: false });
      return;
    }
    this.#ticksSinceHeard = 0;
    this.#disk.setBallot({ term: this.#term, vote: from });
    this.#disk.sync(() => {
      if (this.#isStopped || this.#term !== term) return;
      this.#host.send(from, { type: "vote", term, isPreVote, isGranted: true });
    });
  }

  #onVote(from: string, { term, isPreVote, isGranted }: MessageOf<Data, State, "vote">): void {
    const wanted = this.#role === "pre-candidate" ? this.#term + 1 : this.#term;
    const isMine = isPreVote ? this.#role === "pre-candidate" : this.#role === "candidate";
    if (!isMine || (isGranted && term !== wanted)) return;
    this.#countVote(from, isGranted);
  }

  #countVote(from: string, isGranted: boolean): void {
    this.#votes.set(from, isGranted);
    const granted = [...this.#votes.values()].filter(Boolean).length;
    const refused = this.#votes.size - granted;
    if (granted >= this.#quorum()) {
      if (this.#role === "pre-candidate") this.#stand();
      else this.#lead();
    } else if (refused > this.#options.members.length - this.#quorum()) {
      this.#becomeFollower(this.#term, undefined);
    }
  }

  #lead(): void {
    const { self } = this.#options;
    this.#role = "leader";
    this.#ticksSinceHeard = 0;
    this.#rounds.clear();
    const next = this.#disk.lastIndex + 1;
    for (const other of this.#others) {
      this.#progress.set(other, {
        next,
        match: 0,
        isProbing: true,
        matchAtTick: -1,
        isStuck: false,
        isActive: true,
      });
    }
    this.#firstOfTerm = next;
    this.#setLeader(self);
    this.#appendAsLeader(undefined);
    this.#askForReads();
  }

  // The log.

  #appendAsLeader(data: Data | undefined): void {
    const entry: Entry<Data> = { term: this.#term, index: this.#disk.lastIndex + 1, data };
    this.#disk.append([entry]);
    this.#host.appended([entry]);
    for (const other of this.#others) this.#sendEntries(other);
    this.#syncThen(() => {
      if (this.#role === "leader") this.#advanceCommit();
    });
  }

  /** What is safe here from a power failure. */
  get #safeIndex(): number {
    // bug lost-write-on-power-failure: what is written counts as synced
    const { bugs } = this.#options;
    return bugs.has("lost-write-on-power-failure") ? this.#disk.lastIndex : this.#disk.syncedIndex;
  }

  #syncThen(done: () => void): void {
    const { term } = this.#disk.ballot;
    const act = () => {
      if (this.#isStopped) return;
      if (this.#term === term) done();
      this.#apply();
    };
    if (this.#options.bugs.has("lost-write-on-power-failure")) {
      this.#disk.sync(() => undefined);
      act();
    } else this.#disk.sync(act);
  }

  #sendEntries(to: string): void {
    const progress = this.#progress.get(to);
    if (!progress) return;
    const prevIndex = progress.next - 1;
    const prevTerm = this.#disk.termAt(prevIndex);
    if (prevTerm === undefined) {
      this.#sendSnapshot(to, progress);
      return;
    }
    const last = Math.min(this.#disk.lastIndex, prevIndex + mostEntriesAtOnce);
    const entries = this.#disk.slice(progress.next, last);
    if (!progress.isProbing) progress.next = last + 1;
    this.#host.send(to, {
      type: "append",
      term: this.#term,
      prevIndex,
      prevTerm,
      entries,
      commit: this.#commitIndex,
    });
  }

  #sendSnapshot(to: string, progress: Progress): void {
    const index = this.#appliedIndex;
    const snapshot = {
      index,
      term: this.#disk.termAt(index) ?? 0,
      state: this.#host.takeSnapshot(),
    };
    progress.next = index + 1;
    this.#host.send(to, { type: "snapshot", term: this.#term, snapshot });
  }

  #onAppend(from: string, message: MessageOf<Data, State, "append">): void {
    const { prevIndex, prevTerm, entries, commit } = message;
    const known = this.#disk.termAt(prevIndex);
    if (known !== prevTerm && prevIndex >= this.#disk.baseIndex) {
      const hint = known === undefined ? this.#disk.lastIndex : this.#before(known, prevIndex);
      this.#host.send(from, { type: "appended", term: this.#term, fits: false, match: hint });
      return;
    }
    this.#takeOver(entries);
    const last = prevIndex + entries.length;
    this.#commitTo(Math.min(commit, last));
    if (entries.length === 0) return;
    this.#syncThen(() => {
      this.#host.send(from, { type: "appended", term: this.#term, fits: true, match: last });
    });
  }

  /** The last index before those of this term: all of them may be wrong, but what is committed. */
  #before(term: number, from: number): number {
    const least = from > this.#commitIndex ? this.#commitIndex : this.#disk.baseIndex;
    let index = from - 1;
    while (index > least && this.#disk.termAt(index) === term) index -= 1;
    return index;
  }

  #takeOver(entries: readonly Entry<Data>[]): void {
    const isKnown = ({ index, term }: Entry<Data>) =>
      index <= this.#disk.baseIndex || this.#disk.termAt(index) === term;
    const first = entries.findIndex((entry) => !isKnown(entry));
    if (first < 0) return;
    const fresh = entries.slice(first);
    const index = (fresh[0]?.index ?? 1) - 1;
    if (index < this.#disk.lastIndex) this.#takeBack(index);
    this.#disk.append(fresh);
  }

  /** Only with these bugs what is committed can be taken back. */
  get #mayForget(): boolean {
    const { bugs } = this.#options;
    return bugs.has("split-brain") || bugs.has("lost-write-on-power-failure");
  }

  #takeBack(index: number): void {
    if (index < this.#commitIndex && !this.#mayForget) {
      throw new Error(`the log would lose entry ${index + 1}, which is committed`);
    }
    this.#disk.truncate(index);
    this.#commitIndex = Math.min(this.#commitIndex, index);
    this.#appliedIndex = Math.min(this.#appliedIndex, index);
    this.#host.rewind(index);
  }

  #onSnapshot(from: string, { snapshot }: MessageOf<Data, State, "snapshot">): void {
    const { index, term } = snapshot;
    if (this.#disk.termAt(index) === term) {
      // All of it is here already, and what comes after it may have been acknowledged.
      this.#commitTo(index);
    } else if (index > this.#commitIndex) {
      this.#disk.install(index, term);
      this.#commitIndex = index;
      this.#appliedIndex = index;
      this.#host.restore(snapshot);
    }
    const match = Math.max(index, this.#commitIndex);
    this.#syncThen(() => {
      this.#host.send(from, { type: "appended", term: this.#term, fits: true, match });
    });
  }

  #onAppended(
    from: string,
    progress: Progress,
    { fits, match }: MessageOf<Data, State, "appended">,
  ): void {
    if (!fits) {
      // Below what it said once only where an answer came late, or where a bug made it forget.
      progress.next = Math.min(match, this.#disk.lastIndex) + 1;
      this.#sendEntries(from);
      return;
    }
    progress.isProbing = false;
    if (match <= progress.match) return;
    progress.match = match;
    progress.next = Math.max(progress.next, match + 1);
    if (!this.#advanceCommit() && progress.next <= this.#disk.lastIndex) this.#sendEntries(from);
  }

  /** True where it advanced, of which all others are told. */
  #advanceCommit(): boolean {
    const matches = [this.#safeIndex, ...[...this.#progress.values()].map(({ match }) => match)];
    matches.sort((a, b) => b - a);
    const index = matches[this.#quorum() - 1] ?? 0;
    // Entries of former terms are committed by one of this term alone.
    if (index <= this.#commitIndex || this.#disk.termAt(index) !== this.#term) return false;
    this.#commitIndex = index;
    for (const other of this.#others) this.#sendEntries(other);
    this.#apply();
    this.#askForReads();
    return true;
  }

  #commitTo(index: number): void {
    if (index <= this.#commitIndex) return;
    this.#commitIndex = index;
    this.#apply();
  }

  #apply(): void {
    const upTo = Math.min(this.#commitIndex, this.#safeIndex);
    if (upTo <= this.#appliedIndex) return;
    const entries = this.#disk.slice(this.#appliedIndex + 1, upTo);
    this.#appliedIndex = upTo;
    this.#host.commit(entries);
    this.#shortenLog();
  }

  #shortenLog(): void {
    const { snapshotEntries, catchUpEntries, bugs } = this.#options;
    // A snapshot must not hold what is not committed, and what may be taken back must be here.
    if (this.#mayForget || appliesEarly(bugs)) return;
    const applied = this.#appliedIndex - this.#disk.baseIndex;
    if (applied > snapshotEntries + catchUpEntries) {
      this.#disk.compact(this.#appliedIndex - catchUpEntries);
    }
  }

  // Heartbeats, and reads that they confirm.

  /** Whoever has not come further since the last heartbeat, though there is more, missed some. */
  #findStuck(): void {
    for (const progress of this.#progress.values()) {
      const isBehind = progress.match < this.#disk.lastIndex;
      progress.isStuck = isBehind && progress.match === progress.matchAtTick;
      progress.matchAtTick = progress.match;
    }
  }

  #sendHeartbeats(): void {
    const round = this.#rounds.current;
    for (const other of this.#others) {
      const progress = this.#progress.get(other);
      const commit = Math.min(this.#commitIndex, progress?.match ?? 0);
      this.#host.send(other, { type: "heartbeat", term: this.#term, commit, round });
    }
  }

  #onAlive(from: string, progress: Progress, { round }: MessageOf<Data, State, "alive">): void {
    if (this.#rounds.heard(from, round)) {
      this.#noteQuorum();
      // Whoever came while that round was under way needs one of his own.
      if (this.#rounds.begin()) this.#sendHeartbeats();
    }
    if (!progress.isStuck) return;
    progress.isStuck = false;
    if (!progress.isProbing) progress.next = progress.match + 1;
    this.#sendEntries(from);
  }

  /** Calls back with the commit index as of now, as soon as a quorum has confirmed the leader. */
  #leaderReads(done: (index: number) => void): void {
    const { bugs } = this.#options;
    const isConfirmed =
      this.#quorum() === 1 ||
      // bug stale-read: nobody is asked
      bugs.has("stale-read") ||
      // bug stale-read-after-pause: a quorum was heard lately, by a timer that can stand still
      (bugs.has("stale-read-after-pause") && this.#heardQuorumLately);
    // What earlier leaders committed is known only when an entry of this term is.
    if (this.#commitIndex < this.#firstOfTerm) {
      this.#rounds.postpone(() => {
        this.#leaderReads(done);
      });
      return;
    }
    if (isConfirmed) {
      done(this.#commitIndex);
      return;
    }
    const index = this.#commitIndex;
    this.#rounds.wait(() => {
      done(index);
    });
    if (this.#rounds.begin()) this.#sendHeartbeats();
  }

  #askForReads(): void {
    if (this.#role === "leader" && this.#commitIndex >= this.#firstOfTerm) {
      this.#rounds.resumePostponed();
    }
    if (this.#readsAsked.length > 0 || this.#readsWaiting.length === 0) return;
    if (this.#leader === undefined) return;
    this.#readsAsked = this.#readsWaiting;
    this.#readsWaiting = [];
    this.#readNumber += 1;
    this.#askLeader();
  }

  #askLeader(): void {
    const read = this.#readNumber;
    if (this.#role === "leader") {
      this.#leaderReads((index) => {
        if (read === this.#readNumber) this.#finishReads(index);
      });
    } else if (this.#leader !== undefined) {
      this.#host.send(this.#leader, { type: "ask-read", term: this.#term, read });
    }
    this.#askAgain?.cancel();
    this.#askAgain = this.#host.after(askReadAgainMs, () => {
      if (!this.#isStopped && read === this.#readNumber && this.#readsAsked.length > 0) {
        this.#askLeader();
      }
    });
  }

  #finishReads(index: number): void {
    const reads = this.#readsAsked;
    this.#endReads({ type: "ok", index }, reads);
    this.#askForReads();
  }

  #failReads(): void {
    const reads = [...this.#readsAsked, ...this.#readsWaiting];
    this.#readsWaiting = [];
    this.#endReads({ type: "leader-changed" }, reads);
  }

  #endReads(result: ReadIndex, reads: readonly ((result: ReadIndex) => void)[]): void {
    this.#readsAsked = [];
    this.#readNumber += 1;
    this.#askAgain?.cancel();
    for (const done of reads) done(result);
  }

  #noteQuorum(): void {
    if (!this.#options.bugs.has("stale-read-after-pause")) return;
    this.#forgetQuorum();
    this.#heardQuorumLately = true;
    this.#quorumTimer = this.#host.after(this.#options.electionMs, () => {
      this.#heardQuorumLately = false;
    });
  }

  #forgetQuorum(): void {
    this.#quorumTimer?.cancel();
    this.#heardQuorumLately = false;
  }
}
