import { describe, expect, it } from "vitest";
import type { CheckContext } from "../../core/checker.js";
import type { FaultRecord } from "../../core/history.js";
import { fault, historyOf } from "../../testing/histories.js";
import { exclusion } from "./exclusion.js";
import {
  failedUnlock,
  grant,
  keepalive,
  lock,
  lostUnlock,
  nobody,
  owner,
  renamed,
  revoke,
  unlock,
} from "./holder-histories.fixture.js";
import { electionWords, type HolderOperation, lockWords } from "./holder-operation.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 100 };

function judge(operations: readonly HolderOperation[], faults: readonly FaultRecord[] = []) {
  return exclusion(lockWords).check(historyOf(operations, { faults }), context);
}

/** By process 1 from 3 on, and by process 2 from 13 on: what comes between is the test's. */
const first = [grant(1, "0..1"), lock(1, "2..3")];
const second = [grant(2, "4..5"), lock(2, "10..13")];

describe("holds of a lock", () => {
  it("are valid one after the other", async () => {
    const verdict = await judge([...first, unlock(1, "8..9"), ...second, unlock(2, "20..21")]);
    expect(verdict).toMatchObject({ validity: "valid", details: { holds: 2, names: 1 } });
  });

  it("are invalid at the same time", async () => {
    const verdict = await judge([...first, ...second, unlock(1, "18..19")]);
    expect(verdict.validity).toBe("invalid");
    expect(verdict.findings).toMatchObject([
      {
        message:
          "lock a: process 2 on n3 was told that it held it while process 1 on n2 held it, since 10 ms before",
        operations: [0, 2, 4, 10],
      },
    ]);
    expect(verdict.findings[0]?.explanation?.[0]).toContain("nobody asked to let go of it before");
  });

  it("end when somebody asks to let go of the key or of the lease, whatever the answer", async () => {
    for (const release of [
      unlock(1, "12..30"),
      lostUnlock(1, "12.."),
      revoke(1, "12..30"),
      revoke(3, "12..30", 1),
    ]) {
      expect(await judge([...first, ...second, release])).toMatchObject({ validity: "valid" });
    }
  });

  it("go on where the request to let go is known not to have arrived", async () => {
    const verdict = await judge([...first, ...second, failedUnlock(1, "8..9")]);
    expect(verdict.validity).toBe("invalid");
  });

  it("end when their lease may be over by itself, counted from the call of its grant", async () => {
    const late = [grant(2, "1000..1001"), lock(2, "1002..2001")];
    expect(await judge([grant(1, "0..1", 2), lock(1, "2..3"), ...late])).toMatchObject({
      validity: "valid",
    });
    expect(await judge([grant(1, "50..51", 2), lock(1, "52..53"), ...late])).toMatchObject({
      validity: "invalid",
    });
  });

  it("last as much longer as their lease was renewed", async () => {
    const late = [grant(2, "1000..1001"), lock(2, "1002..2001")];
    const held = [grant(1, "0..1", 2), lock(1, "2..3")];
    expect(await judge([...held, keepalive(1, "900..901", 2), ...late])).toMatchObject({
      validity: "invalid",
    });
    expect(await judge([...held, keepalive(1, "900..901", 0), ...late])).toMatchObject({
      validity: "valid",
    });
  });

  it("end sooner where some clock ran too fast", async () => {
    const spec = { ...fault("clock", {}).spec, skew: { jumpMs: 100, rate: 2 } };
    const fast = { ...fault("clock", { inForce: 1, over: 2 }), spec };
    const operations = [
      ...[grant(1, "0..1", 2), lock(1, "2..3")],
      ...[grant(2, "4..5"), lock(2, "6..1200")],
    ];
    expect(await judge(operations)).toMatchObject({ validity: "invalid" });
    expect(await judge(operations, [fast])).toMatchObject({ validity: "valid" });
  });

  it("count for nothing where the lease may have been over when they were told of", async () => {
    const late = [grant(2, "4..5", 2), lock(2, "6..2500")];
    expect(await judge([...first, ...late])).toMatchObject({
      validity: "valid",
      details: { holds: 1 },
    });
  });

  it("are unknown where there is none that is certain", async () => {
    for (const operations of [[], [lock(1, "2..3")], [grant(1, "0..1")]]) {
      const verdict = await judge(operations);
      expect(verdict).toMatchObject({ validity: "unknown", findings: [] });
      expect(verdict.summary).toContain("there is nothing to judge");
    }
  });

  it("are all looked at where one lasts longer than several others", async () => {
    const third = [grant(3, "20..21"), lock(3, "22..23")];
    const verdict = await judge([...first, ...second, unlock(2, "16..17"), ...third]);
    expect(verdict.findings.map(({ operations }) => operations)).toEqual([
      [0, 2, 4, 10],
      [0, 2, 20, 22],
    ]);
  });
});

describe("who is told that it holds a lock", () => {
  /** Process 1 holds it from 3 on; process 2 waits from 6 on and has a lease that lasts. */
  const waits = [...first, grant(2, "4..5"), lock(2, "6..20")];

  it("held it at some moment since it asked", async () => {
    const verdict = await judge([...waits, revoke(3, "8..9", 2), unlock(1, "12..13")]);
    expect(verdict.validity).toBe("invalid");
    expect(verdict.findings).toMatchObject([
      {
        message:
          "lock a: process 2 on n3 was told that it held it, although its lease was over while process 1 on n2 still held it",
        operations: [0, 2, 6, 8],
      },
    ]);
    expect(verdict.findings[0]?.explanation?.[1]).toContain(
      "Process 3 on n4 was told by 0.009 s that the lease of process 2 on n3 was over",
    );
  });

  it("may have held it before its lease was over, or while that was not yet certain", async () => {
    for (const others of [
      // The first had let go, or may have, before the waiter's lease was over.
      [unlock(1, "7..8"), revoke(3, "9..10", 2)],
      [lostUnlock(1, "7.."), revoke(3, "9..10", 2)],
      [unlock(1, "9..12"), revoke(3, "8..10", 2)],
      [revoke(1, "7..11"), revoke(3, "8..10", 2)],
      // Nobody knows when the waiter's lease was over, or it was afterwards.
      [revoke(3, "12..30", 2), unlock(1, "8..9")],
      [revoke(3, "12..30", 2), unlock(1, "15..16")],
    ]) {
      expect(await judge([...waits, ...others])).toMatchObject({ validity: "valid" });
    }
  });

  it("may have held it before the other did", async () => {
    const late = [grant(1, "0..1"), grant(2, "2..3"), lock(2, "4..20"), lock(1, "5..6")];
    const verdict = await judge([...late, revoke(3, "8..9", 2), unlock(1, "12..13")]);
    expect(verdict).toMatchObject({ validity: "valid" });
  });

  it("may have held it after the lease of the other was over by itself", async () => {
    const short = [grant(1, "0..1", 2), lock(1, "2..3"), grant(2, "4..5"), lock(2, "6..3000")];
    const atEnd = revoke(3, "2600..2700", 2);
    expect(await judge([...short, atEnd])).toMatchObject({ validity: "valid" });
    const before = revoke(3, "1600..1700", 2);
    expect(await judge([...short, before])).toMatchObject({ validity: "invalid" });
  });

  it("does not hold it with a lease that was over before it asked", async () => {
    const verdict = await judge([
      ...first,
      grant(2, "4..5"),
      revoke(3, "6..7", 2),
      lock(2, "8..9"),
    ]);
    const messages = verdict.findings.map(({ message }) => message);
    expect(messages).toContain(
      "lock a: process 2 on n3 was told that it held it, although its lease was over before it asked for it",
    );
  });
});

describe("who asks who holds a lock", () => {
  it("is told of the one that does", async () => {
    const verdict = await judge([...first, owner(2, "5..6", 1, "3 of 4"), unlock(1, "8..9")]);
    expect(verdict).toMatchObject({ validity: "valid", details: { owners: 1 } });
  });

  it("is never told of another one, or of nobody", async () => {
    for (const asked of [owner(2, "5..6", 7, "3 of 4"), nobody(2, "5..6")]) {
      const verdict = await judge([...first, asked, unlock(1, "8..9")]);
      expect(verdict.validity).toBe("invalid");
      expect(verdict.findings).toMatchObject([{ operations: [0, 2, 5] }]);
      expect(verdict.findings[0]?.message).toContain("process 2 on n3 was told that");
    }
  });

  it("may be told of anybody before it is certain and from then on when it may have ended", async () => {
    const asked = [nobody(2, "1..5"), nobody(3, "7..10"), nobody(3, "11..12")];
    expect(
      await judge([grant(1, "0..6"), lock(1, "2..4"), unlock(1, "8..9"), ...asked]),
    ).toMatchObject({ validity: "valid" });
  });
});

describe("a verdict", () => {
  const wrong = [...first, ...second, nobody(3, "15..16"), unlock(1, "18..19")];

  it("does not hang on names, places and the clock's beginning", async () => {
    const [one, other] = [await judge(wrong), await judge(wrong.map(renamed))];
    expect(other.validity).toBe(one.validity);
    expect(other.findings.map(({ operations }) => operations)).toEqual(
      one.findings.map(({ operations }) => operations.map((index) => 3 * index + 5)),
    );
  });

  it("keeps names apart", async () => {
    const elsewhere = second.map((operation) => {
      const { input } = operation;
      return "name" in input ? { ...operation, input: { ...input, name: "b" } } : operation;
    });
    expect(await judge([...first, ...elsewhere])).toMatchObject({ validity: "valid" });
  });

  it("of elections speaks of elections", async () => {
    const verdict = await exclusion(electionWords).check(historyOf(wrong), context);
    expect(verdict.findings[0]?.message).toBe(
      "election a: process 2 on n3 was told that it led it while process 1 on n2 led it, since 10 ms before",
    );
  });

  it("shows few of many findings", async () => {
    const questions = Array.from({ length: 30 }, (_, i) =>
      nobody(3, `${20 + 2 * i}..${21 + 2 * i}`),
    );
    const verdict = await judge([...first, ...questions]);
    expect(verdict.findings).toHaveLength(10);
    expect(verdict.summary).toContain("The first 10 of 30 findings are shown.");
  });

  it("is unknown when the time is up or the check is stopped", async () => {
    const many = Array.from({ length: 2_000 }, (_, i) => nobody(3, `${20 + 2 * i}..${21 + 2 * i}`));
    const history = historyOf([]);
    const long = { ...history, operations: many };
    const late = await exclusion(lockWords).check(long, { ...context, deadlineMs: 0 });
    expect(late).toMatchObject({ validity: "unknown" });
    expect(late.summary).toContain("--checker-timeout");
    const signal = AbortSignal.abort();
    const stopped = await exclusion(lockWords).check(long, { ...context, signal });
    expect(stopped.summary).toBe("The check was stopped before its end.");
  });
});
