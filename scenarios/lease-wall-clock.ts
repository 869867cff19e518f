import type { LeaseInput, LeaseOutput } from "../src/checkers/lease/lease-operation.js";
import type { Scenario } from "../src/core/scenario.js";
import type { ClockSpec } from "../nemeses/clock.js";
import { grantLeases, keysOn } from "./lease-steps.js";

const ttl = 3;
/** Ten minutes. */
const aheadMs = 600_000;
/** The checker allows 13 s beyond a lease's time; what is there for longer is there for minutes. */
const mostLooks = 40;
const betweenLooksMs = 500;

export const leaseWallClock: Scenario<LeaseInput, LeaseOutput> = {
  name: "lease-wall-clock",
  bug: {
    issues: [12291, 12292],
    title: "a lease that was granted while the clock was ahead outlives its time by as much",
    guarantee:
      "A lease that nobody keeps alive ends when its time to live is over, and its keys are deleted with it.",
    mechanism: [
      "A lease remembers when it ends as a reading of Go's clocks, which carries both the wall clock and the monotonic one, and whether it is over is decided by the monotonic one.",
      "Since 3.4 a leader does not look at every lease any more: it keeps a heap ordered by when they end, and looks at the first as long as its time has come.",
      "Into that heap only the wall clock's nanoseconds were put, and they are compared with those of the present moment.",
      "Where the wall clock is set back after a lease was granted, as by NTP after a boot with a wrong clock, its entry lies that far in the future: nobody looks at the lease until then.",
      "Its remaining time is told as a negative number all the while, and its keys stay.",
    ],
    consequence:
      "Locks, elections and service records of clients that died long ago stay until the wall clock has caught up, or until another member leads.",
    affected: [{ from: "3.4.0", before: "3.5.0" }],
    fixedIn: "3.5.0; no release of 3.4 has the fix",
  },
  workload: "lease",
  nodes: 1,
  nemeses: ["clock"],
  rounds: 1,
  caughtBy: ["lease-gone"],
  requestTimeoutMs: 5_000,

  async play(stage) {
    const { client, nodes, inject, note, sleep } = stage;
    const [node = ""] = nodes;
    const clock: ClockSpec = {
      nemesis: "clock",
      nodes,
      description: `${node} sees its wall clock jump ${aheadMs} ms ahead`,
      skew: { jumpMs: aheadMs, rate: 1 },
    };
    const fault = await inject(clock);
    note(`the wall clock is ahead: leases of ${ttl} s are granted`);
    const user = client(node);
    const { ids, shelf } = await grantLeases(stage, user, {
      name: "ahead",
      place: 1,
      count: 2,
      ttl,
    });
    await fault.heal();
    note(`the wall clock was set right: the leases ${ids.join(" and ")} are left alone`);
    for (let look = 0; look < mostLooks; look++) {
      await sleep(betweenLooksMs);
      if ((await keysOn(user, shelf)) === 0) break;
    }
    for (const lease of ids) await user.must({ f: "time-to-live", lease });
  },
};
