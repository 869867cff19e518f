import { RequestError } from "../core/client.js";
import type { FaultEvent, FaultSpec } from "../core/history.js";
import type { Nemesis } from "../core/nemesis.js";
import { type StageFault, StoppedShort, type UnseenFault } from "../core/scenario.js";
import type { DriveOptions } from "./drive-options.js";
import { type Fault, healFault, injectFault } from "./one-fault.js";

/** The faults of a round of a scenario: whatever is left in force is healed after it. */
export class FaultsInForce {
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
