import { describe, expect, it } from "vitest";
import type { CheckContext } from "../../core/checker.js";
import { fail, historyOf } from "../../testing/histories.js";
import { fencing } from "./fencing.js";
import {
  grant,
  guardedRead,
  holder,
  lock,
  lostWrite,
  owner,
  read,
  refusedWrite,
  renamed,
  revoke,
  unlock,
  write,
} from "./holder-histories.fixture.js";
import { type HolderInput, type HolderOperation, lockWords } from "./holder-operation.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 100 };

function judge(operations: readonly HolderOperation[]) {
  return fencing(lockWords).check(historyOf(operations), context);
}

async function findingsOf(operations: readonly HolderOperation[]) {
  const { validity, findings } = await judge(operations);
  expect(validity).toBe("invalid");
  return findings.map((finding) => ({ ...finding, explanation: finding.explanation?.join(" ") }));
}

const first = [grant(1, "0..1"), lock(1, "2..3")];
const second = [grant(2, "4..5"), lock(2, "10..13")];

describe("guarded sections", () => {
  it("are valid where one is over before the next begins", async () => {
    const verdict = await judge([
      ...[...first, guardedRead(1, "6..7", "none@0 of 3"), write(1, "8..9", 11, 4)],
      ...[...second, guardedRead(2, "14..15", "11@4 of 6"), write(2, "16..17", 12, 7)],
      ...[owner(3, "18..19", 2, "5 of 7"), read(3, "20..21", "12@7 of 7")],
    ]);
    expect(verdict).toMatchObject({
      validity: "valid",
      details: { sections: 2, guarded: 4, writes: 2 },
    });
  });

  it("are invalid where two take turns", async () => {
    const [finding] = await findingsOf([
      ...[...first, write(1, "6..7", 11, 4), ...second],
      ...[guardedRead(2, "14..15", "11@4 of 5"), write(1, "16..17", 12, 6)],
    ]);
    expect(finding).toMatchObject({
      message: "lock a: a/1 was its oldest key at revisions 4 and 6, and a/2 at 5 in between",
      operations: [6, 14, 16],
    });
    expect(finding?.explanation).toContain("stays deleted");
  });

  it("do not even share a revision", async () => {
    const sharing = [...first, guardedRead(1, "6..7", "none@0 of 3"), ...second];
    expect(await findingsOf([...sharing, guardedRead(2, "14..15", "none@0 of 3")])).toHaveLength(1);
    const apart = await judge([...sharing, guardedRead(2, "14..15", "none@0 of 4")]);
    expect(apart.validity).toBe("valid");
  });

  it("reach as far as somebody names the key as the oldest", async () => {
    const [finding] = await findingsOf([
      ...[...first, write(1, "6..7", 11, 4), ...second],
      ...[guardedRead(2, "14..15", "11@4 of 5"), owner(3, "16..17", 1, "3 of 6")],
    ]);
    expect(finding).toMatchObject({ operations: [6, 14, 16] });
  });

  it("reach as far as a write of unknown outcome that somebody saw", async () => {
    const [finding] = await findingsOf([
      ...[...first, write(1, "6..7", 11, 4), lostWrite(1, "8..", 12), ...second],
      ...[guardedRead(2, "14..15", "11@4 of 5"), guardedRead(2, "16..17", "12@6 of 6")],
    ]);
    expect(finding).toMatchObject({ operations: [6, 14, 8] });
  });

  it("come in the order in which their keys were created", async () => {
    const [finding] = await findingsOf([
      ...[...first, ...second, owner(3, "14..15", 2, "5 of 6")],
      ...[owner(3, "16..17", 1, "3 of 9")],
    ]);
    expect(finding).toMatchObject({
      message:
        "lock a: a/2 had its turn at revision 6, although a/1 was there before it and still was at 9",
      operations: [14, 16],
    });
  });

  it("come in that order where elections tell it, too", async () => {
    const by = (process: number, createRevision: number) => holder(process, createRevision);
    const verdict = await judge([
      read(2, "14..15", "none@0 of 6", by(2, 5)),
      read(1, "16..17", "none@0 of 9", by(1, 3)),
    ]);
    expect(verdict.findings).toMatchObject([{ operations: [14, 16] }]);
  });
});

describe("a key that was let go of", () => {
  it("guards nothing any more", async () => {
    for (const release of [unlock(1, "8..9"), revoke(1, "8..9")]) {
      const [finding] = await findingsOf([...first, release, write(1, "10..11", 11, 5)]);
      expect(finding).toMatchObject({
        message:
          "lock a: a write of process 1 on n2 took effect under the guard of a lock key that was known to be gone",
        operations: [8, 10],
      });
    }
  });

  it("guards nothing that somebody saw, though it was not answered", async () => {
    const late = [...first, unlock(1, "8..9"), lostWrite(1, "10..", 11)];
    expect((await judge(late)).validity).toBe("unknown");
    const findings = await findingsOf([...late, read(3, "14..15", "11@6 of 7")]);
    expect(findings).toMatchObject([{ operations: [8, 10] }]);
  });

  it("is nobody's oldest key any more", async () => {
    const gone = [...first, write(1, "4..5", 11, 4), revoke(1, "8..9")];
    const [finding] = await findingsOf([...gone, owner(3, "10..11", 1, "3 of 6")]);
    expect(finding).toMatchObject({
      message: "lock a: process 3 on n4 was told of a/1, a lock key that was known to be gone",
      operations: [2, 8, 10],
    });
  });

  it("may still have been there for what was asked before, and refuses the rest", async () => {
    const verdict = await judge([
      ...[...first, guardedRead(1, "4..5", "none@0 of 3"), unlock(1, "8..11")],
      ...[write(1, "10..12", 11, 4), refusedWrite(1, "13..14", 12)],
    ]);
    expect(verdict.validity).toBe("valid");
  });
});

describe("a holder's write", () => {
  it("is never made in ignorance of another's", async () => {
    const findings = await findingsOf([
      ...[...first, guardedRead(1, "4..5", "none@0 of 3")],
      ...[...second, write(2, "14..15", 21, 5), write(1, "16..17", 11, 6)],
    ]);
    expect(findings.find(({ message }) => message.includes("did not know"))).toMatchObject({
      message:
        "lock a: process 1 on n2 wrote over a write of process 2 on n3 of which it did not know, while each took itself to have held it",
      operations: [4, 14, 16],
    });
  });

  it("may follow its own, and one of its own that was not answered", async () => {
    const verdict = await judge([
      ...[...first, guardedRead(1, "4..5", "none@0 of 3"), write(1, "6..7", 11, 4)],
      ...[lostWrite(1, "8..", 12), read(3, "9..10", "12@5 of 5")],
      ...[write(1, "12..13", 13, 6), read(3, "14..15", "13@6 of 6")],
    ]);
    expect(verdict.validity).toBe("valid");
  });

  it("is found by whoever reads later by the revision", async () => {
    const written = [...first, write(1, "6..7", 11, 4), write(1, "8..9", 12, 5)];
    for (const late of [read(3, "20..21", "11@4 of 7"), guardedRead(1, "20..21", "11@4 of 7")]) {
      const [finding] = await findingsOf([...written, late]);
      expect(finding).toMatchObject({
        message:
          "lock a: process 1 on n2 did not find what process 1 on n2 had written at revision 5".replace(
            "process 1 on n2 did",
            `process ${late.process} on ${late.node} did`,
          ),
        operations: [8, 20],
      });
    }
    expect((await judge([...written, read(3, "20..21", "11@4 of 4")])).validity).toBe("valid");
  });

  it("is found by nobody where it was refused or failed", async () => {
    const input: HolderInput = { f: "write", name: "a", by: holder(1), value: 12, heldUpMs: 0 };
    for (const undone of [refusedWrite(1, "8..9", 12), fail<HolderInput>(1, "8..9", input)]) {
      const written = [...first, write(1, "6..7", 11, 4), undone];
      const [finding] = await findingsOf([...written, read(3, "20..21", "12@6 of 7")]);
      expect(finding).toMatchObject({
        message:
          "lock a: process 3 on n4 found 12, although process 1 on n2 was told that it was not written",
        operations: [8, 20],
      });
    }
  });
});

describe("a verdict", () => {
  it("does not hang on names, places and the clock's beginning", async () => {
    const wrong = [
      ...[...first, write(1, "6..7", 11, 4), ...second, owner(3, "12..13", 2, "5 of 5")],
      ...[guardedRead(2, "14..15", "11@4 of 5"), write(1, "16..17", 12, 6), unlock(1, "18..19")],
      ...[write(1, "20..21", 13, 9), read(3, "22..23", "12@6 of 9")],
    ];
    const [one, other] = [await judge(wrong), await judge(wrong.map(renamed))];
    expect(one.findings.length).toBe(3);
    expect(other.findings.map(({ operations }) => operations)).toEqual(
      one.findings.map(({ operations }) => operations.map((index) => 3 * index + 5)),
    );
  });

  it("is unknown where nobody was ever answered under guard", async () => {
    const verdict = await judge([...first, unlock(1, "8..9")]);
    expect(verdict).toMatchObject({ validity: "unknown", findings: [] });
  });
});
