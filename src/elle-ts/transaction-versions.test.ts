import { describe, expect, it } from "vitest";
import { seededRandom } from "../generator/seeded-random.js";
import { checkRegisters } from "./check-registers.js";
import type { RegisterOperation, RegisterTransaction } from "./register-transaction.js";
import { withOperation } from "./serial-registers.fixture.js";
import { registers } from "./shorthand.fixture.js";

const { ok, info, atOnce } = registers;

function judge(history: readonly RegisterTransaction[], transactionVersions = true) {
  return checkRegisters(history, { transactionVersions });
}

describe("where versions are those of transactions", () => {
  it.each<[string, readonly RegisterTransaction[], readonly number[]]>([
    ["one that wrote with two", atOnce("wx1@4 wy2@5"), [0]],
    ["one of which others saw two", [ok(0, [0, 9], "wx1@4 wy2"), ok(1, [1, 8], "ry2@5")], [0, 1]],
    ["two that wrote with one", atOnce("wx1@4", "wy2@4"), [0, 1]],
    [
      "two that were seen with one, though nobody was told of its own",
      [info(0, 0, "wx1"), info(1, 0, "wy2"), ok(2, [1, 8], "rx1@4 ry2@4")],
      [0, 2, 1],
    ],
  ])("finds %s", async (_, history, transactions) => {
    const { anomalies } = await judge(history);
    expect(anomalies).toMatchObject([{ type: "incompatible-versions", transactions }]);
    expect(await judge(history, false)).toMatchObject({ validity: "valid" });
  });

  it("accepts one version of all that a transaction wrote", async () => {
    const history = atOnce("wx1@4 wy2@4", "rx1@4 ry2@4", "wz3@5");
    expect(await judge(history)).toMatchObject({ validity: "valid", partlyOrdered: 0 });
  });

  it("says who wrote what and who saw it", async () => {
    const { anomalies } = await judge([ok(0, [0, 9], "wx1@4 wy2"), ok(1, [1, 8], "ry2@5")]);
    expect(anomalies[0]?.message).toBe(
      "T1 wrote 1 to x as version 4 and 2 to y as version 5 (T2 saw it), and all that one transaction writes is of one version",
    );
  });

  it("tells of one key once", async () => {
    expect((await judge(atOnce("wx1@4", "wx2@4"))).counts).toEqual({ "incompatible-versions": 1 });
  });

  it("knows from one write of unknown outcome where its others stand", async () => {
    const history = [
      info(0, 0, "wx1 wy1"),
      ok(1, [1, 9], "wx2@5 wy2@5"),
      ok(2, [2, 9], "rx1@4"),
      ok(3, [10, 11], "ry1"),
    ];
    expect((await judge(history)).counts).toEqual({ "G-single-realtime": 1 });
    expect(await judge(history, false)).toMatchObject({ validity: "valid", partlyOrdered: 1 });
  });
});

/**
 * Transactions carried out one after the other, each of which writes to some keys and then reads some.
 * One in five never hears of its own version.
 */
function serialFrom(seed: number): RegisterTransaction[] {
  const random = seededRandom(seed);
  const held = new Map<string, { readonly value: string; readonly version: number }>();
  return Array.from({ length: 60 }, (_, i): RegisterTransaction => {
    const isOk = random.below(5) > 0;
    const chosen = ["a", "b", "c", "d"].filter(() => random.below(2) === 0);
    const writes = chosen.map((key): RegisterOperation => {
      held.set(key, { value: `${i}${key}`, version: i });
      return { f: "write", key, value: `${i}${key}`, ...(isOk && { version: i }) };
    });
    const reads = ["a", "b", "c", "d"].map((key): RegisterOperation => {
      const found = held.get(key);
      if (!isOk) return { f: "read", key };
      return found ? { f: "read", key, ...found } : { f: "read", key, value: null };
    });
    const span = { process: i, invokedAt: 10 * i - random.below(40) };
    return isOk
      ? {
          ...span,
          completedAt: 10 * i + random.below(40),
          outcome: "ok",
          operations: [...writes, ...reads],
        }
      : { ...span, outcome: "info", operations: [...writes, ...reads] };
  });
}

it("finds nothing in what was carried out one after the other, and one other version in it", async () => {
  let planted = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const history = serialFrom(seed);
    const { validity, anomalies } = await judge(history);
    expect({ validity, anomalies }, `seed ${seed}`).toEqual({ validity: "valid", anomalies: [] });
    const at = writeOfAnotherVersion(history, seed);
    if (!at) continue;
    planted += 1;
    const spoilt = withOperation(history, at, at.written);
    expect((await judge(spoilt)).counts, `seed ${seed}`).toHaveProperty("incompatible-versions");
    const renamed = await judge(spoilt.map(renamedTransaction).toReversed());
    expect(renamed.validity, `seed ${seed}`).toBe("invalid");
  }
  expect(planted).toBeGreaterThan(100);
});

/** Of a transaction that wrote several: one of them with the next version, which another may have. */
function writeOfAnotherVersion(history: readonly RegisterTransaction[], seed: number) {
  for (const [transaction, { outcome, operations }] of [...history.entries()].slice(seed % 50)) {
    const [first, second] = operations;
    if (outcome !== "ok" || first?.f !== "write" || second?.f !== "write") continue;
    return { transaction, operation: 0, written: { ...first, version: transaction + 1 } };
  }
  return undefined;
}

function renamedTransaction(transaction: RegisterTransaction): RegisterTransaction {
  return {
    ...transaction,
    process: `p${transaction.process}`,
    operations: transaction.operations.map((each) => ({
      ...each,
      key: `${each.key}/renamed`,
      ...(each.value != null && { value: `v${each.value}` }),
      ...(each.version !== undefined && { version: 3 * each.version - 1_000 }),
    })),
  };
}
