import type { Attempts, Verdict } from "../core/checker.js";
import type { RequestErrorFacts } from "../core/classify-error.js";
import type { FaultRecord, History, MemberEvent, StatusEvent } from "../core/history.js";
import type { Operation, Outcome } from "../core/operation.js";
import type { EtcdBuild, Plan, RunVerdict } from "../core/run.js";
import type { ReportInput } from "./render-report.js";

/**
 * A run that never happened, for the report's tests: five nodes, ten threads, overlapping faults,
 * leader changes, timeouts with retired processes, final reads. The same every time.
 */
export function fakeRun(options: {
  readonly operations: number;
  readonly validity: "valid" | "invalid" | "unknown";
}): Omit<ReportInput, "template"> & { readonly plan: Plan } {
  const random = lcg(7);
  const seconds = 30;
  const faults = fakeFaults();
  const { operations, events } = fakeOperations({ random, seconds, faults, ...options });
  const history: History = {
    header: {
      ordeal: "history",
      version: 1,
      run: "register-partition-pause-kill",
      startedAt: "2026-11-20T21:14:05.113Z",
      seed: 4711,
      cluster: {
        kind: "docker",
        nodes,
        versions: Object.fromEntries(nodes.map((n) => [n, "3.5.30"])),
      },
      workload: { name: "register", options: { opsPerKey: 200, serializable: false } },
      nemeses: ["partition", "pause", "kill"],
      concurrency: threads,
      rate: Math.round(options.operations / seconds),
      timeLimitMs: seconds * 1000,
    },
    operations,
    faults,
    statuses: fakeStatuses(faults, seconds + 1.6),
    logs: [],
    members: nodes.map((node, at) => ({
      ...fakeMember(node),
      index: events + 3 + at,
      atNs: (seconds + 1.5) * 1e9,
    })),
    phases: [
      { index: events, atNs: 0, phase: "main" },
      { index: events + 1, atNs: seconds * 1e9, phase: "healing" },
      { index: events + 2, atNs: (seconds + 1) * 1e9, phase: "final" },
      { index: events + 8, atNs: (seconds + 1.6) * 1e9, phase: "end" },
    ],
    events: events + 9,
    torn: options.validity === "unknown",
  };
  return {
    plan: fakePlan(history),
    history,
    verdict: fakeVerdict(history, options.validity),
    logs: Object.fromEntries(nodes.map((node) => [node, fakeLog(node)])),
  };
}

const nodes = ["n1", "n2", "n3", "n4", "n5"];
const threads = 10;

type Random = () => number;

function lcg(seed: number): Random {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

function fakeFaults(): readonly FaultRecord[] {
  const make = (fault: number, at: number, length: number, rest: Partial<FaultRecord["spec"]>) => ({
    fault,
    spec: { nemesis: "kill", nodes: ["n1"], description: "etcd is killed on n1", ...rest },
    injectedAtNs: at * 1e9,
    inForceAtNs: (at + 0.12) * 1e9,
    inForceEvidence: "10 of 10 probe packets were dropped on every link",
    healedAtNs: (at + length - 0.2) * 1e9,
    overAtNs: (at + length) * 1e9,
    overEvidence: "10 of 10 probe packets arrived on every link",
  });
  return [
    make(1, 3, 4.5, {
      nemesis: "partition",
      nodes: ["n3"],
      description: "n3 is cut off from n1, n2, n4 and n5",
    }),
    make(2, 6, 4, { nemesis: "pause", nodes: ["n1", "n2"], description: "n1 and n2 are paused" }),
    make(3, 12.5, 3, { nemesis: "kill", nodes: ["n2"], description: "etcd is killed on n2" }),
    make(4, 14, 5.5, {
      nemesis: "partition",
      nodes: ["n1", "n4"],
      description: "n1 and n4 are cut off from n2, n3 and n5",
    }),
    {
      ...make(5, 21, 3.4, {
        nemesis: "pause",
        nodes: ["n5"],
        description: "n5, the leader, is paused",
      }),
      trouble: "the leader changed before the pause was in force",
    },
    make(6, 25, 4, {
      nemesis: "kill",
      nodes: ["n1", "n2", "n3", "n4", "n5"],
      description: "etcd is killed on all nodes",
    }),
  ];
}

function fakeOperations(setup: {
  readonly random: Random;
  readonly seconds: number;
  readonly faults: readonly FaultRecord[];
  readonly operations: number;
}): { readonly operations: readonly Operation[]; readonly events: number } {
  const { random, seconds, faults } = setup;
  const harm = (node: string, ns: number) =>
    faults.some(
      ({ spec, injectedAtNs, overAtNs = 0 }) =>
        spec.nodes.includes(node) && ns >= injectedAtNs && ns < overAtNs,
    );
  const drafts: Omit<Operation, "index" | "completedIndex">[] = [];
  const gapNs = (seconds * 1e9 * threads) / setup.operations;
  let revision = 1;
  for (let thread = 0; thread < threads; thread++) {
    const node = nodes[thread % nodes.length] ?? "n1";
    let process = thread;
    let at = random() * gapNs;
    for (let n = 0; at < seconds * 1e9; n++) {
      const isHarmed = harm(node, at);
      const tookNs =
        (isHarmed ? 60e6 + random() * 900e6 : 0.6e6 + random() ** 6 * 40e6) /
        (gapNs < 1e7 ? 10 : 1);
      const input = fakeInput(random, n, thread);
      const outcome = fakeOutcome({ random, isHarmed, node, input, revision: ++revision });
      const isLost = outcome.type === "info" && outcome.error === undefined;
      drafts.push({
        ...{ process, node, phase: "main", input, invokedAtNs: Math.round(at), outcome },
        ...(isLost ? {} : { completedAtNs: Math.round(at + tookNs) }),
      });
      if (outcome.type === "info") process += threads;
      at += Math.max(tookNs * 1.01, gapNs * (0.5 + random()));
    }
  }
  for (const [turn, node] of nodes.entries()) {
    for (let key = 0; key < 4; key++) {
      const at = (seconds + 1 + key * 0.1) * 1e9 + turn * 1e6;
      drafts.push({
        ...{
          process: 10_000 + turn,
          node,
          phase: "final",
          input: { f: "read", ...{ key: `register/${key}` } },
        },
        invokedAtNs: at,
        completedAtNs: at + 2e6,
        outcome: { type: "ok", output: { value: 5, modRevision: revision, version: 2 } },
      });
    }
  }
  return numbered(drafts);
}

/** Gives each invocation and each completion its place in the order of events. */
function numbered(drafts: readonly Omit<Operation, "index" | "completedIndex">[]): {
  operations: readonly Operation[];
  events: number;
} {
  const moments = drafts.flatMap((draft, i) => [
    { at: draft.invokedAtNs, i, isStart: true },
    ...(draft.completedAtNs === undefined ? [] : [{ at: draft.completedAtNs, i, isStart: false }]),
  ]);
  moments.sort((a, b) => a.at - b.at || Number(b.isStart) - Number(a.isStart));
  const starts = new Map<number, number>();
  const ends = new Map<number, number>();
  for (const [event, { i, isStart }] of moments.entries()) (isStart ? starts : ends).set(i, event);
  const operations = drafts.map((draft, i) => {
    const completedIndex = ends.get(i);
    return {
      ...draft,
      index: starts.get(i) ?? 0,
      ...(completedIndex === undefined ? {} : { completedIndex }),
    };
  });
  return { operations: operations.sort((a, b) => a.index - b.index), events: moments.length };
}

function fakeInput(random: Random, n: number, thread: number): { f: string; key: string } {
  const key = `register/${Math.floor(n / 40) * 3 + Math.floor(random() * 3)}`;
  const value = n * threads + thread;
  const draw = random();
  if (draw < 0.5) return { f: "read", key };
  if (draw < 0.7) return { f: "write", key, ...{ value } };
  return { f: "cas", key, ...{ on: "value", expected: value - threads, value } };
}

function fakeOutcome({
  random,
  isHarmed,
  node,
  input,
  revision,
}: {
  random: Random;
  isHarmed: boolean;
  node: string;
  input: { f: string };
  revision: number;
}): Outcome {
  const draw = random();
  const error = (code: number, details: string): RequestErrorFacts => ({
    code,
    details,
    peer: "127.0.0.1:32771",
    sent: true,
  });
  if (isHarmed && draw < 0.35) {
    const timeout = error(
      4,
      `Deadline exceeded after 1.00${Math.floor(random() * 9)}s,remote_addr=127.0.0.1:32771`,
    );
    return { type: input.f === "read" ? "fail" : "info", error: timeout };
  }
  if (isHarmed && draw < 0.5) {
    return {
      type: "fail",
      error: error(
        14,
        "No connection established. Last error: connect ECONNREFUSED 127.0.0.1:32771",
      ),
    };
  }
  if (isHarmed && draw < 0.56)
    return { type: "info", error: error(14, "etcdserver: request timed out") };
  if (draw > 0.9995) return { type: "info" };
  return {
    type: "ok",
    output: outputOf(input, revision),
    header: {
      clusterId: "14841639068965178418",
      memberId: memberIdOf(node),
      revision,
      raftTerm: 4,
    },
  };
}

function outputOf({ f }: { f: string }, revision: number): object {
  if (f === "read") return { value: revision % 90, modRevision: revision, version: 3 };
  if (f === "write") return { revision };
  return revision % 3 === 0
    ? { swapped: true, revision }
    : { swapped: false, found: revision % 90, foundRevision: revision - 1 };
}

function memberIdOf(node: string): string {
  return `1027665774393297543${nodes.indexOf(node)}`;
}

function fakeStatuses(faults: readonly FaultRecord[], seconds: number): readonly StatusEvent[] {
  const statuses: StatusEvent[] = [];
  const leaders: readonly (readonly [number, string | undefined, number])[] = [
    [0, "n3", 2],
    [3.6, "n1", 3],
    [6.5, undefined, 4],
    [7.4, "n4", 5],
    [14.6, "n5", 6],
    [21.8, "n2", 7],
    [25.2, undefined, 7],
    [29.4, "n3", 9],
  ];
  for (let at = 0.1; at < seconds; at += 0.5) {
    for (const node of nodes) {
      const isSilent = faults.some(
        ({ spec, injectedAtNs, overAtNs = 0 }) =>
          spec.nemesis !== "partition" &&
          spec.nodes.includes(node) &&
          at * 1e9 > injectedAtNs &&
          at * 1e9 < overAtNs,
      );
      const [, leader, raftTerm] = leaders.findLast(([from]) => from <= at) ?? [0, undefined, 1];
      const index = statuses.length;
      if (isSilent) {
        statuses.push({ index, atNs: at * 1e9, node });
        continue;
      }
      const status = {
        memberId: memberIdOf(node),
        leaderId: leader === undefined ? "0" : memberIdOf(leader),
        raftTerm,
        raftIndex: index,
        version: "3.5.30",
        dbSizeBytes: 20480,
      };
      statuses.push({ index, atNs: at * 1e9, node, status });
    }
  }
  return statuses;
}

/** All of them agree. */
function fakeMember(node: string): Omit<MemberEvent, "index" | "atNs"> {
  const revision = 941;
  return {
    node,
    revision,
    toldRevision: revision,
    readRevision: revision,
    version: "3.5.30",
    hash: { revision, hash: 0x5eed_cafe, compactRevision: 0 },
    contents: { keys: 12, pages: [{ from: "register/0", keys: 12, digest: "0d9c" }] },
    alarms: [],
    members: nodes.map((name) => ({ id: memberIdOf(name), name, isLearner: false })),
    unanswered: [],
  };
}

function fakePlan({ header, faults }: History): Plan {
  const build: EtcdBuild = {
    version: "3.5.30",
    gitSha: "a1b2c3d",
    sha256: "8f4c7e0d2b95a1f3c6e8d70b4a29f1e5c3d6b8a7f0e1d2c3b4a5968778695a4b",
    source: "Debian package etcd-server 3.5.30-2 (sid)",
  };
  return {
    ordeal: "plan",
    version: 1,
    run: header.run,
    tool: "0.1.0",
    startedAt: header.startedAt,
    command:
      "ordeal test --workload register --nemesis partition,pause,kill --nodes 5 --etcd 3.5.30 --time-limit 30 --rate 100 --concurrency 10 --seed 4711",
    options: {
      cluster: "docker",
      nodes: 5,
      etcd: "3.5.30",
      workload: "register",
      nemesis: ["partition", "pause", "kill"],
      timeLimit: 30,
      rate: 100,
      concurrency: 10,
      opsPerKey: 200,
      tls: false,
    },
    seed: header.seed,
    nodes: header.cluster.nodes,
    etcd: Object.fromEntries(nodes.map((node) => [node, build])),
    config: Object.fromEntries(
      nodes.map((node) => [
        node,
        `name: ${node}\ndata-dir: /var/lib/etcd\nsnapshot-count: 100\nheartbeat-interval: 100\nelection-timeout: 1000\nlisten-client-urls: http://0.0.0.0:2379\n`,
      ]),
    ),
    image: { reference: "ordeal-node:4f1c2a", id: "sha256:0d9c" },
    engine: { name: "Docker Engine", version: "20.10.24", api: "1.41" },
    schedule: faults,
  };
}

function fakeVerdict(history: History, validity: "valid" | "invalid" | "unknown"): RunVerdict {
  const checkers = {
    linearizable: fakeLinearizable(history, validity),
    "monotonic-revision": {
      validity: "valid",
      summary: "No answer showed a revision older than one that was known before it was asked.",
      findings: [],
    },
    stats: {
      validity: "valid",
      summary: "Each kind of operation ended ok often enough: read 497, write 189, cas 281.",
      findings: [],
      details: { read: { ok: 497 }, write: { ok: 189 }, cas: { ok: 281 } },
    },
    coverage: {
      validity: validity === "unknown" ? "unknown" : "valid",
      summary:
        validity === "unknown"
          ? "2 of 9 gates were missed."
          : "All 9 gates were passed: every fault was in force and was seen to be.",
      findings:
        validity === "unknown"
          ? [
              { message: "Kind cas ended ok 3 times; at least 10 were wanted.", operations: [] },
              { message: "Fault 5 (pause n5) was never seen in force.", operations: [] },
            ]
          : [],
    },
    "crash-log": {
      validity: "valid",
      summary: "No node logged a panic or a fatal error.",
      findings: [],
    },
  } satisfies Record<string, Verdict>;
  const sentences = {
    valid: "etcd kept its promises: all 5 checkers agree.",
    invalid: "etcd broke a promise: reads of register/0 are not linearizable.",
    unknown: "Inconclusive: coverage missed 2 of its gates, so the run proves too little.",
  };
  return {
    ordeal: "verdict",
    version: 1,
    run: history.header.run,
    judgedAt: "2026-11-20T21:14:39.700Z",
    validity,
    sentence: sentences[validity],
    exitCode: { valid: 0, invalid: 1, unknown: 2 }[validity],
    checkers,
    incomplete: validity === "unknown",
  };
}

function fakeLinearizable({ operations }: History, validity: string): Verdict {
  if (validity !== "invalid") {
    return {
      validity: "valid",
      summary: `All ${operations.length} operations on 12 keys have an order that agrees with their times and answers.`,
      findings: [],
    };
  }
  const early = operations.filter(({ input }) => "key" in input && input.key === "register/0");
  const write = early.find(({ input, outcome }) => input.f === "write" && outcome.type === "ok");
  const later = early.filter(
    ({ index, input, outcome }) =>
      index > (write?.completedIndex ?? 0) && input.f === "read" && outcome.type === "ok",
  );
  const lost = operations.find(({ outcome }) => outcome.type === "info");
  const [fresh, stale] = [later[0], later[3]];
  if (!write || !fresh || !stale || !lost) throw new Error("the fixture needs more operations");
  const at = (op: Operation, description: string) => ({ index: op.index, description });
  const prefix = early.slice(0, 14).map((op, step) => ({
    index: op.index,
    description: `${op.input.f} register/0 → ${step}`,
    state: `value=${step} modRevision=${step + 2}`,
  }));
  return {
    validity: "invalid",
    summary: "1 of 12 keys has no order of its operations: register/0.",
    findings: [
      {
        message: "A read of register/0 returned 40 after another read had already returned 51.",
        operations: [write.index, fresh.index, stale.index],
        explanation: [
          `n1 wrote 51 to register/0; the answer came at ${(write.completedAtNs ?? 0) / 1e9} s.`,
          "After that a read on n2 returned 51, so the write had taken effect.",
          "Later a read on n3 began, and returned 40, which 51 had replaced: it is stale.",
          "No order of these operations agrees with both their times and their answers.",
        ],
        counterexample: {
          subject: "register/0",
          operations: [
            at(write, "write register/0 51 → ok"),
            at(lost, "write register/0 77 → nobody knows"),
            at(fresh, "read register/0 → 51"),
            at(stale, "read register/0 → 40"),
          ],
          attempts: fakeAttempts(write.index, fresh.index, stale.index, lost.index),
          linearizablePrefix: prefix,
          stuck: [
            { index: stale.index, reason: "It returned 40, but the state is 51." },
            {
              index: lost.index,
              reason: "It would set 77, after which the read of 51 has no place.",
            },
          ],
        },
      },
      {
        message: "A read of register/0 on n5 returned a revision that never existed.",
        operations: [fresh.index],
      },
    ],
    details: { keys: 12, operations: operations.length, longestSearchMs: 41 },
  };
}

function fakeAttempts(write: number, fresh: number, stale: number, lost: number): Attempts {
  const wrote = { index: write, state: "51" };
  const read = { index: fresh, state: "51" };
  const overwrote = { index: lost, state: "77" };
  const because = (held: number) =>
    `n3's read cannot come next: it returned 40, but the state is ${held}`;
  const gone = {
    index: fresh,
    because: "n2's read cannot come next: it returned 51, but the state is 77",
  };
  const early = {
    index: stale,
    because: "n3's read began only after n2's had been answered, so it cannot come before that",
  };
  return {
    shown: [
      {
        order: [wrote, read, overwrote],
        blocked: [{ index: stale, because: because(77) }],
        words: `First the write, then n2's read, then the write of 77. ${because(77)}.`,
      },
      ...[[wrote, overwrote], [overwrote, wrote, read], [wrote], [overwrote]].map((order) => ({
        order,
        blocked: [gone, early],
        words: "Some other order.",
      })),
    ],
    others: 2,
    isComplete: true,
  };
}

function fakeLog(node: string): readonly string[] {
  return [
    `{"level":"info","ts":"2026-11-20T21:14:06.101Z","caller":"etcdserver/server.go:868","msg":"starting etcd server","local-member-id":"${memberIdOf(node)}"}`,
    `{"level":"warn","ts":"2026-11-20T21:14:09.871Z","caller":"rafthttp/stream.go:194","msg":"lost TCP streaming connection with remote peer"}`,
    `{"level":"info","ts":"2026-11-20T21:14:10.004Z","logger":"raft","msg":"${node} became follower at term 3"}`,
  ];
}
