import { expect, it } from "vitest";
import { hasOrder } from "../testing/linearizability-oracle.js";
import { type Draw, drawFrom } from "../testing/register-histories.js";
import { flawIn } from "../testing/verify-linearization.js";
import { check } from "./check.js";
import { illegal, type Model, type Operation } from "./model.js";

/**
 * Unlike a register's, these operations build on each other: appending does not commute with
 * itself, inserting does, and replacing makes what was before it vanish. Rules about operations
 * that never returned must hold for all three.
 */
type Input = readonly ["append" | "insert" | "replace", string] | readonly ["get"];

const text: Model<string, Input, string> = {
  init: () => "",
  step(state, [f, letter = ""], output) {
    switch (f) {
      case "append":
        return state + letter;
      case "insert":
        return Array.from(state + letter)
          .sort()
          .join("");
      case "replace":
        return letter;
      case "get":
        return output === undefined || output === state ? state : illegal;
    }
  },
};

it("decides 5,000 random histories as trying all orders does", async () => {
  const verdicts = { valid: 0, invalid: 0, unknown: 0 };
  for (let seed = 0; seed < 5_000; seed++) {
    const history = randomHistory(drawFrom(seed));
    const model = seed % 2 === 0 ? text : { ...text, readOnly: ([f]: Input) => f === "get" };
    const { validity, partitions } = await check(model, history, { maxCounterexamples: 0 });
    const expected = hasOrder(text, history) ? "valid" : "invalid";
    expect({ seed, validity }).toEqual({ seed, validity: expected });
    const order = partitions[0]?.linearization;
    expect({ seed, flaw: order && flawIn(text, history, order) }).toEqual({ seed });
    verdicts[validity]++;
  }
  expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(800);
});

/** Changes that mostly never return, and reads of what some of them may have led to. */
function randomHistory(draw: Draw): Operation<Input, string>[] {
  const letters = ["a", "b", "c"];
  const letter = () => letters[draw(letters.length)] ?? "a";
  const changes = Array.from({ length: 1 + draw(5) }, (): Operation<Input, string> => {
    const f = (["append", "insert", "insert", "replace"] as const)[draw(4)] ?? "append";
    const call = draw(8);
    const input = [f, letter()] as const;
    return draw(3) > 0 ? { input, call } : { input, output: "", call, return: call + draw(6) };
  });
  const reads = Array.from({ length: 1 + draw(2) }, (): Operation<Input, string> => {
    const call = draw(14);
    const output = someOutcome(draw, changes);
    return { input: ["get"], output, call, return: call + draw(4) };
  });
  return [...changes, ...reads];
}

/** What is there after some of the changes in some order: often, but not always, possible. */
function someOutcome(draw: Draw, changes: readonly Operation<Input, string>[]): string {
  let state = "";
  for (let left = draw(4); left > 0; left--) {
    const { input } = changes[draw(changes.length)] ?? { input: ["get"] as const };
    const after = text.step(state, input, undefined);
    if (after !== illegal) state = after;
  }
  return state;
}
