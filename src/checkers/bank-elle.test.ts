import { describe, expect, it } from "vitest";
import type { CheckContext } from "../core/checker.js";
import { fail, historyOf, info, ok } from "../testing/histories.js";
import { hasOrder } from "../testing/linearizability-oracle.js";
import { type Draw, drawFrom } from "../testing/register-histories.js";
import { bankElle } from "./bank-elle.js";
import { bankModel, both, held, pair, randomBank, transfer } from "./bank-histories.fixture.js";
import type { Bank, BankInput, BankOperation, BankOutput } from "./bank-operations.js";

const limits: CheckContext = { deadlineMs: 60_000, memoryMb: 64 };

async function judge(operations: readonly BankOperation[], rules: Bank = pair) {
  return bankElle(rules).check(historyOf(operations), limits);
}

const applied: BankOutput = { applied: true, revision: 9 };
const opened = [10, 1] as const;
const open: BankInput = { f: "open", id: 1 };
const opening = ok<BankInput, BankOutput>(0, "0..1", open, applied);
const read = (span: string, output: BankOutput) =>
  ok<BankInput, BankOutput>(1, span, { f: "read" }, output);
const moved = (id: number, span: string, amount = 3) =>
  ok<BankInput, BankOutput>(2, span, transfer(id, amount, opened, opened), applied);

/** Each history differs from one that has an order in one thing. */
describe("finds", () => {
  it.each<[string, readonly BankOperation[], readonly BankOperation[]]>([
    [
      "G-single",
      [opening, moved(2, "2..5"), read("3..4", both([7, 2], opened))],
      [opening, moved(2, "2..5"), read("3..4", both([7, 2], [13, 2]))],
    ],
    [
      "G-single-realtime",
      [opening, moved(2, "2..3"), read("4..5", both(opened, opened))],
      [opening, moved(2, "2..5"), read("3..4", both(opened, opened))],
    ],
    [
      "lost-update",
      [opening, moved(2, "2..3"), moved(3, "4..5")],
      [opening, moved(2, "2..3"), info(2, "4..5", transfer(3, 3, opened, opened))],
    ],
    [
      "G1a",
      [
        opening,
        fail(2, "2..3", transfer(2, 3, opened, opened)),
        read("4..5", both([7, 2], [13, 2])),
      ],
      [
        opening,
        info(2, "2..3", transfer(2, 3, opened, opened)),
        read("4..5", both([7, 2], [13, 2])),
      ],
    ],
    [
      "garbage-read",
      [opening, moved(2, "2..3"), read("4..5", both([8, 2], [13, 2]))],
      [opening, moved(2, "2..3"), read("4..5", both([7, 2], [13, 2]))],
    ],
    [
      "garbage-read",
      [
        opening,
        read("4..5", { accounts: [held("a", opened), { key: "b", modRevision: 2, text: "?" }] }),
      ],
      [opening, read("4..5", { accounts: [held("a", opened), held("b", opened)] })],
    ],
  ])("%s", async (type, wrong, right) => {
    const verdict = await judge(wrong);
    expect(verdict.validity).toBe("invalid");
    expect(Object.keys(verdict.details?.["anomalies"] ?? {})).toContain(type);
    expect(await judge(right)).toMatchObject({ validity: "valid" });
  });

  it("a refusal that read what was over, and what was refused and is there", async () => {
    const refusal = (accounts: BankOutput) =>
      ok<BankInput, BankOutput>(1, "4..5", transfer(3, 1, opened, opened), {
        ...{ applied: false as const },
        accounts: "accounts" in accounts ? accounts.accounts : [],
      });
    const history = [opening, moved(2, "2..3")];
    const right = [...history, refusal(both([7, 2], [13, 2]))];
    expect(await judge(right)).toMatchObject({ validity: "valid" });
    expect(await judge([...history, refusal(both(opened, opened))])).toMatchObject({
      validity: "invalid",
    });
    const verdict = await judge([...right, read("6..7", both([9, 3], [11, 3]))]);
    expect(verdict.details).toMatchObject({ anomalies: { G1a: 2 } });
  });

  it("two that built on the same, of which one is only known from what was built upon it", async () => {
    const unknown = info(2, "2..", transfer(2, 3, opened, opened));
    const upon = ok<BankInput, BankOutput>(3, "3..4", transfer(3, 1, [7, 2], [13, 2]), applied);
    const history = [opening, unknown, upon];
    expect(await judge(history)).toMatchObject({ validity: "valid" });
    const verdict = await judge([...history, moved(4, "5..6")]);
    expect(verdict.details).toMatchObject({ anomalies: { "lost-update": 2 } });
  });
});

it("puts what happened into words", async () => {
  const { findings } = await judge([opening, moved(2, "2..3"), read("4..5", both(opened, opened))]);
  expect(findings[0]?.operations).toEqual([2, 4]);
  expect(findings[0]?.explanation).toContain(
    "T1 (process 2 on n3, from 0.002 s to 0.003 s): read a: 10 by 1; read b: 10 by 1; write 7 by 2 to a; write 13 by 2 to b.",
  );
});

const three: Bank = { accounts: ["a", "b", "c"], opening: 1 };

/** The same with the answer of another in place of one. */
function spoilt(operations: readonly BankOperation[], draw: Draw): BankOperation[] {
  const answered = operations.filter(({ outcome }) => outcome.type === "ok");
  const [victim, other] = [answered[draw(answered.length)], answered[draw(answered.length)]];
  if (victim?.outcome.type !== "ok" || other?.outcome.type !== "ok") return [...operations];
  const [own, found] = [victim.outcome.output, other.outcome.output];
  if (victim.input.f !== "read" || !("accounts" in found)) {
    const output: BankOutput = { applied: true, revision: 1 };
    if (victim.input.f === "read") return [...operations];
    return operations.map((one) =>
      one === victim ? { ...one, outcome: { type: "ok", output } } : one,
    );
  }
  const accounts =
    "accounts" in own && own.accounts.length === found.accounts.length
      ? own.accounts.map((each, i) => (draw(2) === 0 ? each : (found.accounts[i] ?? each)))
      : found.accounts;
  const output: BankOutput = { accounts };
  return operations.map((one) =>
    one === victim ? { ...one, outcome: { type: "ok", output } } : one,
  );
}

it("says what trying all orders says, but for refusals that were not needed", async () => {
  const tally = { valid: 0, invalid: 0, unknown: 0 };
  for (let seed = 1; seed <= 1_000; seed++) {
    const draw = drawFrom(seed);
    const right = randomBank(draw, three, { operations: 8, processes: 3 });
    const operations = seed % 4 === 0 ? right : spoilt(right, draw);
    const { validity, summary, details } = await judge(operations, three);
    tally[validity] += 1;
    const expected = hasAnOrder(operations) ? "valid" : "invalid";
    expect(validity, `seed ${seed}: ${summary}`).toBe(expected);
    if (validity === "valid") expect(details).toMatchObject({ partlyOrderedKeys: 0 });
    const renamed = JSON.parse(
      JSON.stringify(operations).replaceAll(/"(key|from|to)":"([abc])"/g, '"$1":"x/$2"'),
    ) as BankOperation[];
    const same = await judge(renamed, { ...three, accounts: ["x/c", "x/a", "x/b"] });
    expect(same.validity).toBe(validity);
  }
  expect(tally.valid).toBeGreaterThan(250);
  expect(tally.invalid).toBeGreaterThan(100);
});

/** What trying all orders says. */
function hasAnOrder(operations: readonly BankOperation[]): boolean {
  const recorded = operations
    .filter(({ outcome }) => outcome.type !== "fail")
    .map(({ index, completedIndex, input, outcome }) => ({
      ...{ input, call: index },
      ...(outcome.type === "ok" &&
        completedIndex !== undefined && { output: outcome.output, return: completedIndex }),
    }));
  return hasOrder(bankModel(three), recorded);
}
