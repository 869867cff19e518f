import type { HolderInput, HolderOutput } from "../src/checkers/lock/holder-operation.js";
import type { Holder } from "../src/checkers/lock/holder-operation.js";
import { type Stage, type StageClient, StoppedShort } from "../src/core/scenario.js";

/** The workloads `lock` and `election` are played with the same operations. */
export type HolderStage = Stage<HolderInput, HolderOutput>;
type HolderClient = StageClient<HolderInput, HolderOutput>;

/** The words of locks, or of elections. */
export interface Service {
  readonly win: "lock" | "campaign";
  readonly ask: "owner" | "leader";
  readonly letGo: "unlock" | "resign";
}

/** The shortest that etcd grants to a cluster with usual elections, and one that outlives the round. */
const shortTtl = 2;
const longTtl = 120;
/** etcd looks for leases that are over twice a second. */
const untilOverMs = shortTtl * 1_000 + 1_500;

/**
 * One holds it, another waits for it until its lease has run out, then the first lets go: whoever
 * waited has no key any more. A third one wants it then.
 */
export async function playExpiredWaiter(stage: HolderStage, service: Service): Promise<void> {
  const { client, nodes, round, note, need, sleep } = stage;
  const [node = ""] = nodes;
  const name = `${service.win}/${round}`;
  const value = (place: number) => 10 * round + place;
  const [first, waiter, third, onlooker] = [client(node), client(node), client(node), client(node)];

  const by = await win(first, { ...service, name, value: value(1) }, await grant(first, longTtl));
  await first.must({ f: "write", name, by, value: value(2), heldUpMs: 0 });
  const lease = await grant(onlooker, shortTtl);
  note(`another waits for ${name}, with a lease of ${shortTtl} s that nobody keeps alive`);
  const waiting = waiter.ask(winning({ ...service, name, value: value(3) }, lease));
  await sleep(untilOverMs);
  await onlooker.must({ f: "revoke", lease });
  note("the waiter's lease has run out: now the holder lets go");
  await first.must({ f: service.letGo, name, by });
  const outcome = await waiting;
  need("the waiter was in the queue before its lease ran out", outcome.type !== "fail");
  if (outcome.type === "ok" && outcome.output.type === "held") {
    note(`the waiter was told that it has ${name}: it writes under the guard of its key`);
    const { holder } = outcome.output;
    await waiter.must({ f: "write", name, by: holder, value: value(4), heldUpMs: 0 });
  }
  await onlooker.must({ f: service.ask, name });
  await win(third, { ...service, name, value: value(5) }, await grant(third, longTtl));
  await onlooker.must({ f: service.ask, name });
}

interface Candidacy extends Service {
  readonly name: string;
  /** Of a campaign. */
  readonly value: number;
}

function winning({ win, name, value }: Candidacy, lease: string): HolderInput {
  return win === "lock" ? { f: "lock", name, lease } : { f: "campaign", name, lease, value };
}

async function win(client: HolderClient, candidacy: Candidacy, lease: string): Promise<Holder> {
  const output = await client.must(winning(candidacy, lease));
  if (output.type !== "held") throw new StoppedShort("a lock was answered as something else");
  return output.holder;
}

async function grant(client: HolderClient, ttl: number): Promise<string> {
  const output = await client.must({ f: "grant", ttl });
  if (output.type !== "granted") throw new StoppedShort("a grant was answered as something else");
  return output.lease;
}
