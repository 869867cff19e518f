import type { LeaseInput, LeaseOutput } from "../src/checkers/lease/lease-operation.js";
import type { StageFault, Scenario } from "../src/core/scenario.js";
import type { PauseSpec } from "../nemeses/pause.js";
import {
  grantLeases,
  keepAlive,
  keysOn,
  type LeaseClient,
  type Leases,
  type LeaseStage,
  otherLeader,
} from "./lease-steps.js";

/** More than the 16 revocations that a leader has under way at a time. */
const count = 24;
const ttl = 2;
const everyMs = 300;
const pauses = 6;
const betweenLooksMs = 150;
/** A second longer than the leases' time, by when the old leader must take them to be over. */
const looksMeanwhile = 20;
const looksAfterwards = 8;

export const leasePause: Scenario<LeaseInput, LeaseOutput> = {
  name: "lease-pause",
  bug: {
    issues: [15247, 18439, 18440],
    title: "a leader that was stopped for a while ends leases that its successor renewed",
    guarantee:
      "A lease lives for its time to live from the last renewal that was acknowledged, whoever leads.",
    mechanism: [
      "The process of the leader stands still, as that of a virtual machine that is moved does; the others elect a new leader, and clients renew their leases there.",
      "When it goes on, the time of those leases is over by its own clock, for it heard of no renewal. It still takes itself to be the leader until a message of the new term was read and worked off.",
      "If it looks for leases that are over before that, it sets about to revoke them, 16 at a time. What it proposes as the leader that it was is lost; what it proposes a moment later, as a follower, is handed on to the new leader.",
      "It does not decide anew: revocations that wait for one of the 16 places go out seconds later, when the member has long been a follower.",
      "Since the fix for stalled leaders it asks first whether it still leads, but not where it saw a tick of its own clock lately, which is true as soon as it goes on.",
    ],
    consequence:
      "Locks, elections and service records of clients that are alive are gone after a pause of the leader that was longer than their time to live.",
    affected: [{ before: "3.4.31" }, { from: "3.4.34", before: "3.5.13" }, { from: "3.5.16" }],
  },
  workload: "lease",
  nodes: 3,
  nemeses: ["pause"],
  rounds: 1,
  caughtBy: ["lease-kept"],
  leastCaught: 0.8,
  requestTimeoutMs: 3_000,

  async play(stage) {
    const { client, note } = stage;
    let leader = await stage.leader();
    const leases = await grantLeases(stage, client(leader), { name: "kept", place: 1, count, ttl });
    let keeping = keepAlive(stage, { node: leader, leases: leases.ids, everyMs });
    for (let pause = 0; pause < pauses; pause++) {
      const old = leader;
      await keeping.stop();
      const fault = await stopLeader(stage, old);
      leader = await otherLeader(stage, old);
      note(`${old} stands still, ${leader} leads: all leases are renewed there`);
      keeping = keepAlive(stage, { node: leader, leases: leases.ids, everyMs });
      // What an earlier one proposed may come seconds later.
      if (await areMissed(stage, client(leader), { leases, looks: looksMeanwhile })) return;
      stage.need(`every lease was renewed at ${leader}`, keeping.renewals() > 2);
      note(`${old} goes on, and the leases are still renewed at ${leader}`);
      await fault.heal();
      if (await areMissed(stage, client(leader), { leases, looks: looksAfterwards })) return;
    }
  },
};

function stopLeader(stage: LeaseStage, leader: string): Promise<StageFault> {
  const spec: PauseSpec = {
    nemesis: "pause",
    nodes: [leader],
    description: `${leader} (the leader) is paused with SIGSTOP`,
    target: "leader",
    method: "sigstop",
  };
  return stage.inject(spec);
}

/** Whether some key was gone at one of so many looks. */
async function areMissed(
  { sleep }: LeaseStage,
  client: LeaseClient,
  { leases, looks }: { readonly leases: Leases; readonly looks: number },
): Promise<boolean> {
  for (let look = 0; look < looks; look++) {
    const keys = await keysOn(client, leases.shelf);
    if (keys !== undefined && keys < leases.ids.length) return true;
    await sleep(betweenLooksMs);
  }
  return false;
}
