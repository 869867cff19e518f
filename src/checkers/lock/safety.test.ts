import { expect, it } from "vitest";
import type { CheckContext } from "../../core/checker.js";
import { historyOf } from "../../testing/histories.js";
import { grant, guardedRead, lock, lostWrite, write } from "./holder-histories.fixture.js";
import { electionWords, type HolderOperation, lockWords } from "./holder-operation.js";
import { safety } from "./safety.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 100 };
const first = [grant(1, "0..1"), lock(1, "2..3"), guardedRead(1, "4..5", "none@0 of 3")];
const second = [grant(2, "6..7"), lock(2, "8..9"), guardedRead(2, "10..11", "none@0 of 4")];

function judge(operations: readonly HolderOperation[]) {
  return safety(lockWords).check(historyOf(operations), context);
}

it("is valid where nobody writes in ignorance of another's write", async () => {
  const verdict = await judge([
    ...first,
    write(1, "12..13", 11, 5),
    guardedRead(2, "14..15", "11@5 of 5"),
    write(2, "16..17", 21, 6),
  ]);
  expect(verdict).toMatchObject({ validity: "valid", details: { writes: 2 } });
});

it("is invalid where somebody does, and says that etcd does not promise otherwise", async () => {
  const verdict = await judge([
    ...first,
    ...second,
    write(2, "12..13", 21, 5),
    write(1, "14..15", 11, 6),
  ]);
  expect(verdict.validity).toBe("invalid");
  expect(verdict.findings).toMatchObject([{ operations: [4, 12, 14] }]);
  const [finding] = verdict.findings;
  expect(finding?.message).toContain("etcd does not promise that this cannot happen");
  expect(finding?.explanation?.join(" ")).toContain("https://jepsen.io/analyses/etcd-3.4.3");
});

it("knows of another's write also where only somebody else saw it", async () => {
  const verdict = await judge([
    ...[...first, ...second, lostWrite(2, "12..", 21)],
    ...[guardedRead(3, "13..14", "21@5 of 5"), write(1, "15..16", 11, 6)],
  ]);
  expect(verdict.findings).toMatchObject([{ operations: [4, 12, 13, 15] }]);
});

it("does not call it a loss where the writer had read nothing, and is unknown without writes", async () => {
  expect((await judge([write(2, "12..13", 21, 5), write(1, "14..15", 11, 6)])).validity).toBe(
    "valid",
  );
  expect((await judge(first)).validity).toBe("unknown");
});

it("speaks of elections where it judges those", async () => {
  const wrong = [...first, ...second, write(2, "12..13", 21, 5), write(1, "14..15", 11, 6)];
  const verdict = await safety(electionWords).check(historyOf(wrong), context);
  expect(verdict.summary).toContain("elections over leases alone are not safe");
});
