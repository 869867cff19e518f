import { expect, it } from "vitest";
import { sampleHeader } from "../testing/recorded-runs.js";
import { parseHeader } from "./header.js";

it.each([
  ["a whole run", sampleHeader],
  ["an aimed one", { ...sampleHeader, target: { kinds: ["leader"], nodes: ["n2"] } }],
  ["a shrunken one", { ...sampleHeader, shrunkFrom: { run: "register-1", operations: 10_000 } }],
])("gives the header of %s as it was written", (_, header) => {
  expect(parseHeader(JSON.stringify(header))).toEqual(header);
});

it.each([
  ["no run", { operations: 3 }],
  ["no number", { run: "register-1", operations: "many" }],
  ["less than nothing", { run: "register-1", operations: -1 }],
  ["a name alone", "register-1"],
])("refuses to have been shrunk from %s", (_, shrunkFrom) => {
  const line = JSON.stringify({ ...sampleHeader, shrunkFrom });
  expect(() => parseHeader(line)).toThrow("its header is not as it should be: shrunkFrom");
});
