import { expect, it } from "vitest";
import { registerModel } from "../models/register.js";
import { read, type RegisterOperation, write } from "../testing/register-histories.js";
import { certify } from "./certify.js";
import { record } from "./parts/recorded.js";
import { splitByPart } from "./parts/split.js";

const history = [write(1, [0, 3]), write(2, [1, 4]), read(2, [5, 6]), write(3, [7])];

function certifying(order: readonly number[], operations: readonly RegisterOperation[] = history) {
  const recorded = record(registerModel, operations);
  const claims = splitByPart(recorded).map((part, its) => ({
    its,
    part,
    order: Int32Array.from(order),
  }));
  return () => {
    certify(registerModel, recorded, claims);
  };
}

it("lets an order pass that explains everything, with or without what never returned", () => {
  expect(certifying([0, 1, 2])).not.toThrow();
  expect(certifying([0, 1, 2, 3])).not.toThrow();
});

it.each([
  ["leaves out what returned", [0, 1], "leaves out operation 2"],
  ["places something twice", [0, 1, 2, 2], "places operation 2 twice"],
  ["goes against time", [0, 2, 1], "places operation 1 too late"],
  ["puts what never returned before its call", [0, 1, 3, 2], "places operation 2 too late"],
  ["takes a step that the model does not allow", [1, 0, 2], "the model's step must allow"],
])("does not let an order pass that %s", (_, order, complaint) => {
  expect(certifying(order)).toThrow(complaint);
});

it("replays each of several parts by itself", () => {
  const onKey = (key: string, { input, ...rest }: RegisterOperation) => ({
    ...rest,
    input: { ...input, key },
  });
  const mixed = [
    onKey("a", write(1, [0, 1])),
    onKey("b", read(null, [2, 3])),
    onKey("a", read(1, [4, 5])),
    onKey("b", write(1, [6, 7])),
  ];
  expect(certifying([0, 1], mixed)).not.toThrow();
  expect(certifying([1, 0], mixed)).toThrow("too late");
});
