import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listTransaction, pairElleEvents, readElleEdn } from "./elle-edn.js";
import type { ForeignCall } from "./pair-events.js";

function callsIn(...pieces: readonly string[]): ForeignCall[] {
  const calls: ForeignCall[] = [];
  const pairing = pairElleEvents((call) => calls.push(call));
  const reader = readElleEdn((event) => {
    pairing.add(event);
  });
  for (const piece of pieces) reader.take(piece);
  reader.end();
  pairing.end();
  return calls;
}

const transactionsIn = (...pieces: readonly string[]) =>
  callsIn(...pieces).map((call) => listTransaction(call, (text) => text));

const text = `; what Elle was given
  ^{:by "x"} [{:type :invoke, :process 0, :time 3, :value [[:append :x 1] [:r "y" nil]]}
  #jepsen.history.Op{:index 1, :type :invoke, :process 7, :f :txn, :value [[:r :x nil]]}
  {:process :nemesis, :type :info, :f :start, :value [:n1]}
  {:type :ok, :process 7, :f :txn, :value [[:r :x (1 2)]]} #_{:type :ok}
  {:type :info, :process 0, :value [[:append :x 1] [:r "y" nil]], :error "timed out ]"}
  {:type :invoke, :process 9, :value ([:append [1 2] {:a 1}])}]`;

const expected = [
  {
    ...{ process: "7", invokedAt: 1, completedAt: 2, outcome: "ok" },
    operations: [{ f: "read", key: ":x", elements: ["1", "2"] }],
  },
  {
    ...{ process: "0", invokedAt: 0, outcome: "info" },
    operations: [
      { f: "append", key: ":x", element: "1" },
      { f: "read", key: '"y"' },
    ],
  },
  {
    ...{ process: "9", invokedAt: 4, outcome: "info" },
    operations: [{ f: "append", key: "[1 2]", element: "{:a 1}" }],
  },
];

describe("reads", () => {
  it("invocations and what completed them", () => {
    expect(transactionsIn(text)).toEqual(expected);
  });

  it("pieces that end anywhere", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 6 }), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), text.length];
        const pieces = ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
        expect(transactionsIn(...pieces)).toEqual(expected);
      }),
    );
    expect(transactionsIn(...Array.from(text))).toEqual(expected);
  });

  it("completions alone, each invoked when its process was free", () => {
    const calls = callsIn(`{:type :ok :process 0 :value [[:r 1 []]]}
      {:type :fail :process 1 :value [[:append 1 1]]}
      {:type :info :process :chaos :f :cut}
      {:type :info :process 0 :value [[:append 1 2]]}
      {:type :ok :process 0 :value [[:r 1 nil]]}`);
    expect(calls.map((call) => [call.invokedAt, call.completedAt])).toEqual([
      [-0.5, 0],
      [-0.5, 1],
      [0.5, 2],
      [2.5, 3],
    ]);
    expect(calls.map((call) => listTransaction(call, String).outcome)).toEqual([
      "ok",
      "fail",
      "info",
      "ok",
    ]);
  });

  it("completions of nobody knows whom, which tell no order", () => {
    const calls = callsIn("{:type :ok :value [[:r 1 []]]} {:type :ok :value [[:r 1 [1]]]}");
    expect(calls.map(({ invokedAt }) => invokedAt)).toEqual([-0.5, -0.5]);
  });
});
