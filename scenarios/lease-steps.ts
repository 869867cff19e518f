import type { LeaseInput, LeaseOutput } from "../src/checkers/lease/lease-operation.js";
import { type Stage, type StageClient, StoppedShort } from "../src/core/scenario.js";

/** The operations of the workload `lease`, for scenarios that are played with them. */
export type LeaseStage = Stage<LeaseInput, LeaseOutput>;
export type LeaseClient = StageClient<LeaseInput, LeaseOutput>;

export interface LeasesWanted {
  /** Of the shelf. */
  readonly name: string;
  /** Of the shelf within its round, from 1 to 9: its leases are numbered by it. */
  readonly place: number;
  readonly count: number;
  /** Seconds. */
  readonly ttl: number;
}

/** Leases with a key each, all of them on one shelf. */
export interface Leases {
  readonly ids: readonly string[];
  readonly shelf: string;
}

/** Grants them one by one and attaches the keys. Throws StoppedShort where something is not answered. */
export async function grantLeases(
  { round }: LeaseStage,
  client: LeaseClient,
  { name, place, count, ttl }: LeasesWanted,
): Promise<Leases> {
  const shelf = `lease/${name}-${round}/`;
  const ids: string[] = [];
  for (let number = 1; number <= count; number++) {
    const lease = String(1_000 * (10 * round + place) + number);
    await client.must({ f: "grant", lease, ttl });
    const value = `${name}-${round}.${number}`;
    await client.must({ f: "put", key: `${shelf}${number}`, value, lease });
    ids.push(lease);
  }
  return { ids, shelf };
}

/** How many keys of the shelf are there; undefined where the read was not answered. */
export async function keysOn(client: LeaseClient, shelf: string): Promise<number | undefined> {
  const outcome = await client.ask({ f: "read", shelf });
  return outcome.type === "ok" && "found" in outcome.output
    ? outcome.output.found.length
    : undefined;
}

export interface KeepingAlive {
  /** How often the one that was renewed least often was. */
  readonly renewals: () => number;
  /** Waits until what is under way was answered. */
  readonly stop: () => Promise<void>;
}

const keepers = 4;

/** Several clients renew these leases through one node, over and over. */
export function keepAlive(
  stage: LeaseStage,
  { node, leases, everyMs }: { node: string; leases: readonly string[]; everyMs: number },
): KeepingAlive {
  const renewals = new Map(leases.map((lease) => [lease, 0]));
  let isOver = false;
  const goesOn = () => !isOver;
  const keep = async (client: LeaseClient, mine: readonly string[]) => {
    while (goesOn()) {
      for (const lease of mine) {
        if (!goesOn()) break;
        const outcome = await client.ask({ f: "renew", lease });
        const isRenewed =
          outcome.type === "ok" && "renewed" in outcome.output && outcome.output.renewed > 0;
        if (isRenewed) renewals.set(lease, (renewals.get(lease) ?? 0) + 1);
      }
      await stage.sleep(everyMs);
    }
  };
  const work = stage.clients(node, keepers).map((client, place) =>
    keep(
      client,
      leases.filter((_, index) => index % keepers === place),
    ).catch((error: unknown) => {
      if (!(error instanceof StoppedShort)) throw error;
    }),
  );
  return {
    renewals: () => Math.min(...renewals.values()),
    async stop() {
      isOver = true;
      await Promise.all(work);
    },
  };
}

/** Whom a majority follows, once it is another one than that. */
export async function otherLeader(stage: LeaseStage, old: string): Promise<string> {
  let leader = old;
  await stage.until(
    `another than ${old} leads`,
    async () => (leader = await stage.leader()) !== old,
    15_000,
  );
  return leader;
}
