import type { Cell, Night, NightRun } from "./night.js";

export const aCell: Cell = { workload: "register", nemeses: ["kill"], etcd: "3.5.30", nodes: 5 };

/** A valid run, but for what is said otherwise. */
export function runOf(rest: Partial<NightRun> = {}): NightRun {
  const number = rest.number ?? 0;
  return {
    number,
    cell: aCell,
    seed: 1000 + number,
    attempt: 1,
    startedAt: "2026-11-27T22:00:00.000Z",
    wallMs: 61_500,
    outcome: "valid",
    sentence: "All answers can be explained.",
    findings: [],
    ...(rest.outcome !== "failed" && { operations: { ok: 900, fail: 60, info: 40 } }),
    command: `npx ordeal test --workload register --seed ${1000 + number}`,
    folder: `runs/${number}`,
    kept: "all",
    ...rest,
  };
}

export const aViolation: Partial<NightRun> = {
  outcome: "invalid",
  sentence: "A promise was broken.",
  findings: [{ checker: "linearizable", message: "register/3 has no order" }],
};

export const aFailure: Partial<NightRun> = {
  outcome: "failed",
  sentence: "n3 did not come up within 60 s.",
};

export const inconclusive: Partial<NightRun> = {
  outcome: "unknown",
  sentence: "The fault was never seen in force.",
};

export function nightOf(runs: readonly NightRun[], rest: Partial<Night> = {}): Night {
  return { ...nightGoingOn(runs), ended: "budget", ...rest };
}

export function nightGoingOn(runs: readonly NightRun[], rest: Partial<Night> = {}): Night {
  return {
    ordeal: "night",
    version: 1,
    tool: "0.1.0",
    name: "2026-11-27T22-00-00.000Z",
    startedAt: "2026-11-27T22:00:00.000Z",
    seed: 4711,
    budget: "--for 8h",
    cells: [aCell],
    runs,
    ...rest,
  };
}

/** What an output could take for markup, a command, a mention or an end. */
export const hostile = [
  `"><script>alert(1)</script><img src=x onerror='alert(2)'>`,
  "</code></table></failure>]]><!-- & &amp;",
  "| a | `b` ``` ** @octocat #1 http://example.org",
  "::error title=x,y::z %0A ::stop-commands::t\r::warning::",
  '\\" } \\n {',
  "",
  "\u0000\u0007\u001b[31m\u0085\u202e\ufffe\ud800\u2028",
  "x".repeat(20_000),
].join("\n");

/** A night that says this wherever a text can stand, once with every outcome. */
export function hostileNight(text: string): Night {
  const cell: Cell = { workload: text, nemeses: [text, text], etcd: text, nodes: 5, config: text };
  const outcomes = ["invalid", "unknown", "failed", "valid"] as const;
  const runs = outcomes.flatMap((outcome, number) =>
    ([1, 2] as const).map((attempt) =>
      runOf({
        number: 2 * number + attempt,
        cell: { ...cell, nodes: number },
        outcome,
        startedAt: text,
        sentence: text,
        findings: [{ checker: text, message: text }],
        command: text,
        folder: text,
        kept: attempt === 1 ? "all" : "summary",
      }),
    ),
  );
  const retried = [
    runOf({ number: 99, cell, ...aFailure }),
    runOf({ number: 99, cell, attempt: 2 }),
  ];
  return nightOf([...runs, ...retried], {
    tool: text,
    name: text,
    startedAt: text,
    budget: text,
    cells: [cell, { ...cell, nodes: 9 }],
  });
}

const loads: readonly Pick<Cell, "workload" | "nemeses">[] = [
  { workload: "register", nemeses: [] },
  { workload: "register", nemeses: ["partition"] },
  { workload: "register", nemeses: ["kill", "pause"] },
  { workload: "set", nemeses: ["partition", "clock-skew"] },
  { workload: "watch", nemeses: ["kill"] },
];
const clusters: readonly Omit<Cell, "workload" | "nemeses">[] = [
  { etcd: "3.4.23", nodes: 3 },
  { etcd: "3.5.30", nodes: 3 },
  { etcd: "3.5.30", nodes: 5, config: "configs/ha.yml" },
  { etcd: "3.6.1", nodes: 5 },
];

/** A night as it could have been. The same for the same day of November. */
export function lifelikeNight(day: number, rest: Partial<Night> = {}): Night {
  const cells = loads
    .flatMap((load) => clusters.map((cluster) => ({ ...load, ...cluster })))
    .filter(({ workload, etcd }) => workload !== "watch" || etcd !== "3.4.23");
  const startedAt = `2026-11-${day}T01:30:00.000Z`;
  const reached = cells.slice(0, cells.length - (day % 4));
  const runs = Array.from({ length: 2 * reached.length + (day % 5) }, (_, number) => {
    const cell = reached[(number * 7) % reached.length] ?? aCell;
    return lifelikeRun(day, number, cell);
  });
  return nightOf(runs.flat(), {
    name: startedAt.replaceAll(":", "-"),
    startedAt,
    cells,
    seed: 4000 + day,
    ...rest,
  });
}

function lifelikeRun(day: number, number: number, cell: Cell): readonly NightRun[] {
  const draw = (number * 31 + day * 17) % 100;
  const seed = 880_000 + 97 * number + day;
  const faults = cell.nemeses.length > 0 ? ` --nemesis ${cell.nemeses.join(",")}` : "";
  const about = {
    number,
    cell,
    seed,
    startedAt: `2026-11-${day}T0${2 + Math.floor(number / 12)}:${String((number * 5) % 60).padStart(2, "0")}:12.345Z`,
    wallMs: 58_000 + draw * 260,
    command: `npx ordeal test --workload ${cell.workload}${faults} --time-limit 60s --cluster docker --nodes ${cell.nodes} --etcd ${cell.etcd} --rate 400 --concurrency 10 --ops-per-key 200 --nemesis-interval 5s --request-timeout 1s --recovery-limit 60s --seed ${seed}`,
    folder: `${cell.workload}-${cell.nemeses.join("+") || "no-faults"}-${number}`,
    kept: draw % 3 === 0 ? "summary" : "all",
  } as const;
  const judged = runOf({
    ...about,
    operations: { ok: 21_000 + draw * 41 + day * 20, fail: 300 + draw, info: 12 + (draw % 9) },
  });
  if (day % 2 === 0 && (number === 11 || number === 24)) {
    return [{ ...judged, ...aViolation, kept: "all", findings: lifelikeFindings }];
  }
  if (draw < 4) return [{ ...judged, ...inconclusive }];
  const failed = runOf({ ...about, ...aFailure, kept: "none" });
  if (draw > 96) return [failed, { ...judged, attempt: 2 }];
  if (day % 3 === 0 && number === 30) return [failed, { ...failed, attempt: 2, kept: "summary" }];
  return [judged];
}

const lifelikeFindings = [
  {
    checker: "linearizable",
    message:
      "register/17: process 4 on n2 read 881 at 31.202 s, though process 9 on n5 had been told at 30.911 s that 884 was written over it",
  },
  { checker: "monotonicRevision", message: "revision went from 9,412 back to 9,407" },
];
