import { describe, expect, it } from "vitest";
import { seededRandom } from "../../generator/seeded-random.js";
import { MemberClock } from "./member-clock.js";
import { Scheduler } from "./scheduler.js";

function rig() {
  const scheduler = new Scheduler();
  const clock = new MemberClock(scheduler);
  const fired: string[] = [];
  return {
    scheduler,
    clock,
    fired,
    pass: (ms: number) => scheduler.run(() => scheduler.clock({ epochMs: 0 }).sleep(ms)),
    /** Sets a timer that says when it fired, by the right time. */
    timer: (name: string, ms: number, act: () => void = () => undefined) =>
      clock.after(ms, () => {
        fired.push(`${name} at ${scheduler.nowNs / 1e6}`);
        act();
      }),
  };
}

const atRate = (rate: number) => ({ jumpMs: 0, rate });
const jump = (jumpMs: number) => ({ jumpMs, rate: 1 });

describe("what a member's clock shows", () => {
  it("is right until somebody makes it wrong", async () => {
    const { clock, pass } = rig();
    await pass(1_234);
    expect(clock.monotonicMs).toBe(1_234);
    expect(clock.offsetMs).toBe(0);
  });

  it("is right where its machine is turned on later", async () => {
    const { scheduler, pass } = rig();
    await pass(5_000);
    const clock = new MemberClock(scheduler);
    expect(clock.monotonicMs).toBe(0);
    expect(clock.offsetMs).toBe(0);
  });

  it.each([5_000, -5_000])("jumps by %d ms in its calendar alone", async (jumpMs) => {
    const { clock, pass, timer, fired } = rig();
    timer("running", 100);
    await pass(40);
    clock.skew(jump(jumpMs));
    expect(clock.offsetMs).toBe(jumpMs);
    expect(clock.monotonicMs).toBe(40);
    timer("new", 100);
    await pass(1_000);
    expect(fired).toEqual(["running at 100", "new at 140"]);
    expect(clock.offsetMs).toBe(jumpMs);
    expect(clock.monotonicMs).toBe(1_040);
  });

  it.each([
    [2, 100],
    [0.5, -50],
  ])("drifts at a rate of %d", async (rate, offsetMs) => {
    const { clock, pass } = rig();
    await pass(1_000);
    clock.skew(atRate(rate));
    expect(clock.offsetMs).toBe(0);
    expect(clock.monotonicMs).toBe(1_000);
    await pass(100);
    expect(clock.offsetMs).toBe(offsetMs);
    expect(clock.monotonicMs).toBe(1_100 + offsetMs);
  });

  it("adds one skew to another: jumps and drift stay, and the last rate holds", async () => {
    const { clock, pass } = rig();
    clock.skew({ jumpMs: 1_000, rate: 2 });
    await pass(100);
    expect(clock.offsetMs).toBe(1_100);
    clock.skew({ jumpMs: -300, rate: 0.5 });
    expect(clock.offsetMs).toBe(800);
    await pass(100);
    expect(clock.offsetMs).toBe(750);
    expect(clock.monotonicMs).toBe(250);
  });

  it("is right again after a reset, and stays so", async () => {
    const { clock, pass } = rig();
    clock.skew({ jumpMs: 7_000, rate: 2 });
    await pass(100);
    clock.skew({ jumpMs: -500, rate: 4 });
    await pass(100);
    clock.reset();
    expect(clock.offsetMs).toBe(0);
    await pass(1_000);
    expect(clock.offsetMs).toBe(0);
    clock.skew(jump(30));
    expect(clock.offsetMs).toBe(30);
  });

  it("is reset in its calendar and its speed, and never goes back in what it has run", async () => {
    const { clock, pass } = rig();
    clock.skew({ jumpMs: 7_000, rate: 2 });
    await pass(100);
    clock.reset();
    expect(clock.monotonicMs).toBe(200);
    await pass(50);
    expect(clock.monotonicMs).toBe(250);
  });

  it("goes on while the process is frozen", async () => {
    const { clock, pass } = rig();
    clock.skew(atRate(2));
    clock.freeze();
    await pass(100);
    expect(clock.monotonicMs).toBe(200);
    clock.thaw();
    expect(clock.monotonicMs).toBe(200);
    expect(clock.offsetMs).toBe(100);
  });
});

describe("timers", () => {
  it.each([
    [1, 100],
    [2, 50],
    [0.5, 200],
  ])("at a rate of %d fire after %d ms where 100 were asked for", async (rate, atMs) => {
    const { clock, pass, timer, fired } = rig();
    clock.skew(atRate(rate));
    timer("it", 100);
    await pass(1_000);
    expect(fired).toEqual([`it at ${atMs}`]);
  });

  it("under way take over each new rate for what is left of them", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("it", 100);
    await pass(40);
    clock.skew(atRate(2));
    await pass(10);
    clock.skew(atRate(0.5));
    await pass(1_000);
    expect(fired).toEqual(["it at 130"]);
  });

  it("go on at the right speed after a reset", async () => {
    const { clock, pass, timer, fired } = rig();
    clock.skew({ jumpMs: 9_000, rate: 2 });
    timer("running", 100);
    await pass(20);
    clock.reset();
    timer("new", 10);
    await pass(1_000);
    expect(fired).toEqual(["new at 30", "running at 80"]);
  });

  it("fire once, whatever is done to the clock afterwards", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("it", 10);
    await pass(20);
    clock.skew(atRate(2));
    clock.freeze();
    clock.thaw();
    clock.reset();
    await pass(1_000);
    expect(fired).toEqual(["it at 10"]);
  });

  it("fire once where they change the rate themselves", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("it", 10, () => {
      clock.skew(atRate(2));
    });
    await pass(1_000);
    expect(fired).toEqual(["it at 10"]);
  });

  it("fire in the order they were asked for where they are due at once, at any rate", async () => {
    const { clock, pass, timer, fired } = rig();
    for (const name of ["one", "two", "three"]) timer(name, 100);
    await pass(50);
    clock.skew(atRate(2));
    await pass(1_000);
    expect(fired).toEqual(["one at 75", "two at 75", "three at 75"]);
  });

  it.each([0, -5])("of %d ms fire at once, yet not within the call", async (ms) => {
    const { pass, timer, fired } = rig();
    timer("it", ms);
    expect(fired).toEqual([]);
    await pass(1);
    expect(fired).toEqual(["it at 0"]);
  });

  it("may set others", async () => {
    const { pass, timer, fired } = rig();
    timer("first", 10, () => timer("second", 5));
    await pass(100);
    expect(fired).toEqual(["first at 10", "second at 15"]);
  });
});

describe("timers of a frozen process", () => {
  it("stand still, and then take what was left of them", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("short", 50);
    timer("long", 100);
    await pass(30);
    clock.freeze();
    await pass(1_000);
    expect(fired).toEqual([]);
    clock.thaw();
    await pass(1_000);
    expect(fired).toEqual(["short at 1050", "long at 1100"]);
  });

  it("keep what is left over several freezes", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("it", 100);
    for (let round = 0; round < 3; round++) {
      await pass(20);
      clock.freeze();
      await pass(500);
      clock.thaw();
    }
    await pass(1_000);
    expect(fired).toEqual(["it at 1600"]);
  });

  it("do not mind being frozen or thawed twice", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("it", 100);
    await pass(30);
    clock.freeze();
    await pass(40);
    clock.freeze();
    clock.thaw();
    await pass(20);
    clock.thaw();
    await pass(1_000);
    expect(fired).toEqual(["it at 140"]);
  });

  it("begin when it is thawed where they were set meanwhile", async () => {
    const { clock, pass, timer, fired } = rig();
    clock.freeze();
    timer("it", 100);
    await pass(500);
    clock.thaw();
    await pass(1_000);
    expect(fired).toEqual(["it at 600"]);
  });

  it("go on by the rate that was set meanwhile, which does not wake them", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("before", 100);
    await pass(40);
    clock.freeze();
    timer("meanwhile", 200);
    await pass(10);
    clock.skew(atRate(4));
    await pass(50);
    clock.skew(atRate(2));
    await pass(400);
    expect(fired).toEqual([]);
    clock.thaw();
    await pass(1_000);
    expect(fired).toEqual(["before at 530", "meanwhile at 600"]);
  });

  it("are not woken by a reset", async () => {
    const { clock, pass, timer, fired } = rig();
    clock.skew(atRate(2));
    timer("it", 100);
    await pass(20);
    clock.freeze();
    clock.reset();
    await pass(480);
    expect(fired).toEqual([]);
    clock.thaw();
    await pass(1_000);
    expect(fired).toEqual(["it at 560"]);
  });

  it("wait where the one before them froze it, though they were due", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("freezes", 100, () => {
      clock.freeze();
    });
    timer("waits", 100);
    await pass(300);
    expect(fired).toEqual(["freezes at 100"]);
    clock.thaw();
    await pass(100);
    expect(fired).toEqual(["freezes at 100", "waits at 300"]);
  });
});

describe("a timer that is cancelled", () => {
  it("never fires, and leaves others alone", async () => {
    const { pass, timer, fired } = rig();
    const cancelled = timer("cancelled", 100);
    timer("other", 100);
    await pass(50);
    cancelled.cancel();
    cancelled.cancel();
    await pass(1_000);
    expect(fired).toEqual(["other at 100"]);
  });

  it("never fires where it went on by another rate meanwhile", async () => {
    const { clock, pass, timer, fired } = rig();
    const cancelled = timer("cancelled", 100);
    clock.skew(atRate(2));
    cancelled.cancel();
    clock.skew(atRate(3));
    await pass(1_000);
    expect(fired).toEqual([]);
  });

  it("while the process is frozen does not come back when it is thawed", async () => {
    const { clock, pass, timer, fired } = rig();
    const before = timer("before", 100);
    clock.freeze();
    const meanwhile = timer("meanwhile", 100);
    timer("other", 100);
    before.cancel();
    meanwhile.cancel();
    clock.thaw();
    await pass(1_000);
    expect(fired).toEqual(["other at 100"]);
  });

  it("after it fired changes nothing", async () => {
    const { pass, timer, fired } = rig();
    const first = timer("first", 10);
    timer("second", 20);
    await pass(15);
    first.cancel();
    await pass(1_000);
    expect(fired).toEqual(["first at 10", "second at 20"]);
  });
});

describe("the end of a process", () => {
  it("stops all of its timers, and none of the next one's", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("old", 100);
    timer("older", 50);
    await pass(10);
    clock.stopAll();
    timer("new", 100);
    clock.skew(atRate(2));
    clock.reset();
    await pass(1_000);
    expect(fired).toEqual(["new at 110"]);
  });

  it("stops them while it is frozen, so that nothing is left to thaw", async () => {
    const { clock, pass, timer, fired } = rig();
    timer("before", 100);
    clock.freeze();
    timer("meanwhile", 100);
    clock.stopAll();
    clock.thaw();
    timer("new", 100);
    await pass(1_000);
    expect(fired).toEqual(["new at 100"]);
  });

  it("does not turn the clock back", async () => {
    const { clock, pass } = rig();
    clock.skew({ jumpMs: 30, rate: 2 });
    await pass(100);
    clock.stopAll();
    expect(clock.monotonicMs).toBe(200);
    expect(clock.offsetMs).toBe(130);
  });
});

describe("whatever is done to a clock", () => {
  it("a timer fires when the process has run for as long as it was set, by that clock", async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed);
      const { scheduler, clock, pass } = rig();
      /** Each with what it should have left. */
      const timers = new Map<string, number>();
      const fired = new Map<string, number>();
      let rate = 1;
      let ranMs = 0;
      let isFrozen = false;
      let fires = 0;
      for (let step = 0; step < 200; step++) {
        switch (random.below(5)) {
          case 0: {
            const name = `${step}`;
            const ms = 1 + random.fraction() * 200;
            timers.set(name, ms);
            clock.after(ms, () => fired.set(name, scheduler.nowNs / 1e6));
            break;
          }
          case 1:
            rate = random.pick([0.5, 0.9, 1, 1.5, 3]);
            clock.skew({ jumpMs: random.below(2_000) - 1_000, rate });
            break;
          case 2:
            rate = 1;
            clock.reset();
            break;
          case 3:
            isFrozen = !isFrozen;
            if (isFrozen) clock.freeze();
            else clock.thaw();
            break;
          default: {
            const beganMs = scheduler.nowNs / 1e6;
            const passedMs = 1 + random.below(100);
            ranMs += passedMs * rate;
            await pass(passedMs);
            for (const [name, leftMs] of timers) {
              const isDue = !isFrozen && leftMs <= passedMs * rate;
              expect(fired.has(name), `seed ${seed}, step ${step}, timer ${name}`).toBe(isDue);
              if (isDue) {
                expect(fired.get(name)).toBeCloseTo(beganMs + leftMs / rate, 4);
                timers.delete(name);
                fires += 1;
              } else if (!isFrozen) timers.set(name, leftMs - passedMs * rate);
            }
            expect(clock.monotonicMs).toBeCloseTo(ranMs, 4);
          }
        }
      }
      expect(fires).toBeGreaterThan(0);
    }
  });
});
