import { describe, expect, it } from "vitest";
import { lock as lockWorkload } from "../../../workloads/lock.js";
import { checkAll } from "../../checkers/check-all.js";
import {
  grant,
  guardedRead,
  lock,
  owner,
  revoke,
  unlock,
  write,
} from "../../checkers/lock/holder-histories.fixture.js";
import type { HolderOperation } from "../../checkers/lock/holder-operation.js";
import { worst } from "../../core/checker.js";
import { violationCheckers } from "../general-checkers.js";
import { rewoundTo } from "./rewound.fixture.js";

async function validityAfter(revision: number, operations: readonly HolderOperation[]) {
  const history = rewoundTo(revision, operations);
  const limits = { deadlineMs: 20_000, memoryMb: 64 };
  const checkers = violationCheckers(lockWorkload());
  return worst(Object.values(await checkAll(checkers, history, limits)));
}

/** Answered at this revision by the cluster of before, or by the one that was restored. */
function at(revision: number, operation: HolderOperation, cluster = "1"): HolderOperation {
  const { outcome } = operation;
  if (outcome.type !== "ok") return operation;
  const header = { clusterId: cluster, memberId: "1", raftTerm: 2, revision };
  return { ...operation, outcome: { ...outcome, header } };
}
const after = (revision: number, operation: HolderOperation) => at(revision, operation, "2");

/** Process 0 has the lock, and writes 5 at revision 4. */
const held = [
  at(1, grant(0, "0..1")),
  at(3, lock(0, "2..3")),
  at(3, guardedRead(0, "4..5", "none@0 of 3")),
  at(4, write(0, "6..7", 5, 4)),
];
/** The holder of before is cleared away, and process 1 has the lock in the new cluster. */
const next = [
  after(5, revoke(0, "21..22")),
  after(5, grant(1, "23..24")),
  after(6, lock(1, "25..26")),
];

describe("a lock across a restore", () => {
  it("has what was written up to the snapshot", async () => {
    const found = after(6, guardedRead(1, "27..28", "5@4 of 6"));
    expect(await validityAfter(4, [...held, ...next, found])).toBe("valid");
    const lost = after(6, guardedRead(1, "27..28", "none@0 of 6"));
    expect(await validityAfter(4, [...held, ...next, lost])).toBe("invalid");
  });

  it("has nothing of what was written after it", async () => {
    const lost = after(6, guardedRead(1, "27..28", "none@0 of 6"));
    expect(await validityAfter(3, [...held, ...next, lost])).toBe("valid");
    const back = after(6, guardedRead(1, "27..28", "5@4 of 6"));
    expect(await validityAfter(3, [...held, ...next, back])).toBe("invalid");
  });

  it("is held by two in turn, though the first let go of it in what was undone", async () => {
    const letGo = at(5, unlock(0, "8..9"));
    const again = after(5, owner(1, "21..22", 0, "3 of 4"));
    const later = next.map((operation) => ({
      ...operation,
      index: operation.index + 10,
      completedIndex: (operation.completedIndex ?? 0) + 10,
      invokedAtNs: operation.invokedAtNs + 10e6,
      completedAtNs: (operation.completedAtNs ?? 0) + 10e6,
    }));
    expect(await validityAfter(4, [...held, letGo, again, ...later])).toBe("valid");
  });

  it("was won in what was undone by one that had begun to wait before the snapshot", async () => {
    const waiter = [at(3, grant(2, "4..5")), at(5, lock(2, "5..9"))];
    const first = [...held.slice(0, 3), at(6, unlock(0, "6..7")), ...waiter];
    const read = after(6, guardedRead(1, "27..28", "none@0 of 6"));
    expect(await validityAfter(5, [...first, ...next, read])).toBe("valid");
  });

  it("is not held by two at a time in the new cluster", async () => {
    const third = [after(6, grant(2, "27..28")), after(7, lock(2, "29..30"))];
    expect(await validityAfter(4, [...held, ...next, ...third])).toBe("invalid");
  });
});
