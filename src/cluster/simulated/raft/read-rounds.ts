/**
 * Which reads a leader may answer: those that waited when a round of heartbeats began which enough
 * others answered. One round is under way at a time, so that many reads share it.
 */
export class ReadRounds {
  readonly #needed: number;
  #number = 0;
  #isUnderWay = false;
  readonly #heard = new Set<string>();
  #inRound: (() => void)[] = [];
  #waiting: (() => void)[] = [];
  #postponed: (() => void)[] = [];

  /** `needed`: how many others make a quorum with the leader. */
  constructor(needed: number) {
    this.#needed = needed;
  }

  /** Goes with every heartbeat. */
  get current(): number {
    return this.#number;
  }

  /** Until the next round is over. */
  wait(done: () => void): void {
    this.#waiting.push(done);
  }

  /** Until `resumePostponed` is called. */
  postpone(again: () => void): void {
    this.#postponed.push(again);
  }

  resumePostponed(): void {
    const postponed = this.#postponed;
    this.#postponed = [];
    for (const again of postponed) again();
  }

  /** True where a new round begins with this: heartbeats have to be sent. */
  begin(): boolean {
    if (this.#isUnderWay || this.#waiting.length === 0) return false;
    this.#number += 1;
    this.#isUnderWay = true;
    this.#heard.clear();
    this.#inRound = this.#waiting;
    this.#waiting = [];
    return true;
  }

  /** True where the round is over with this answer. */
  heard(from: string, round: number): boolean {
    if (!this.#isUnderWay || round !== this.#number) return false;
    this.#heard.add(from);
    if (this.#heard.size < this.#needed) return false;
    this.#isUnderWay = false;
    const done = this.#inRound;
    this.#inRound = [];
    for (const act of done) act();
    return true;
  }

  /** The leader leads no more: whoever waits must ask the next one. */
  clear(): void {
    // Numbers go on, so that a late answer is never taken for one to a new round.
    this.#isUnderWay = false;
    this.#inRound = [];
    this.#waiting = [];
    this.#postponed = [];
  }
}
