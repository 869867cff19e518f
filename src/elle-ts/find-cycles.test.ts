import { expect, it } from "vitest";
import { check } from "./check.js";
import { atOnce } from "./shorthand.fixture.js";
import type { Transaction } from "./transaction.js";

/** Three that go round, of which none can be left out. */
const three = ["ax1 rz[1]", "ay1 rx[1]", "az1 ry[1]"];
/** Two that go round, and two more that go round with the first of them: a larger tangle. */
const four = ["ap1 rq[1] rs[1] rt[1]", "aq1 rp[1]", "as1 rp[1]", "at1 rp[1]"];

const lengthsOf = async (history: readonly Transaction[]) =>
  (await check(history)).anomalies.map(({ type, transactions }) => [type, transactions.length]);

it("tells the shortest cycle of a type first, in whatever tangle it lies", async () => {
  const told = [
    ["G1c", 2],
    ["G1c", 3],
  ];
  expect(await lengthsOf(atOnce(...three, ...four))).toEqual(told);
  expect(await lengthsOf(atOnce(...four, ...three))).toEqual(told);
});

it("tells what it has found where it is to end early", async () => {
  let asked = 0;
  const history = atOnce(...three, ...four);
  const asksOf = async (most: number) => {
    asked = 0;
    return check(history, { mayGoOn: () => ++asked < most });
  };
  await asksOf(Infinity);
  const { stopped, validity, anomalies, statistics } = await asksOf(asked - 1);
  expect({ stopped, validity }).toEqual({ stopped: true, validity: "invalid" });
  expect(anomalies).toHaveLength(1);
  expect(statistics).toMatchObject({ tangles: 2, tanglesLeftOut: 1 });
});
