import { expect, it } from "vitest";
import {
  type CasRegisterInput,
  casRegisterModel,
  type CasRegisterOutput,
} from "../../../models/cas-register.js";
import { type Draw, drawFrom } from "../../../testing/register-histories.js";
import { registerPartsOf } from "../../../testing/register-part-of.js";
import type { Operation } from "../../model.js";
import { initialValue, kinds, type RegisterPart } from "../../parts/register-part.js";
import { placeLookers } from "./lookers.js";

/** Writes of a few values, and refusals and reads of which nothing is known, at random times. */
function writesAndLookers(draw: Draw): Operation<CasRegisterInput, CasRegisterOutput>[] {
  const key = "";
  const span = 4 + draw(20);
  return Array.from({ length: 2 + draw(7) }, () => {
    const call = draw(span);
    const times = { call, return: call + draw(5) };
    const value = String(draw(2));
    switch (draw(5)) {
      case 0:
      case 1:
        return { input: { f: "write", key, value }, output: { done: true }, ...times };
      case 2:
        return { input: { f: "read", key }, output: { done: true }, ...times };
      default: {
        const input = { f: "cas", key, from: value, to: "never" } as const;
        return { input, output: { swapped: false }, ...times };
      }
    }
  });
}

const isLooker = ({ kind }: RegisterPart, number: number) => kind[number] !== kinds.write;

/** By return, which agrees with time. */
function ordersOfWrites(part: RegisterPart): Int32Array {
  return part.byReturn.filter((number) => !isLooker(part, number));
}

/** Tries every way to put `rest` between what is left of `order`. */
function fits(
  part: RegisterPart,
  order: readonly number[],
  rest: readonly number[],
  held: number = initialValue,
): boolean {
  const left = [...order, ...rest];
  const mayBeNext = (number: number) =>
    left.every((other) => (part.returnedAt[other] ?? 0) >= (part.calledAt[number] ?? 0));
  const after = (number: number) => {
    const denies = part.kind[number] === kinds.differs && part.found[number] === held;
    if (denies || !mayBeNext(number)) return undefined;
    return isLooker(part, number) ? held : part.left[number];
  };
  if (left.length === 0) return true;
  return left.some((number) => {
    const isNextOfOrder = number === order[0];
    if (!isNextOfOrder && order.includes(number)) return false;
    const next = after(number);
    if (next === undefined) return false;
    return isNextOfOrder
      ? fits(part, order.slice(1), rest, next)
      : fits(
          part,
          order,
          rest.filter((other) => other !== number),
          next,
        );
  });
}

it("places what only looks exactly where there is a way to, with an order that holds", () => {
  const counts = { placed: 0, stuck: 0 };
  for (let seed = 0; seed < 4_000; seed++) {
    const [only] = registerPartsOf(casRegisterModel, writesAndLookers(drawFrom(seed)));
    if (!only) continue;
    const { register } = only;
    const order = ordersOfWrites(register);
    const lookers = Array.from(register.kind.keys()).filter((each) => isLooker(register, each));
    const placed = placeLookers(register, order);
    expect({ seed, fits: placed.outcome === "placed" }).toEqual({
      seed,
      fits: fits(register, [...order], lookers),
    });
    counts[placed.outcome]++;
    if (placed.outcome === "stuck") continue;
    const writes = placed.order.filter((number) => !isLooker(register, number));
    expect({ seed, writes }).toEqual({ seed, writes: order });
    expect({ seed, holds: fits(register, [...placed.order], []) }).toEqual({ seed, holds: true });
    expect(placed.order.length).toBe(register.count);
  }
  expect(Math.min(counts.placed, counts.stuck)).toBeGreaterThan(400);
});
