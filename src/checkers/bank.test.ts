import { describe, expect, it } from "vitest";
import type { CheckContext } from "../core/checker.js";
import { fail, historyOf, info, ok } from "../testing/histories.js";
import { hasOrder } from "../testing/linearizability-oracle.js";
import { type Draw, drawFrom } from "../testing/register-histories.js";
import {
  bankModel,
  both,
  held,
  type Held,
  pair,
  randomBank,
  transfer,
} from "./bank-histories.fixture.js";
import type { Bank, BankInput, BankOperation, BankOutput } from "./bank-operations.js";
import { bank } from "./bank.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 64 };
const get: BankInput = { f: "read" };
const open: BankInput = { f: "open", id: 1 };
const applied: BankOutput = { applied: true, revision: 9 };
const opened: Held = [10, 1];

const opening = ok<BankInput, BankOutput>(0, "0..1", open, applied);
const read = (span: string, output: BankOutput, process = 1) =>
  ok<BankInput, BankOutput>(process, span, get, output);
const moved = (id: number, span: string, a = opened, b = opened, process = 0) =>
  ok<BankInput, BankOutput>(process, span, transfer(id, 3, a, b), applied);

async function judge(
  operations: readonly BankOperation[],
  { rules = pair, ...more }: { readonly rules?: Bank } & Partial<CheckContext> = {},
) {
  return bank(rules).check(historyOf(operations), { ...context, ...more });
}

async function kindsOf(operations: readonly BankOperation[]): Promise<unknown> {
  const { validity, details, findings } = await judge(operations);
  expect(validity).toBe(findings.length > 0 ? "invalid" : "valid");
  return details?.["troubles"];
}

describe("accepts", () => {
  it("nothing before the accounts are opened, and then what transfers leave", async () => {
    const verdict = await judge([
      read("0..1", { accounts: [] }),
      ok<BankInput, BankOutput>(0, "2..3", open, applied),
      moved(2, "4..5"),
      read("6..7", both([7, 2], [13, 2])),
    ]);
    expect(verdict).toMatchObject({
      validity: "valid",
      summary:
        "The 2 reads of all accounts and 1 transfer have an order that agrees with real time and explains each of them, with 20 in all accounts at any time.",
    });
  });

  it("a read of either side while a transfer is under way", async () => {
    const under = moved(2, "2..7");
    const before = read("3..4", both(opened, opened));
    const afterwards = read("5..6", both([7, 2], [13, 2]));
    expect(await kindsOf([opening, under, before, afterwards])).toEqual({});
  });

  it("a transfer of unknown outcome that is seen late, and one that never is", async () => {
    const late = info(0, "2..3", transfer(2, 3, opened, opened));
    const never = info(2, "4..5", transfer(3, 1, opened, opened));
    const reads = [read("6..7", both(opened, opened)), read("8..9", both([7, 2], [13, 2]))];
    expect(await kindsOf([opening, late, never, ...reads])).toEqual({});
  });

  it("a refusal that found something else than expected", async () => {
    const refused = ok<BankInput, BankOutput>(2, "4..5", transfer(3, 1, opened, opened), {
      applied: false,
      ...both([7, 2], [13, 2]),
    });
    expect(await kindsOf([opening, moved(2, "2..3"), refused])).toEqual({});
  });
});

describe("finds", () => {
  it("a wrong total, and what half of it is missing", async () => {
    const verdict = await judge([opening, moved(2, "2..5"), read("3..4", both([7, 2], opened))]);
    expect(verdict).toMatchObject({
      validity: "invalid",
      summary:
        "The 1 read of all accounts and 1 transfer are not strictly serializable: 1 wrong-total.",
    });
    expect(verdict.findings).toEqual([
      {
        message:
          "process 1 on n2 found 17 in all accounts together, which hold 20 (wrong-total: transfers leave the total as it is)",
        operations: [2, 3],
        explanation: [
          "a held 7, written as 2.",
          "b held 10, written as 1.",
          "process 1 on n2 found what process 0 on n1 left in a, but version 1 of b, which must have been at version 2 then.",
        ],
      },
    ]);
  });

  it("a balance below zero", async () => {
    const much = ok<BankInput, BankOutput>(0, "2..3", transfer(2, 12, opened, opened), applied);
    const kinds = await kindsOf([opening, much, read("4..5", both([-2, 2], [22, 2]))]);
    expect(kinds).toEqual({ "negative-balance": 1 });
  });

  it.each([
    ["missing-account", [held("a", opened)]],
    ["unknown-account", [...both(opened, opened).accounts, held("c", opened)]],
    ["doubled-account", [...both(opened, opened).accounts, held("a", opened)]],
    ["unreadable", [held("a", opened), { key: "b", modRevision: 1, text: "10" }]],
    ["unwritten", both([10, 7], opened).accounts],
    ["unwritten", both([11, 1], opened).accounts],
  ])("%s", async (kind, accounts) => {
    expect(await kindsOf([opening, read("2..3", { accounts })])).toEqual({ [kind]: 1 });
  });

  it("what was seen before anybody asked for it", async () => {
    const early = read("2..3", both([7, 2], [13, 2]));
    expect(await kindsOf([opening, early, moved(2, "4..5")])).toEqual({ unwritten: 2 });
  });

  it("what failed, or was refused, and yet is there", async () => {
    const failed = fail(0, "2..3", transfer(2, 3, opened, opened));
    const seenNow = read("6..7", both([7, 2], [13, 2]));
    expect(await kindsOf([opening, failed, seenNow])).toEqual({ unwritten: 2 });
    expect(await kindsOf([opening, failed, moved(3, "4..5", [7, 2], [13, 2])])).toEqual({
      unwritten: 2,
    });
    const refused = ok<BankInput, BankOutput>(2, "4..5", transfer(2, 3, opened, opened), {
      applied: false,
      ...both([10, 1, 5], opened),
    });
    expect(await kindsOf([opening, refused, seenNow])).toEqual({ unwritten: 2 });
  });

  it("two transfers that replaced the same, though nobody read", async () => {
    const verdict = await judge([opening, moved(2, "2..5"), moved(3, "3..4", opened, opened, 2)]);
    expect(verdict.details).toMatchObject({ troubles: { "lost-update": 2 } });
    expect(verdict.findings[0]).toEqual({
      message:
        "process 2 on n3 and process 0 on n1 both replaced the same balance of a (lost-update: each takes place only if both accounts are as it expects)",
      operations: [2, 3],
    });
  });

  it("two that did, where one was only seen", async () => {
    const unknown = info(2, "2..", transfer(2, 3, opened, opened));
    const later = read("7..8", both([7, 2], [13, 2]));
    expect(await kindsOf([opening, unknown, moved(3, "5..6"), later])).toEqual({
      "lost-update": 2,
    });
  });

  it("two that did, where one is only known from what was built upon it", async () => {
    const unknown = info(2, "2..", transfer(2, 3, opened, opened));
    const upon = moved(3, "3..4", [7, 2], [13, 2]);
    expect(await kindsOf([opening, unknown, upon, moved(4, "5..6")])).toEqual({
      "lost-update": 2,
    });
  });

  it("what was built upon something without it", async () => {
    const unknown = info(2, "2..", transfer(2, 3, opened, opened));
    const upon = { ...transfer(3, 1, [7, 2], opened), to: "c" } as BankInput;
    const odd = read("3..6", {
      accounts: [held("a", [6, 3]), held("b", opened), held("c", [11, 3])],
    });
    const verdict = await judge([opening, unknown, odd, ok(3, "4..5", upon, applied)], {
      rules: { accounts: ["a", "b", "c"], opening: 10 },
    });
    expect(verdict.findings.map(({ operations }) => operations)).toEqual([[2, 4, 3]]);
  });

  it("a refusal though all was as expected", async () => {
    const refused = ok<BankInput, BankOutput>(2, "2..3", transfer(2, 3, opened, opened), {
      applied: false,
      ...both(opened, opened),
    });
    expect(await kindsOf([opening, refused])).toEqual({ "needless-refusal": 1 });
    const closed = ok<BankInput, BankOutput>(0, "0..1", open, { applied: false, accounts: [] });
    expect(await kindsOf([closed])).toEqual({ "needless-refusal": 1 });
  });

  it("a read of what was known to be over", async () => {
    const verdict = await judge([opening, moved(2, "2..3"), read("5..6", both(opened, opened))]);
    expect(verdict.findings).toEqual([
      {
        message:
          "process 1 on n2 found version 1 of a, although process 0 on n1 had shown version 2 2 ms before (stale: a read sees all that was known before it was asked)",
        operations: [2, 5],
      },
    ]);
    const nothing = read("5..6", { accounts: [] });
    expect(await kindsOf([opening, nothing])).toEqual({ stale: 1 });
  });

  const four: Bank = { accounts: ["a", "b", "c", "d"], opening: 10 };
  const of = (a: Held, b: Held, c: Held, d: Held) => ({
    accounts: [held("a", a), held("b", b), held("c", c), held("d", d)],
  });
  const ab = transfer(2, 3, opened, opened);
  const cd = (id: number): BankInput =>
    ({
      ...(transfer(id, 3, opened, opened) as object),
      f: "transfer",
      from: "c",
      to: "d",
    }) as BankInput;

  it("a transfer that is there without another that was over before it was asked for", async () => {
    const first = ok<BankInput, BankOutput>(0, "3..4", ab, applied);
    const second = ok<BankInput, BankOutput>(2, "5..6", cd(3), applied);
    const odd = read("2..7", of(opened, opened, [7, 3], [13, 3]));
    const verdict = await judge([opening, odd, first, second], { rules: four });
    expect(verdict.details).toMatchObject({ troubles: { "half-seen": 1 } });
    expect(verdict.findings[0]?.operations).toEqual([3, 5, 2]);
  });

  it("two reads that saw two transfers in different orders", async () => {
    const first = info(0, "2..", ab);
    const second = info(2, "3..", cd(3));
    const one = read("4..9", of([7, 2], [13, 2], opened, opened));
    const other = read("5..8", of(opened, opened, [7, 3], [13, 3]), 3);
    const verdict = await judge([opening, first, second, one, other], { rules: four });
    expect(verdict.details).toMatchObject({ troubles: { "no-order": 1 } });
    expect([...(verdict.findings[0]?.operations ?? [])].sort()).toEqual([4, 5]);
  });

  it("two reads that saw unequally much of different transfers", async () => {
    const first = info(0, "2..", ab);
    const second = info(2, "3..", cd(3));
    const third = { ...transfer(4, 1, [7, 3], [13, 3]), from: "c", to: "d" } as BankInput;
    const one = read("6..13", of([7, 2], [13, 2], opened, opened));
    const other = read("7..12", of(opened, opened, [6, 4], [14, 4]), 3);
    const more = info(4, "5..", third);
    const verdict = await judge([opening, first, second, more, one, other], { rules: four });
    expect(verdict.details).toMatchObject({ troubles: { "no-order": 1 } });
  });
});

describe("cannot tell", () => {
  it("where the writer of what a transfer replaced is not in the history", async () => {
    const verdict = await judge([opening, moved(3, "2..3", [9, 2], [11, 2])]);
    expect(verdict).toMatchObject({
      validity: "unknown",
      summary: expect.stringMatching(/Of 1 operation it cannot be told when/) as string,
    });
  });

  it("when the time is up, or the check is stopped", async () => {
    const stale = [opening, moved(2, "2..3"), read("5..6", both(opened, opened))];
    const late = await judge(stale, { deadlineMs: 0 });
    expect(late).toMatchObject({ validity: "unknown", findings: [] });
    expect(late.summary).toMatch(/--checker-timeout/);
    const stopped = await judge(stale, { signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({ validity: "unknown" });
    expect(stopped.summary).toMatch(/stopped before its end\.$/);
  });
});

it("shows five of a kind and counts the others", async () => {
  const reads = Array.from({ length: 9 }, (_, i) =>
    read(`${4 + 2 * i}..${5 + 2 * i}`, both(opened, opened)),
  );
  const verdict = await judge([opening, moved(2, "2..3"), ...reads]);
  expect(verdict.findings).toHaveLength(5);
  expect(verdict.details).toMatchObject({ troubles: { stale: 9 } });
});

const three: Bank = { accounts: ["a", "b", "c"], opening: 1 };

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

/** The same with another answer to one that was answered. */
function spoilt(operations: readonly BankOperation[], draw: Draw): BankOperation[] {
  const answered = operations.filter(({ outcome }) => outcome.type === "ok");
  const [victim, other] = [answered[draw(answered.length)], answered[draw(answered.length)]];
  if (victim?.outcome.type !== "ok" || other?.outcome.type !== "ok") return [...operations];
  const output = otherAnswer(victim.input, victim.outcome.output, other.outcome.output, draw);
  return operations.map((one) =>
    one === victim ? { ...one, outcome: { type: "ok", output } } : one,
  );
}

function otherAnswer(input: BankInput, own: BankOutput, other: BankOutput, draw: Draw): BankOutput {
  if (input.f !== "read" && "accounts" in own && draw(3) === 0) {
    return { applied: true, revision: 1 };
  }
  if (!("accounts" in other)) return own;
  const isMixed = "accounts" in own && own.accounts.length > 0 && draw(2) === 0;
  const accounts = isMixed
    ? own.accounts.map((each, i) => (draw(2) === 0 ? each : (other.accounts[i] ?? each)))
    : other.accounts;
  return input.f === "read" ? { accounts } : { applied: false, accounts };
}

it("says what trying all orders says, also of answers that were tampered with", async () => {
  const tally = { valid: 0, invalid: 0, unknown: 0 };
  for (let seed = 1; seed <= 6_000; seed++) {
    const draw = drawFrom(seed);
    const right = randomBank(draw, three, { operations: 8, processes: 3 });
    const operations = seed % 4 === 0 ? right : spoilt(right, draw);
    const { validity, summary } = await judge(operations, { rules: three });
    tally[validity] += 1;
    const expected = hasAnOrder(operations) ? "valid" : "invalid";
    expect(validity, `seed ${seed}: ${summary}`).toBe(expected);
  }
  expect(tally.valid).toBeGreaterThan(1_000);
  expect(tally.invalid).toBeGreaterThan(1_000);
});

it("says the same of accounts and operations by other names, told in another order", async () => {
  const names = new Map(three.accounts.map((name, i) => [name, `x/${9 - i}`]));
  const renamed: Bank = { ...three, accounts: [...names.values()].reverse() };
  for (let seed = 1; seed <= 500; seed++) {
    const draw = drawFrom(seed);
    const operations = spoilt(randomBank(draw, three, { operations: 20, processes: 4 }), draw);
    const { validity, details } = await judge(operations, { rules: three });
    const text = JSON.stringify(operations)
      .replaceAll(
        /"(key|from|to)":"([abc])"/g,
        (_, f: string, name: string) => `"${f}":"${names.get(name) ?? ""}"`,
      )
      .replaceAll(/"(by|id)":(\d+)/g, (_, f: string, id: string) => `"${f}":${1_000 - Number(id)}`);
    const others = (JSON.parse(text) as BankOperation[]).map((one) => {
      const { outcome } = one;
      if (outcome.type !== "ok" || !("accounts" in outcome.output)) return one;
      const accounts = outcome.output.accounts.toReversed();
      return { ...one, outcome: { ...outcome, output: { ...outcome.output, accounts } } };
    });
    const same = await judge(others, { rules: renamed });
    expect(same.validity, `seed ${seed}`).toBe(validity);
    expect(same.details?.["troubles"]).toEqual(details?.["troubles"]);
  }
});
