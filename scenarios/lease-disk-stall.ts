import type { LeaseInput, LeaseOutput } from "../src/checkers/lease/lease-operation.js";
import type { Scenario } from "../src/core/scenario.js";
import type { DiskStallSpec } from "../nemeses/disk-stall.js";
import { grantLeases, keepAlive, keysOn, otherLeader } from "./lease-steps.js";

const ttl = 3;
const everyMs = 400;
/** Until the new leader has ended what nobody renews there: its time, and that of an election. */
const untilGoneMs = 15_000;
const looks = 20;
const betweenLooksMs = 100;

export const leaseDiskStall: Scenario<LeaseInput, LeaseOutput> = {
  name: "lease-disk-stall",
  bug: {
    issues: [15247, 12528],
    title:
      "a leader whose disk stood still ends leases that its successor renewed, and renews others that are over",
    guarantee:
      "A lease lives for its time to live from the last renewal that was acknowledged, whoever leads, and one that is over cannot be renewed.",
    mechanism: [
      "The loop that takes what raft has decided from its hands, writes it to the WAL and sends it on hangs in a write that the disk does not finish. The others elect a new leader.",
      "Raft itself hears of the new term and steps down; but that the member leads no more is told to the rest of the server by the very loop that hangs. Its lessor goes on as that of a leader.",
      "It answers renewals from memory without asking anybody, also of leases that the new leader has ended since.",
      "Of leases that are renewed at the new leader it hears nothing, so that to it they are over: it proposes to revoke them, and raft, a follower by now, keeps that for the leader.",
      "When the disk goes on, the proposals go out, and the new leader does as it is told: a revocation does not say what it was decided on.",
    ],
    consequence:
      "One slow fsync of one member deletes the keys of all leases at once: every lock, every election and every record of a service that is alive.",
    affected: [{ before: "3.4.31" }, { from: "3.5.0", before: "3.5.13" }],
    fixedIn: "3.4.31 and 3.5.13",
  },
  workload: "lease",
  nodes: 3,
  nemeses: ["disk-stall"],
  rounds: 1,
  caughtBy: ["lease-kept", "lease-renewal"],
  requestTimeoutMs: 3_000,

  async play(stage) {
    const { client, inject, note, until, need, sleep } = stage;
    const old = await stage.leader();
    const atOld = client(old);
    const kept = await grantLeases(stage, atOld, { name: "kept", place: 1, count: 6, ttl });
    const left = await grantLeases(stage, atOld, { name: "left", place: 2, count: 2, ttl });
    const stall: DiskStallSpec = {
      nemesis: "disk-stall",
      nodes: [old],
      description: `${old} (the leader): the disk stands still`,
      target: "leader",
    };
    const fault = await inject(stall);
    note(`a write makes ${old} wait for its disk`);
    const poke = client(old).ask({
      f: "put",
      key: `poke/${stage.round}`,
      value: `poke-${stage.round}`,
    });
    const leader = await otherLeader(stage, old);
    note(`${leader} leads: some leases are renewed there, others at ${old} alone`);
    const keeping = keepAlive(stage, { node: leader, leases: kept.ids, everyMs });
    const atLeader = client(leader);
    const vain = keepAlive(stage, { node: old, leases: left.ids, everyMs });
    await until(
      `${leader} has ended the leases that nobody renews there`,
      async () => (await keysOn(atLeader, left.shelf)) === 0,
      untilGoneMs,
    );
    await vain.stop();
    note(`those are over at ${leader}: they are renewed at ${old} once more`);
    await Promise.all(left.ids.map((lease) => client(old).ask({ f: "renew", lease })));
    need(`every lease was renewed at ${leader}`, keeping.renewals() > 2);
    note(`the disk of ${old} goes on, while the others are still renewed at ${leader}`);
    await fault.heal();
    await poke;
    for (let look = 0; look < looks; look++) {
      await sleep(betweenLooksMs);
      if ((await keysOn(atLeader, kept.shelf)) === 0) break;
    }
    await keeping.stop();
  },
};
