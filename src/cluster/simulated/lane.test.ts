import { describe, expect, it } from "vitest";
import { seededRandom } from "../../generator/seeded-random.js";
import { inTime, Lane } from "./lane.js";
import { Scheduler } from "./scheduler.js";

function rig(seed = 1) {
  const scheduler = new Scheduler();
  const lane = new Lane(scheduler, seededRandom(seed));
  const arrived: { readonly number: number; readonly atMs: number }[] = [];
  let sent = 0;
  const pass = (ms: number) => scheduler.run(() => scheduler.clock({ epochMs: 0 }).sleep(ms));
  const send = () => {
    const number = sent++;
    lane.take(() => arrived.push({ number, atMs: scheduler.nowNs / 1e6 }));
  };
  /** One each millisecond. */
  const sendEach = async (count: number) => {
    for (let packet = 0; packet < count; packet++) {
      send();
      await pass(1);
    }
  };
  const numbers = () => arrived.map(({ number }) => number);
  return { lane, pass, arrived, numbers, send, sendEach };
}

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

describe("what travels on a lane", () => {
  it("goes on at once where nothing is done to it", () => {
    const { lane, send, numbers } = rig();
    for (let packet = 0; packet < 3; packet++) send();
    expect(numbers()).toEqual([0, 1, 2]);
    expect(lane.sight).toEqual({
      ...{ isHeld: false, isLate: false },
      ...{ waiting: 0, passed: 3, passedLate: 0 },
    });
  });
});

describe("a lane that is held", () => {
  it("keeps all that comes, and lets it go in its order", async () => {
    const { lane, send, sendEach, numbers, pass, arrived } = rig();
    send();
    lane.hold();
    await sendEach(20);
    await pass(10_000);
    expect(numbers()).toEqual([0]);
    expect(lane.sight).toMatchObject({ isHeld: true, waiting: 20, passed: 1 });
    lane.release();
    send();
    await pass(1);
    expect(numbers()).toEqual(upTo(22));
    expect(arrived.at(-1)?.atMs).toBe(arrived[1]?.atMs);
    expect(lane.sight).toMatchObject({ isHeld: false, waiting: 0, passed: 22, passedLate: 21 });
  });

  it("lets go what came first and keeps the rest, also where it is held once more", async () => {
    const { lane, sendEach, numbers, pass } = rig();
    expect(lane.letGoFirst(5)).toBe(false);
    lane.hold();
    await sendEach(10);
    lane.hold();
    expect(lane.letGoFirst(5)).toBe(true);
    await pass(1_000);
    await sendEach(1);
    expect(numbers()).toEqual(upTo(5));
    lane.release();
    await pass(1);
    expect(numbers()).toEqual(upTo(11));
    lane.hold();
    await sendEach(2);
    expect(numbers()).toEqual(upTo(11));
  });

  it("keeps what was late already when it began", async () => {
    const { lane, send, numbers, pass } = rig();
    lane.setLateness({ delayMs: 100, jitterMs: 0 });
    send();
    await pass(50);
    lane.hold();
    await pass(1_000);
    lane.setLateness(inTime);
    await pass(1_000);
    expect(numbers()).toEqual([]);
    lane.release();
    await pass(1);
    expect(numbers()).toEqual([0]);
  });
});

describe("a lane that is late", () => {
  it("lets everything wait as long as it says, in its order", async () => {
    const { lane, sendEach, numbers, pass, arrived } = rig();
    lane.setLateness({ delayMs: 100, jitterMs: 50 });
    await sendEach(200);
    await pass(200);
    expect(numbers()).toEqual(upTo(200));
    const took = arrived.map(({ number, atMs }) => atMs - number);
    expect(Math.min(...took)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...took)).toBeLessThanOrEqual(150);
    expect(new Set(took.map(Math.round)).size).toBeGreaterThan(5);
    expect(lane.sight).toMatchObject({ isLate: true, waiting: 0, passed: 200, passedLate: 200 });
  });

  it("lets all go as soon as it is late no more", async () => {
    const { lane, sendEach, numbers, pass } = rig();
    lane.setLateness({ delayMs: 500, jitterMs: 500 });
    await sendEach(10);
    lane.setLateness(inTime);
    await pass(1);
    expect(numbers()).toEqual(upTo(10));
    await sendEach(1);
    expect(lane.sight).toMatchObject({ isLate: false, passed: 11, passedLate: 10 });
  });

  it("draws the same for the same seed, and something else for another", async () => {
    const trace = async (seed: number) => {
      const { lane, sendEach, pass, arrived } = rig(seed);
      lane.setLateness({ delayMs: 5, jitterMs: 5 });
      await sendEach(20);
      await pass(20);
      return arrived;
    };
    expect(await trace(1)).toEqual(await trace(1));
    expect(await trace(1)).not.toEqual(await trace(2));
  });
});
