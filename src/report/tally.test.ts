import { expect, it } from "vitest";
import type { Operation, Outcome } from "../core/operation.js";
import { classifyErrors, countKinds } from "./tally.js";

function ended(index: number, f: string, outcome: Outcome): Operation {
  return { index, process: 0, node: "n1", phase: "main", input: { f }, invokedAtNs: 0, outcome };
}

function failed(index: number, details: string, code = 14): Operation {
  const error = { code, details, peer: "127.0.0.1:1", sent: true };
  return ended(index, "read", { type: "fail", error });
}

it("counts each kind by outcome, the final phase apart", () => {
  const operations = [
    ended(0, "read", { type: "ok", output: 1 }),
    ended(1, "read", { type: "info" }),
    failed(2, "x"),
    { ...ended(3, "read", { type: "ok", output: 1 }), phase: "final" as const },
  ];
  expect(countKinds(operations)).toEqual([
    { f: "read", phase: "main", ok: 1, fail: 1, info: 1 },
    { f: "read", phase: "final", ok: 1, fail: 0, info: 0 },
  ]);
});

it("puts errors together that the table of errors puts into one class", () => {
  const operations = [
    failed(4, "read ECONNRESET"),
    failed(5, "Deadline exceeded after 1.002s,remote_addr=127.0.0.1:32771", 4),
    failed(6, "Deadline exceeded after 0.99s,LB pick: 0.2s,remote_addr=127.0.0.1:32772", 4),
  ];
  expect(classifyErrors(operations)).toEqual([
    {
      ...{ outcome: "fail", name: "timeout", code: 4, count: 2, first: 5 },
      details: "Deadline exceeded after …s,remote_addr=…",
    },
    {
      ...{ outcome: "fail", name: "connection-lost", code: 14, count: 1, first: 4 },
      details: "read ECONNRESET",
    },
  ]);
});

it("puts others together that differ in numbers and addresses alone", () => {
  const operations = [1, 2].map((n) => failed(n, `something new at 127.0.0.1:${n}`));
  const [one, ...more] = classifyErrors([...operations, failed(3, "something else")]);
  expect(one).toMatchObject({ name: "unavailable", details: "something new at …", count: 2 });
  expect(more).toHaveLength(1);
});

it("keeps apart what certainly failed and what nobody knows", () => {
  const error = { code: 14, details: "x", peer: "", sent: true };
  const operations = [failed(0, "x"), ended(1, "write", { type: "info", error })];
  expect(classifyErrors(operations).map(({ outcome }) => outcome)).toEqual(["fail", "info"]);
});
