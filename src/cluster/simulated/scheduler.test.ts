import { describe, expect, it } from "vitest";
import { Scheduler } from "./scheduler.js";

const epoch = { epochMs: Date.UTC(2000, 0, 1) };

describe("virtual time", () => {
  it("runs events by their times, and those of one time in the order they were asked for", async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} at ${scheduler.nowNs}`);
    await scheduler.run(async () => {
      scheduler.after(20, note("late"));
      scheduler.after(10, note("first"));
      scheduler.after(10, note("second"));
      scheduler.after(0, note("now"));
      await scheduler.clock(epoch).sleep(1);
    });
    expect(seen).toEqual(["now at 0", "first at 10", "second at 10", "late at 20"]);
  });

  it("lets all that follows from a sleep's end run before time goes on", async () => {
    const scheduler = new Scheduler();
    const clock = scheduler.clock(epoch);
    const times: number[] = [];
    await scheduler.run(async () => {
      scheduler.after(1e6 + 1, () => times.push(-1));
      await clock.sleep(1);
      for (let step = 0; step < 50; step++) await Promise.resolve();
      times.push(clock.nowNs());
      await clock.sleep(1);
      times.push(clock.nowNs());
    });
    expect(times).toEqual([1e6, -1, 2e6]);
  });

  it("never runs an event that was cancelled", async () => {
    const scheduler = new Scheduler();
    let hasRun = false;
    await scheduler.run(async () => {
      const timer = scheduler.after(5, () => {
        hasRun = true;
      });
      timer.cancel();
      await scheduler.clock(epoch).sleep(1);
    });
    expect(hasRun).toBe(false);
  });

  it("ends a sleep as soon as its signal is aborted", async () => {
    const scheduler = new Scheduler();
    const clock = scheduler.clock(epoch);
    const controller = new AbortController();
    const woke = await scheduler.run(async () => {
      const sleeper = clock.sleep(1_000, controller.signal).then(() => clock.nowNs());
      await clock.sleep(3);
      controller.abort();
      return sleeper;
    });
    expect(woke).toBe(3e6);
  });

  it("gives a sleep whose signal was aborted before no time at all", async () => {
    const scheduler = new Scheduler();
    const clock = scheduler.clock(epoch);
    await scheduler.run(() => clock.sleep(1_000, AbortSignal.abort()));
    expect(clock.nowNs()).toBe(0);
  });

  it("begins each clock at the moment when it is asked for", async () => {
    const scheduler = new Scheduler();
    await scheduler.run(() => scheduler.clock(epoch).sleep(1_500));
    const later = scheduler.clock(epoch);
    expect(later.nowNs()).toBe(0);
    await scheduler.run(() => later.sleep(250));
    expect(later.wallTime()).toBe("2000-01-01T00:00:00.250Z");
  });

  it("says so where what is waited for can never happen", async () => {
    const scheduler = new Scheduler();
    const never = new Promise(() => undefined);
    await expect(scheduler.run(() => never)).rejects.toThrow("stands still");
  });

  it("hands a failure of the work to whoever asked for it", async () => {
    const scheduler = new Scheduler();
    const work = async () => {
      await scheduler.clock(epoch).sleep(1);
      throw new Error("the work failed");
    };
    await expect(scheduler.run(work)).rejects.toThrow("the work failed");
  });
});
