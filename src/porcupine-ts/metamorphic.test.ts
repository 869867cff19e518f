import { expect, it } from "vitest";
import { type RegisterValue, registerModel } from "../models/register.js";
import {
  type Draw,
  drawFrom,
  type RegisterOperation,
  randomHistory,
} from "../testing/register-histories.js";
import { check } from "./check.js";

const isValid = async (history: readonly RegisterOperation[]) =>
  (await check(registerModel, history, { maxCounterexamples: 0 })).validity === "valid";

/** Changes that leave a history valid if it was; the last column: and invalid if it was. */
const changes: readonly (readonly [
  string,
  (history: readonly RegisterOperation[], draw: Draw) => RegisterOperation[],
  "keeps invalid" | "may mend",
])[] = [
  ["opening an interval", mapOne((operation, draw) => opened(operation, draw)), "may mend"],
  ["forgetting an answer", mapOne(({ input, call }) => ({ input, call })), "may mend"],
  [
    "leaving out what only looked",
    (history) => history.filter(({ input }) => input.f !== "read"),
    "may mend",
  ],
  ["another unknown write", (history) => [...history, unknownWrite], "may mend"],
  ["the order of the list", (history, draw) => shuffled(history, draw), "keeps invalid"],
  ["shifting and stretching time", (history) => history.map(stretched), "keeps invalid"],
  ["another name for the key", (history) => history.map(renamedKey), "keeps invalid"],
  ["other values", (history) => history.map(renamedValues), "keeps invalid"],
];

const unknownWrite: RegisterOperation = { input: { f: "write", key: "x", value: 2 }, call: 1 };

it.each(changes)("%s never makes a valid history invalid", async (_, change, direction) => {
  let seen = 0;
  for (let seed = 0; seed < 1_500; seed++) {
    const draw = drawFrom(seed * 31 + 7);
    const history = randomHistory(draw, 12);
    const before = await isValid(history);
    const after = await isValid(change(history, draw));
    if (before) expect({ seed, after }).toEqual({ seed, after: true });
    if (direction === "keeps invalid") expect({ seed, after }).toEqual({ seed, after: before });
    if (before && history.length > 0) seen++;
  }
  expect(seen).toBeGreaterThan(100);
});

function mapOne(
  change: (operation: RegisterOperation, draw: Draw) => RegisterOperation,
): (history: readonly RegisterOperation[], draw: Draw) => RegisterOperation[] {
  return (history, draw) => {
    const chosen = draw(history.length + 1);
    return history.map((each, index) => (index === chosen ? change(each, draw) : each));
  };
}

function opened(operation: RegisterOperation, draw: Draw): RegisterOperation {
  const call = operation.call - draw(4);
  if (operation.return === undefined) return { ...operation, call };
  return { ...operation, call, return: operation.return + draw(4) };
}

function stretched(operation: RegisterOperation): RegisterOperation {
  const call = 3 * operation.call - 1_000;
  if (operation.return === undefined) return { ...operation, call };
  return { ...operation, call, return: 3 * operation.return - 1_000 };
}

function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  return items
    .map((item) => ({ item, place: draw(1_000_000) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function renamedKey(operation: RegisterOperation): RegisterOperation {
  return { ...operation, input: { ...operation.input, key: "another" } };
}

/** Turns every value around; null stays null, since it stands for an absent key. */
function renamedValues({ input, output, ...times }: RegisterOperation): RegisterOperation {
  const rename = (value: number) => 100 - value;
  const renameOrNull = (value: RegisterValue) =>
    typeof value === "number" ? rename(value) : value;
  const renamedInput =
    input.f === "read" || input.f === "delete"
      ? input
      : input.f === "write"
        ? { ...input, value: rename(input.value) }
        : { ...input, expected: renameOrNull(input.expected), value: rename(input.value) };
  if (output && "value" in output) {
    return {
      ...times,
      input: renamedInput,
      output: { ...output, value: renameOrNull(output.value) },
    };
  }
  if (output && "found" in output) {
    return {
      ...times,
      input: renamedInput,
      output: { ...output, found: renameOrNull(output.found) },
    };
  }
  return { ...times, input: renamedInput, output };
}
