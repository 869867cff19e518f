import { describe, expect, it } from "vitest";
import { compareLegs } from "../compare/compare.js";
import type { Evidence } from "./evidence.js";
import {
  faultWith,
  figuresWith,
  legRunWith,
  unmeasuredRunWith,
} from "../compare/figures.fixture.js";
import { judgeRollout } from "./judge-rollout.js";
import {
  changeNemesis,
  type FaultFigures,
  type Leg,
  legs,
  type LegRun,
  type Remark,
} from "../rollout-record.js";

const thresholds = {
  availabilityPoints: 1,
  outageMs: 1_000,
  latencyPercent: 25,
  throughputPercent: 10,
  leaderChanges: 3,
};

function changeOf(node: string, rest: Partial<FaultFigures> = {}): FaultFigures {
  return faultWith({ nemesis: changeNemesis, nodes: [node], ...rest });
}

/** A change of `node` that was never seen to be over. */
function endlessChangeOf(node: string, trouble: string): FaultFigures {
  return {
    nemesis: changeNemesis,
    description: `${node} is changed`,
    nodes: [node],
    injectedAtMs: 1_000,
    inForceAtMs: 1_500,
    healedAtMs: 2_000,
    trouble,
    operations: { ok: 0, all: 0 },
    outageMs: 100,
  };
}

const allChanged = [changeOf("n1"), changeOf("n2"), changeOf("n3")];

function goodRun(leg: Leg, round: number, rest: Partial<LegRun> = {}): LegRun {
  const isChanging = leg === "forward" || leg === "back";
  return legRunWith({
    leg,
    round,
    changesPlanned: isChanging ? 3 : 0,
    figures: figuresWith({ faults: isChanging ? allChanged : [faultWith()] }),
    ...rest,
  });
}

/** Three rounds without a flaw, some of which are replaced. */
function runsWith(...others: readonly LegRun[]): LegRun[] {
  const good = [1, 2, 3].flatMap((round) => legs.map((leg) => goodRun(leg, round)));
  return good.map(
    (run) => others.find(({ leg, round }) => leg === run.leg && round === run.round) ?? run,
  );
}

function judge(runs: readonly LegRun[], rest: Partial<Evidence> = {}) {
  const comparisons = compareLegs(runs, thresholds);
  return judgeRollout({ runs, comparisons, remarks: [], rounds: 3, ...rest });
}

const finding = { checker: "linearizable", message: "A read of key 3 saw a value from the past." };
const invalid = { outcome: "invalid", findings: [finding] } as const;
const failed = { outcome: "failed", sentence: "The engine does not answer." } as const;

describe("safe", () => {
  it("says what was proven, with numbers", () => {
    const { verdict, exitCode, reasons } = judge(runsWith());
    expect({ verdict, exitCode }).toEqual({ verdict: "safe", exitCode: 0 });
    expect(reasons.slice(0, 3)).toEqual([
      "No violation was found in 12 runs of 3 rounds.",
      "18 changes of single nodes, there and back, were made under load, and every node served again.",
      "With the new set-up, availability is at most 0.017 points lower with 95 % confidence; allowed is at most 1 point lower.",
    ]);
    expect(reasons).toContain(
      "With the new set-up, latency p99 in calm time is not higher with 95 % confidence; allowed is at most 25 % higher.",
    );
    expect(reasons).toContain(
      "With the new set-up, longest outage is not longer with 95 % confidence; allowed is at most 1 s longer.",
    );
  });

  it("says why a node is never changed", () => {
    const { verdict, reasons } = judge(runsWith(), {
      pointOfNoReturn: "n3 stays as it is, since there is no way back from the last change",
    });
    expect(verdict).toBe("safe");
    expect(reasons[2]).toBe("n3 stays as it is, since there is no way back from the last change.");
  });

  it("allows a run that failed and was made again", () => {
    const { verdict, reasons } = judge([goodRun("candidate", 1, failed), ...runsWith()]);
    expect(verdict).toBe("safe");
    expect(reasons[0]).toBe("No violation was found in 12 runs of 3 rounds.");
  });

  it.each(["dangerous", "untested", "note"] as const)("allows a remark that is %s", (kind) => {
    const remarks: Remark[] = [{ key: "log-level", kind, sentence: "Good to know." }];
    expect(judge(runsWith(), { remarks }).verdict).toBe("safe");
  });
});

describe("unsafe", () => {
  it.each([
    ["candidate", "The new set-up"],
    ["forward", "The change from old to new"],
    ["back", "The way back from new to old"],
  ] as const)("is a violation in the leg %s", (leg, words) => {
    expect(judge(runsWith(goodRun(leg, 2, invalid)))).toMatchObject({
      verdict: "unsafe",
      exitCode: 1,
      reasons: [
        `${words} broke a promise in round 2: linearizable: A read of key 3 saw a value from the past.`,
      ],
    });
  });

  it("is a violation though the run was made again and found nothing", () => {
    const runs = [goodRun("candidate", 1, invalid), ...runsWith()];
    expect(judge(runs)).toMatchObject({ verdict: "unsafe", exitCode: 1 });
  });

  it("is a violation whatever else failed, was broken or is missing", () => {
    const runs = runsWith(
      goodRun("baseline", 1, invalid),
      goodRun("candidate", 2, failed),
      goodRun("back", 3, invalid),
    ).slice(1);
    const { verdict, exitCode, reasons } = judge(runs, {
      endedEarly: { by: "interrupt", why: "SIGINT" },
      rounds: 4,
    });
    expect({ verdict, exitCode }).toEqual({ verdict: "unsafe", exitCode: 1 });
    expect(reasons[0]).toMatch(/^The way back from new to old broke a promise in round 3/);
  });

  it("is a figure that is certainly worse than allowed", () => {
    const slow = { elsewhere: { ok: 5_000, all: 5_000, longestOutageMs: 4_820 } };
    const runs = runsWith(
      ...[1, 2, 3].map((round) =>
        goodRun("forward", round, { figures: figuresWith({ ...slow, faults: allChanged }) }),
      ),
    );
    expect(judge(runs)).toMatchObject({
      verdict: "unsafe",
      exitCode: 1,
      reasons: [
        "During the change from old to new, longest outage by changes is at least 4.8 s longer with 95 % confidence; allowed is at most 1 s longer.",
      ],
    });
  });

  it("is a changed node whose etcd ended by itself", () => {
    const died = endlessChangeOf("n2", "n2: its etcd ended by itself (exit code 1)");
    const faults = [changeOf("n1"), died];
    const { verdict, exitCode, reasons } = judge(
      runsWith(goodRun("forward", 1, { ...failed, figures: figuresWith({ faults }) })),
    );
    expect({ verdict, exitCode }).toEqual({ verdict: "unsafe", exitCode: 1 });
    expect(reasons[0]).toBe(
      "n2 did not serve again when it went from old to new in round 1: n2: its etcd ended by itself (exit code 1).",
    );
  });

  it("is not a node that served again, whatever trouble came before", () => {
    const trouble = "n2: its etcd ended by itself (exit code 1)";
    const faults = [changeOf("n1"), changeOf("n2", { trouble }), changeOf("n3")];
    const runs = runsWith(goodRun("forward", 1, { figures: figuresWith({ faults }) }));
    expect(judge(runs).verdict).toBe("safe");
  });

  const late = figuresWith({ faults: [endlessChangeOf("n1", "n1 answers no read")] });
  const gaveUp = (node: string) => ({
    outcome: "failed" as const,
    sentence: `The cluster does not serve: ${node} got no linearizable read answered within 60 s: timeout.`,
    figures: late,
  });

  it("is a changed node that the run gave up on", () => {
    const { verdict, reasons } = judge(runsWith(goodRun("back", 1, gaveUp("n1"))));
    expect(verdict).toBe("unsafe");
    expect(reasons[0]).toMatch(
      /^n1 did not serve again on the way back from new to old in round 1/,
    );
  });

  it("is not a node whose change was refused, since another one was not well", () => {
    const refused: FaultFigures = {
      nemesis: changeNemesis,
      description: "n1 is changed",
      nodes: ["n1"],
      injectedAtMs: 1_000,
      trouble: "n1 is not changed, since n2: its etcd ended by itself (exit code 1)",
      operations: { ok: 0, all: 0 },
      outageMs: 100,
    };
    const figures = figuresWith({ faults: [refused] });
    expect(judge(runsWith(goodRun("forward", 1, { figures }))).verdict).toBe("not proven");
    expect(judge(runsWith(goodRun("forward", 1, { ...gaveUp("n1"), figures })))).toMatchObject({
      verdict: "not proven",
      exitCode: 3,
    });
  });

  it("is not another node that the run gave up on", () => {
    expect(judge(runsWith(goodRun("back", 1, gaveUp("n11"))))).toMatchObject({
      verdict: "not proven",
      exitCode: 3,
    });
  });
});

describe("not proven", () => {
  it("is a change to a set-up that broke a promise before, and that is a violation", () => {
    const { verdict, exitCode, reasons } = judge(runsWith(goodRun("baseline", 2, invalid)));
    expect({ verdict, exitCode }).toEqual({ verdict: "not proven", exitCode: 1 });
    expect(reasons[0]).toMatch(/^The old set-up broke a promise in round 2: .* cannot be told\.$/);
  });

  it("is a run that failed, and that is the harness's failure", () => {
    expect(judge(runsWith(goodRun("candidate", 3, failed)))).toMatchObject({
      verdict: "not proven",
      exitCode: 3,
      reasons: ["The new set-up could not be tested in round 3: The engine does not answer."],
    });
  });

  it("is a rollout that the harness ended before there was a run, and that is its failure", () => {
    const { exitCode, reasons } = judge(runsWith().slice(0, 8), {
      endedEarly: { by: "failure", why: "No engine answers." },
    });
    expect(exitCode).toBe(3);
    expect(reasons[0]).toBe("The rollout ended early: No engine answers.");
  });

  it("tells a failure once, though it ended the rollout as well", () => {
    const runs = [...runsWith().slice(0, 8), goodRun("baseline", 3, failed)];
    const { exitCode, reasons } = judge(runs, {
      endedEarly: { by: "failure", why: failed.sentence },
    });
    expect(exitCode).toBe(3);
    expect(reasons.filter((reason) => reason.includes(failed.sentence))).toHaveLength(1);
  });

  it("is a run whose last attempt failed though an earlier one did not", () => {
    const runs = [...runsWith(), goodRun("candidate", 3, failed)];
    expect(judge(runs)).toMatchObject({ verdict: "not proven", exitCode: 3 });
  });

  it("is a candidate that could not even be started", () => {
    const runs = runsWith(unmeasuredRunWith({ leg: "candidate", round: 1, ...failed }));
    expect(judge(runs)).toMatchObject({ verdict: "not proven", exitCode: 3 });
  });

  const unknown = { outcome: "unknown", sentence: "The run proves too little" } as const;

  it.each<readonly [string, readonly LegRun[], Partial<Evidence>, string]>([
    [
      "a run that is inconclusive",
      runsWith(goodRun("baseline", 1, unknown)),
      {},
      "The old set-up was not proven right in round 1: The run proves too little.",
    ],
    [
      "a run that is missing",
      runsWith(),
      { rounds: 5 },
      "The way back from new to old was not run in rounds 4, 5.",
    ],
    [
      "an interrupted rollout",
      runsWith(),
      { endedEarly: { by: "interrupt", why: "SIGINT" } },
      "The rollout ended early: SIGINT.",
    ],
    [
      "what no run can show",
      runsWith(),
      {
        remarks: [
          { key: "unsafe-no-fsync", kind: "unprovable", sentence: "A lost disk may lose data." },
        ],
      },
      "No run here can show what unsafe-no-fsync does: A lost disk may lose data.",
    ],
    [
      "a change that was not made",
      runsWith(goodRun("forward", 2, { figures: figuresWith({ faults: allChanged.slice(0, 2) }) })),
      {},
      "The change from old to new was seen through for 2 of 3 changes in round 2.",
    ],
    [
      "a change that was not seen to be over, which it may have been a moment later",
      runsWith(
        goodRun("back", 2, {
          figures: figuresWith({
            faults: [...allChanged.slice(1), endlessChangeOf("n1", "n1 answers no read")],
          }),
        }),
      ),
      {},
      "The way back from new to old was seen through for 2 of 3 changes in round 2: n1 answers no read.",
    ],
    [
      "a leg that was to change nothing",
      runsWith(goodRun("forward", 1, { changesPlanned: 0 })),
      {},
      "The change from old to new changed no node in round 1.",
    ],
  ])("is %s", (_name, runs, rest, reason) => {
    const { verdict, exitCode, reasons } = judge(runs, rest);
    expect({ verdict, exitCode }).toEqual({ verdict: "not proven", exitCode: 2 });
    expect(reasons).toContain(reason);
  });

  it("is a figure that is too uncertain", () => {
    const runs = runsWith(
      goodRun("candidate", 1, {
        figures: figuresWith({ longestOutageMs: 2_000, faults: [faultWith()] }),
      }),
    );
    const { verdict, exitCode, reasons } = judge(runs);
    expect({ verdict, exitCode }).toEqual({ verdict: "not proven", exitCode: 2 });
    expect(reasons).toEqual([
      "With the new set-up, longest outage may be up to 2.35 s longer with 95 % confidence, which is too uncertain; allowed is at most 1 s longer.",
      "More rounds, or longer ones, tell more.",
    ]);
  });

  it("is one round, however good", () => {
    const runs = runsWith().filter(({ round }) => round === 1);
    expect(judge(runs, { rounds: 1 })).toMatchObject({
      verdict: "not proven",
      exitCode: 2,
      reasons: [
        "One round cannot show how much figures vary: at least two are needed to compare them.",
      ],
    });
  });

  it("is a fault that the new set-up was never put through", () => {
    const runs = runsWith(
      ...[1, 2, 3].map((round) => goodRun("candidate", round, { figures: figuresWith() })),
    );
    expect(judge(runs)).toMatchObject({
      verdict: "not proven",
      reasons: [
        "With the new set-up, fewer than two rounds have what is needed to compare availability during kill, recovery after kill.",
        "More rounds, or longer ones, tell more.",
      ],
    });
  });

  it("is a leg without figures, though its runs were valid", () => {
    const runs = runsWith(
      ...[1, 2, 3].map((round) => unmeasuredRunWith({ leg: "candidate", round })),
    );
    expect(judge(runs)).toMatchObject({ verdict: "not proven", exitCode: 2 });
  });

  it("is a recovery that was hidden", () => {
    const figures = figuresWith({ faults: [faultWith(), faultWith()] });
    const hidden = figuresWith({
      faults: [faultWith(), { ...endlessChangeOf("n1", "lost"), nemesis: "kill" }],
    });
    const runs = runsWith(
      ...[1, 2, 3].flatMap((round) => [
        goodRun("baseline", round, { figures }),
        goodRun("candidate", round, { figures: hidden }),
      ]),
    );
    expect(judge(runs).reasons).toEqual([
      "With the new set-up, recovery after kill cannot be told: other faults or the load's end cut it short more often than in the baseline; allowed is at most 1 s longer.",
      "More rounds, or longer ones, tell more.",
    ]);
  });

  it("is nothing at all", () => {
    const { verdict, exitCode } = judge([]);
    expect({ verdict, exitCode }).toEqual({ verdict: "not proven", exitCode: 2 });
  });
});
