import { expect, it } from "vitest";
import { Bottleneck } from "./bottleneck.js";
import { Scheduler } from "./scheduler.js";

/** At 80 kbit a second, 10 ms. */
const size = 100;

function rig() {
  const scheduler = new Scheduler();
  const bottleneck = new Bottleneck(scheduler);
  const gone: (readonly [number: number, atMs: number])[] = [];
  return {
    bottleneck,
    gone,
    pass: (ms: number) => scheduler.run(() => scheduler.clock({ epochMs: 0 }).sleep(ms)),
    send: (number: number, bytes = size) => {
      bottleneck.pass(
        () => bytes,
        () => gone.push([number, scheduler.nowNs / 1e6]),
      );
    },
  };
}

it("is none where nothing is limited: nobody asks for sizes", () => {
  const { bottleneck } = rig();
  let hasGone = false;
  const noSize = () => {
    throw new Error("nobody needs it");
  };
  bottleneck.pass(noSize, () => {
    hasGone = true;
  });
  expect(hasGone).toBe(true);
  expect(bottleneck.slowed).toBe(0);
});

it("lets as much through as it says, one after the other, and what has no size at once", async () => {
  const { bottleneck, send, gone, pass } = rig();
  bottleneck.limit(80);
  for (const number of [1, 2, 3]) send(number);
  send(4, 2 * size);
  send(5, 0);
  await pass(1_000);
  send(6);
  await pass(1_000);
  expect(gone).toEqual([
    [5, 0],
    [1, 10],
    [2, 20],
    [3, 30],
    [4, 50],
    [6, 1_010],
  ]);
  expect(bottleneck.slowed).toBe(5);
});

it("drops what would have to wait longer than a second", async () => {
  const { bottleneck, send, gone, pass } = rig();
  bottleneck.limit(80);
  for (let number = 0; number < 200; number++) send(number);
  await pass(5_000);
  expect(gone).toHaveLength(101);
  expect(bottleneck.slowed).toBe(200);
});

it("lets all go at once, each of them once, when it is freed", async () => {
  const { bottleneck, send, gone, pass } = rig();
  bottleneck.limit(80);
  for (const number of [1, 2, 3]) send(number);
  await pass(15);
  bottleneck.free();
  bottleneck.free();
  send(4);
  await pass(1_000);
  expect(gone).toEqual([
    [1, 10],
    [2, 15],
    [3, 15],
    [4, 15],
  ]);
  expect(bottleneck.slowed).toBe(3);
});
