import { describe, expect, it } from "vitest";
import { append } from "../../../workloads/append.js";
import type { AppendInput, AppendOutput, Found } from "../../../workloads/append-operations.js";
import { register } from "../../../workloads/register.js";
import { set, type SetInput, type SetOutput } from "../../../workloads/set.js";
import { checkAll } from "../../checkers/check-all.js";
import { type Verdict, worst } from "../../core/checker.js";
import type { FaultRecord, History } from "../../core/history.js";
import type { Input } from "../../core/operation.js";
import type { Workload } from "../../core/workload.js";
import { historyOf, info, ok } from "../../testing/histories.js";
import { drawFrom } from "../../testing/register-histories.js";
import { violationCheckers } from "../general-checkers.js";
import { answeredBy, in2, rewindOf, rewoundTo } from "./rewound.fixture.js";
import { rewoundStory } from "./rewound-story.fixture.js";

const options = { opsPerKey: 200, serializable: false };
const context = { deadlineMs: 20_000, memoryMb: 256 };

type Judged = Pick<Workload, "checkers">;

async function judge(workload: Judged, history: History): Promise<Record<string, Verdict>> {
  return checkAll(violationCheckers(workload), history, context);
}

async function validityOf(workload: Judged, history: History) {
  return worst(Object.values(await judge(workload, history)));
}

/** How the same two writes look to each workload. The one is at revision 2, the other at 3. */
const registers = {
  name: "register",
  workload: register(options) as Judged,
  first: ok(0, "0..1", { f: "write", key: "x", value: 1 }, { revision: 2 }, { revision: 2 }),
  second: ok(0, "4..5", { f: "write", key: "x", value: 2 }, { revision: 3 }, { revision: 3 }),
  /** A read that sees so many of them. */
  seen: (writes: number, span: string, revision: number) =>
    ok(
      ...([1, span, { f: "read", key: "x" }] as const),
      writes === 0
        ? { value: null, modRevision: 0, version: 0, createRevision: 0 }
        : { value: writes, modRevision: writes + 1, version: writes, createRevision: 2 },
      { revision },
    ),
};

const readSet: SetInput = { f: "read", key: "s" };
const sets = {
  name: "set",
  workload: set(options) as Judged,
  first: ok<SetInput, SetOutput>(
    ...([
      0,
      "0..1",
      { f: "add", key: "s", element: 1, expected: [], expectedRevision: 0 },
    ] as const),
    ...([{ added: true, revision: 2 }, { revision: 2 }] as const),
  ),
  second: ok<SetInput, SetOutput>(
    ...([
      0,
      "4..5",
      { f: "add", key: "s", element: 2, expected: [1], expectedRevision: 2 },
    ] as const),
    ...([{ added: true, revision: 3 }, { revision: 3 }] as const),
  ),
  seen: (writes: number, span: string, revision: number) =>
    ok<SetInput, SetOutput>(
      ...([1, span, readSet] as const),
      { elements: [1, 2].slice(0, writes), modRevision: writes === 0 ? 0 : writes + 1 },
      { revision },
    ),
};

const foundList = (elements: number): Found => ({
  elements: [1, 2].slice(0, elements),
  modRevision: elements === 0 ? 0 : elements + 1,
});
const appended = (value: number): AppendInput => ({
  f: "append",
  operations: [{ f: "append", key: "l", value }],
  expected: [{ key: "l", ...foundList(value - 1) }],
});
const readList: AppendInput = { f: "read", operations: [{ f: "r", key: "l" }], expected: [] };
const applied = (revision: number): AppendOutput => ({ applied: true, revision, lists: [] });
const lists = {
  name: "append",
  workload: append(options) as Judged,
  first: ok(0, "0..1", appended(1), applied(2), { revision: 2 }),
  second: ok(0, "4..5", appended(2), applied(3), { revision: 3 }),
  seen: (writes: number, span: string, revision: number) =>
    ok(
      ...([1, span, readList] as const),
      { applied: true, revision, lists: [foundList(writes)] },
      { revision },
    ),
};

describe.each([registers, sets, lists])("the workload $name", ({ workload, ...drawn }) => {
  const { first, second, seen } = drawn;
  const before = [first, seen(1, "2..3", 2), second, seen(2, "6..7", 3)];
  const judged = (revision: number, after: History["operations"]) =>
    validityOf(workload, rewoundTo(revision, [...before, ...after]));

  it("may have lost what was written after the snapshot", async () => {
    expect(await judged(2, [in2(seen(1, "22..23", 2))])).toBe("valid");
  });

  it("must have what was written up to the snapshot", async () => {
    expect(await judged(3, [in2(seen(2, "22..23", 3))])).toBe("valid");
    expect(await judged(3, [in2(seen(1, "22..23", 3))])).toBe("invalid");
    expect(await judged(2, [in2(seen(0, "22..23", 2))])).toBe("invalid");
  });

  it("must not get back what was lost", async () => {
    expect(await judged(2, [in2(seen(2, "22..23", 3))])).toBe("invalid");
    const back = [in2(seen(1, "22..23", 2)), in2(seen(2, "24..25", 3))];
    expect(await judged(2, back)).toBe("invalid");
  });

  it("may have kept a write whose answer was lost, or not", async () => {
    const { input } = second;
    for (const writes of [1, 2]) {
      const last = in2(seen(writes, "22..23", 3));
      const operations = [first, seen(1, "2..3", 2), info(0, "4..", input), last];
      expect(await validityOf(workload, rewoundTo(3, operations))).toBe("valid");
    }
  });

  it("is held to what it showed before it was destroyed", async () => {
    const stale = seen(1, "8..9", 2);
    const operations = [...before, stale, in2(seen(1, "22..23", 2))];
    const verdicts = await judge(workload, rewoundTo(2, operations));
    const broken = Object.values(verdicts).filter(({ validity }) => validity === "invalid");
    expect(broken.length).toBeGreaterThan(0);
    for (const { findings, summary } of broken) {
      expect(findings[0]?.message).toMatch(/^before the first restore, /);
      expect(summary).toContain("Before the first restore:");
    }
  });

  it("would be wrong where nobody had said that it was set back", async () => {
    const operations = [...before, in2(seen(1, "22..23", 2))];
    expect(await validityOf(workload, historyOf<Input, unknown>(operations))).toBe("invalid");
  });
});

const { workload, first, second, seen } = registers;
const other = ok(2, "24..25", { f: "write", key: "x", value: 9 }, { revision: 3 }, { revision: 3 });
const otherSeen = ok(
  ...([2, "26..27", { f: "read", key: "x" }] as const),
  { value: 9, modRevision: 3, version: 2, createRevision: 2 },
  { revision: 3 },
);

it("knows that revisions come again with other writes", async () => {
  const operations = [first, second, seen(2, "6..7", 3), in2(other), in2(otherSeen)];
  expect(await validityOf(workload, rewoundTo(2, operations))).toBe("valid");
});

it("takes what the new cluster answered for its own, whenever it was asked", async () => {
  const straddling = ok(
    ...([2, "8..24", { f: "write", key: "x", value: 9 }] as const),
    ...([{ revision: 3 }, { revision: 3 }] as const),
  );
  const operations = [first, second, in2(straddling), in2(otherSeen)];
  expect(await validityOf(workload, rewoundTo(2, operations))).toBe("valid");
});

it("takes restores one after the other", async () => {
  const faults = [
    rewindOf({ injected: 10, healed: 20, revision: 2, cluster: "1" }),
    rewindOf({ injected: 30, healed: 40, revision: 3, cluster: "2" }, 1),
  ];
  const operations = [first, second, in2(other)];
  const last = (found: typeof otherSeen) => answeredBy("3", { ...found, index: 42 });
  const history = (end: typeof otherSeen) => historyOf([...operations, last(end)], { faults });
  expect(await validityOf(workload, history({ ...otherSeen, completedIndex: 43 }))).toBe("valid");
  const back = { ...seen(2, "42..43", 3) } as typeof otherSeen;
  expect(await validityOf(workload, history(back))).toBe("invalid");
});

function unexplained({ fault, spec, injectedAtNs }: FaultRecord): FaultRecord {
  return { fault, spec, injectedAtNs };
}

it("cannot tell where nobody saw to which state the cluster was set back", async () => {
  const fault = unexplained(rewindOf({ injected: 10, revision: 2, cluster: "1" }));
  const history = historyOf([first, in2(seen(1, "22..23", 2))], { faults: [fault] });
  const { linearizable } = await judge(workload, history);
  expect(linearizable).toMatchObject({ validity: "unknown" });
  expect(linearizable?.summary).toContain("nobody saw to which");
});

it("says nothing of restores that were given up before anything was destroyed", async () => {
  const fault = unexplained(rewindOf({ injected: 10, revision: 2, cluster: "1" }));
  const history = historyOf<Input, unknown>([first, seen(1, "22..23", 2)], { faults: [fault] });
  const { linearizable } = await judge(workload, history);
  expect(linearizable).toMatchObject({ validity: "valid" });
  expect(linearizable?.summary).not.toContain("restore");
});

it("never objects to a right store that was restored from snapshots", async () => {
  let undone = 0;
  for (let seed = 0; seed < 120; seed++) {
    const story = rewoundStory(drawFrom(seed));
    undone += story.undone;
    const verdicts = await judge(workload, story.history);
    const objecting = Object.entries(verdicts).filter(([, { validity }]) => validity !== "valid");
    expect(objecting, `seed ${seed}`).toEqual([]);
  }
  expect(undone).toBeGreaterThan(120);
});

it("objects to most restores of an older snapshot than was said", async () => {
  let invalid = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { history } = rewoundStory(drawFrom(seed), { isHonest: false });
    if ((await validityOf(workload, history)) === "invalid") invalid += 1;
  }
  expect(invalid).toBeGreaterThan(20);
});
