import { expect, it } from "vitest";
import type { CheckContext } from "../core/checker.js";
import { historyOf, info, ok } from "../testing/histories.js";
import { both, type Held, pair, transfer } from "./bank-histories.fixture.js";
import type { BankInput, BankOperation, BankOutput } from "./bank-operations.js";
import { bankRevisions } from "./bank-revisions.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 64 };
const opened: Held = [10, 1, 2];

const opening = ok<BankInput, BankOutput>(0, "0..1", { f: "open", id: 1 }, written(2));
const moved = ok<BankInput, BankOutput>(0, "2..3", transfer(2, 3, opened, opened), written(5));
const read = (span: string, revision: number, output: BankOutput) =>
  ok<BankInput, BankOutput>(1, span, { f: "read" }, output, { revision });

function written(revision: number): BankOutput {
  return { applied: true, revision };
}

async function judge(operations: readonly BankOperation[], more: Partial<CheckContext> = {}) {
  return bankRevisions(pair).check(historyOf(operations), { ...context, ...more });
}

it("accepts what agrees, also of an unknown outcome and of an older revision", async () => {
  const late = info(2, "4..", transfer(3, 1, [7, 2, 5], [13, 2, 5]));
  const verdict = await judge([
    ...[opening, moved, late],
    read("6..7", 8, both([6, 3, 8], [14, 3, 8])),
    read("8..9", 7, both([7, 2, 5], [13, 2, 5])),
    read("10..11", 1, { accounts: [] }),
  ]);
  expect(verdict).toEqual({
    ...{ validity: "valid", summary: "Revisions and balances agree in 5 answers.", findings: [] },
    details: { answers: 5, contradictions: 0 },
  });
});

it.each<readonly [string, RegExp, readonly number[], BankOperation]>([
  [
    "two revisions of one transaction",
    /showed what 2 wrote at mod_revision 5, and .* at mod_revision 6, although it was written once/,
    [2, 4],
    read("4..5", 6, both([7, 2, 5], [13, 2, 6])),
  ],
  [
    "one revision of two transactions",
    /what 1 wrote at mod_revision 2, and .* what 3 wrote at mod_revision 2, although one revision/,
    [0, 4],
    read("4..5", 2, both([7, 3, 2], [13, 3, 2])),
  ],
  [
    "something newer than the answer",
    /found a as written at mod_revision 5 in an answer of revision 4$/,
    [4],
    read("4..5", 4, both([7, 2, 5], [13, 2, 5])),
  ],
  [
    "something older than at the answer's revision",
    /found b as written at mod_revision 2 in an answer of revision 5, although process 0 on n1 showed it to be written again at 5$/,
    [2, 4],
    read("4..5", 5, both([7, 2, 5], opened)),
  ],
  [
    "nothing at a revision at which there was something",
    /found a not opened in an answer of revision 3, although/,
    [0, 4],
    read("4..5", 3, { accounts: [] }),
  ],
  [
    "a transfer at a lower revision than what it replaced",
    /wrote at mod_revision 4 what replaced something written at 5$/,
    [4],
    ok<BankInput, BankOutput>(2, "4..5", transfer(3, 1, [7, 2, 5], [13, 2, 5]), written(4)),
  ],
])("finds %s", async (_, message, operations, odd) => {
  const verdict = await judge([opening, moved, odd]);
  expect(verdict.validity).toBe("invalid");
  expect(verdict.findings[0]?.message).toMatch(message);
  expect(verdict.findings[0]?.operations).toEqual(operations);
});

it("shows ten and counts the others", async () => {
  const reads = Array.from({ length: 12 }, (_, i) =>
    read(`${4 + 2 * i}..${5 + 2 * i}`, 5, both([7, 2, 5], opened)),
  );
  const verdict = await judge([opening, moved, ...reads]);
  expect(verdict.findings).toHaveLength(10);
  expect(verdict.summary).toBe(
    "Revisions and balances contradict each other 12 times in 14 answers. The first 10 are shown.",
  );
});

it("cannot tell when the time is up", async () => {
  const verdict = await judge([opening], { deadlineMs: 0 });
  expect(verdict).toMatchObject({ validity: "unknown" });
  expect(verdict.summary).toMatch(/--checker-timeout/);
});
