import type { FullClient } from "../core/client.js";
import type { Input, Outcome } from "../core/operation.js";
import { type StageClient, StoppedShort } from "../core/scenario.js";
import { attempt } from "./attempt.js";
import type { DriveOptions } from "./drive-options.js";

/** All clients of a round of a scenario. */
export class Company {
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
