import { describe, expect, it } from "vitest";
import type { History } from "../core/history.js";
import { completePhases, fail, fault, historyOf, ok } from "../testing/histories.js";
import { coverage } from "./coverage.js";
import { member } from "./members/members.fixture.js";

const context = { deadlineMs: 1_000, memoryMb: 64 };
const judge = coverage({ kinds: ["read", "write"], minOkOfEachKind: 2 });

const load = [
  ok(0, "10..11", { f: "read" }, {}),
  ok(0, "12..13", { f: "read" }, {}),
  ok(1, "14..15", { f: "write" }, {}),
  ok(1, "16..17", { f: "write" }, {}),
];
const finalRead = ok(2, "30..31", { f: "read" }, {}, { phase: "final" });
const kill = fault("kill", { inForce: 12, healed: 15, over: 18 });
const withKill = { header: { nemeses: ["kill"] }, faults: [kill] };

const threeNodes = { kind: "simulated", nodes: ["n1", "n2", "n3"], versions: {} };

async function missedBy(history: History): Promise<unknown> {
  const { validity, details } = await judge.check(history, context);
  expect(validity).toBe("unknown");
  return details?.["missed"];
}

it("is satisfied with a run in which all of it happened", async () => {
  expect(await judge.check(historyOf([...load, finalRead], withKill), context)).toMatchObject({
    validity: "valid",
    summary: "Enough happened: 5 operations ended ok, 1 fault seen in force and over.",
    findings: [],
  });
});

it("takes a fault to be in force until it was seen to be over", async () => {
  const late = fault("kill", { inForce: 13, healed: 13, over: 15 });
  const history = historyOf([...load, finalRead], { ...withKill, faults: [late] });
  expect(await judge.check(history, context)).toMatchObject({ validity: "valid" });
});

describe("names each gate and by how much it was missed", () => {
  it("no fault that hits what was asked for", async () => {
    const header = { nemeses: ["kill"], target: { kinds: ["leader" as const], nodes: ["n2"] } };
    expect(await missedBy(historyOf([...load, finalRead], { header }))).toEqual([
      "kill: no fault was injected, at least 1 is needed: none that hits --target leader,n2 was possible while the load lasted",
    ]);
  });

  it("too few operations of a kind, those of the last phase not counted", async () => {
    const [first, , third, fourth] = load;
    const few = [first, third, fourth].filter((operation) => operation !== undefined);
    expect(await missedBy(historyOf([...few, finalRead]))).toEqual([
      "1 read operations ended ok, at least 2 are needed",
    ]);
  });

  it.each([
    ["never injected", [], "kill: no fault was injected, at least 1 is needed"],
    [
      "never in force",
      [fault("kill", { healed: 15, over: 18 }, "etcd still runs")],
      "kill: none of 1 fault was seen in force (etcd still runs)",
    ],
    [
      "never over",
      [fault("kill", { inForce: 12, healed: 15 }, "etcd does not answer")],
      "kill: none of 1 fault was seen to be over (etcd does not answer)",
    ],
    [
      "in force while no client asked",
      [fault("kill", { inForce: 18, healed: 19, over: 20 })],
      "kill: no operation was invoked while one of 1 fault was in force",
    ],
    [
      "only of another kind",
      [fault("pause", { inForce: 12, healed: 15, over: 18 })],
      "kill: no fault was injected, at least 1 is needed",
    ],
  ])("a fault %s", async (_, faults, message) => {
    const history = historyOf([...load, finalRead], { ...withKill, faults });
    expect(await missedBy(history)).toEqual([message]);
  });

  it("a kind that is newer than some histories, only where there is any of it", async () => {
    const withDeletions = coverage({
      ...{ kinds: ["read", "write"], newerKinds: ["delete"], minOkOfEachKind: 2 },
    });
    const old = historyOf([...load, finalRead]);
    expect(await withDeletions.check(old, context)).toMatchObject({ validity: "valid" });
    const one = historyOf([...load, ok(1, "18..19", { f: "delete" }, {}), finalRead]);
    expect(await withDeletions.check(one, context)).toMatchObject({ validity: "valid" });
    const failed = historyOf([...load, fail(1, "18..19", { f: "delete" }), finalRead]);
    expect(await withDeletions.check(failed, context)).toMatchObject({
      validity: "unknown",
      details: { missed: ["0 delete operations ended ok, at least 1 are needed"] },
    });
  });

  it("no fault of its own, where a nemesis lets those of others loose", async () => {
    const byChaos = { ...kill, spec: { ...kill.spec, by: "chaos" } };
    const history = historyOf([...load, finalRead], {
      header: { nemeses: ["chaos"] },
      faults: [byChaos],
    });
    expect(await judge.check(history, context)).toMatchObject({ validity: "valid" });
  });

  it("others' faults of one kind that were tried in vain again and again", async () => {
    const byChaos = { ...kill, spec: { ...kill.spec, by: "chaos" } };
    const vain = fault("clock", { healed: 15 }, "it goes right");
    const vainByChaos = { ...vain, spec: { ...vain.spec, by: "chaos" } };
    const withTries = (tries: number) =>
      historyOf([...load, finalRead], {
        header: { nemeses: ["chaos"] },
        faults: [byChaos, ...Array.from({ length: tries }, () => vainByChaos)],
      });
    expect(await judge.check(withTries(2), context)).toMatchObject({ validity: "valid" });
    expect(await missedBy(withTries(3))).toEqual([
      "chaos: none of 3 faults of clock was seen in force (it goes right)",
    ]);
  });

  it("last reads that failed, or were never made", async () => {
    const failed = fail(1, "32..33", { f: "read" }, { phase: "final" });
    expect(await missedBy(historyOf([...load, finalRead, failed]))).toEqual([
      "1 of 2 final reads never succeeded, all must",
    ]);
    expect(await missedBy(historyOf(load))).toEqual(["there were no final reads"]);
  });

  it("no last read that failed at first and was answered when asked again", async () => {
    const failed = fail(2, "28..29", { f: "read" }, { phase: "final" });
    const history = historyOf([...load, failed, finalRead], withKill);
    expect(await judge.check(history, context)).toMatchObject({ validity: "valid" });
  });

  it("a run that was ended early", async () => {
    const phases = (["main", "healing", "end"] as const).map((phase, index) => ({
      index,
      atNs: index,
      phase,
      ...(phase !== "main" && { reason: "SIGINT" }),
    }));
    expect(await missedBy(historyOf(load, { phases }))).toEqual([
      "the run was ended early: SIGINT",
      'the run never reached its phase "final"',
    ]);
  });

  it("a history that breaks off", async () => {
    const history = historyOf(load, { phases: completePhases.slice(0, 1), torn: true });
    expect(await missedBy(history)).toEqual([
      "the history's last line is torn: its recorder was killed",
      'the run never reached its phase "final"',
      'the run never reached its phase "end"',
    ]);
  });
});

describe("of members that are asked in the end", () => {
  const asked = { header: { asksMembers: true, cluster: threeNodes } } as const;
  const said = ["n1", "n2", "n3"].map((node) => member(node));
  const judged = (changes: Parameters<typeof historyOf>[1]) =>
    judge.check(historyOf([...load, finalRead], { ...asked, ...changes }), context);

  it("is satisfied where all of them answered everything", async () => {
    expect(await judged({ members: said })).toMatchObject({ validity: "valid" });
  });

  it("names who was not asked, and what was not answered", async () => {
    const unanswered = [{ question: "its alarms", error: "Deadline exceeded" }];
    const members = [member("n1"), member("n3", { unanswered })];
    expect((await judged({ members })).details?.["missed"]).toEqual([
      "n2 was never asked what it holds in the end",
      "n3 was asked for its alarms in the end and never answered (Deadline exceeded)",
    ]);
  });

  it("asks for none of it where an older version recorded the run", async () => {
    const older = historyOf([...load, finalRead], { header: { cluster: threeNodes } });
    expect(await judge.check(older, context)).toMatchObject({ validity: "valid" });
  });
});

describe("where clients do nothing", () => {
  const idle = coverage({ kinds: [] });

  it("asks neither for operations under a fault nor for last reads", async () => {
    expect(await idle.check(historyOf([], withKill), context)).toMatchObject({
      validity: "valid",
      summary: "Enough happened: 0 operations ended ok, 1 fault seen in force and over.",
    });
  });

  it("asks for the fault all the same", async () => {
    const { validity, details } = await idle.check(
      historyOf([], { ...withKill, faults: [] }),
      context,
    );
    expect(validity).toBe("unknown");
    expect(details?.["missed"]).toEqual(["kill: no fault was injected, at least 1 is needed"]);
  });
});

describe("unless told how many it asks for", () => {
  const needed = async (rate: number, timeLimitMs: number) => {
    const history = historyOf([], { header: { rate, timeLimitMs } });
    const { details } = await coverage({ kinds: ["read", "write"] }).check(history, context);
    return details?.["minOkOfEachKind"];
  };

  it("one of each kind for a second of load", async () => {
    expect(await needed(300, 30_000)).toBe(30);
  });

  it("fewer where the rate is low, but never none", async () => {
    expect(await needed(10, 30_000)).toBe(7);
    expect(await needed(1, 1_000)).toBe(1);
  });
});

describe("of a scenario", () => {
  const notes = {
    name: "test",
    ...{ issues: [], title: "", guarantee: "", mechanism: [], consequence: "" },
    ...{ caughtBy: [], isAffected: true },
  };
  const round = (number: number) => ({
    ...({ index: number, atNs: number, kind: "round", text: `round ${number}` } as const),
  });
  const missed = (number: number) => ({
    ...({ index: number, atNs: number, kind: "missed", text: "no leader came" } as const),
  });
  const scenario = coverage({ kinds: [] });

  it("wants one round at least that came to where it shows something", async () => {
    const one = historyOf([], {
      header: { scenario: notes },
      notes: [round(1), missed(2), round(3)],
    });
    expect(await scenario.check(one, context)).toMatchObject({ validity: "valid" });
    const none = historyOf([], { header: { scenario: notes }, notes: [round(1), missed(2)] });
    expect((await scenario.check(none, context)).details?.["missed"]).toEqual([
      "none of 1 round came to where it shows anything (no leader came)",
    ]);
    const unplayed = historyOf([], { header: { scenario: notes } });
    expect((await scenario.check(unplayed, context)).details?.["missed"]).toEqual([
      "the scenario was never played",
    ]);
  });
});
