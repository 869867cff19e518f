import {
  type Compare,
  type MemberClient,
  type KeyValue,
  RequestError,
  type TxnOperation,
  type TxnOperationResponse,
} from "../core/client.js";
import type { Clock } from "../core/clock.js";
import type { Cluster, Link, NodeState, Proof, SetUp, SetUpFacts } from "../core/cluster.js";
import { HarnessError } from "../core/errors.js";

/** An answer takes so long. */
const latencyMs = 2;

export interface FakeCluster extends Cluster {
  /** What was done to it, in order, such as "kill n1" and "healAll". */
  readonly deeds: string[];
  /** How many connections were ever made. */
  connections(): number;
}

export interface FakeOptions {
  readonly nodes: readonly string[];
  readonly clock: Clock;
  /** Every n-th request is carried out, but its answer is lost. */
  readonly loseAnswerEvery?: number;
  /** What nodes can run, in order; they begin with the first. */
  readonly setUps?: readonly SetUpFacts[];
}

/**
 * One etcd in memory behind several names: a killed or paused node does not answer, and that is
 * all. For tests of the run loop, not of etcd.
 */
export function fakeCluster({
  nodes,
  clock,
  loseAnswerEvery,
  setUps = [],
}: FakeOptions): FakeCluster {
  const store = new Map<string, KeyValue>();
  const processes = new Map<string, NodeState["process"]>();
  const cuts = new Map<string, readonly Link[]>();
  const skewed = new Set<string>();
  const running = new Map<string, SetUp>();
  const deeds: string[] = [];
  let revision = 1;
  let requests = 0;
  let connections = 0;

  const stateOf = (node: string) => processes.get(node) ?? "running";
  const proof = (holds: boolean, evidence: string): Promise<Proof> =>
    Promise.resolve({ holds, evidence });
  const header = () => ({ clusterId: "1", memberId: "1", revision, raftTerm: 1 });

  function put(key: string, value: string): void {
    revision++;
    const before = store.get(key);
    store.set(key, {
      key,
      value,
      createRevision: before?.createRevision ?? revision,
      modRevision: revision,
      version: (before?.version ?? 0) + 1,
      lease: "0",
    });
  }

  function read(key: string) {
    const kv = store.get(key);
    return { kvs: kv ? [kv] : [], count: kv ? 1 : 0, more: false };
  }

  function readAll() {
    const kvs = [...store.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return { kvs, count: kvs.length, more: false };
  }

  function holds({ key, target, operand }: Compare): boolean {
    const kv = store.get(key);
    return target === "value" ? kv?.value === operand : (kv?.modRevision ?? 0) === operand;
  }

  function run(operation: TxnOperation): TxnOperationResponse {
    switch (operation.type) {
      case "range":
        return { type: "range", response: read(operation.request.key) };
      case "put":
        put(operation.request.key, operation.request.value);
        return { type: "put", response: {} };
      case "delete-range":
        throw new Error("the fake does not delete");
      case "txn":
        throw new Error("the fake does not nest transactions");
    }
  }

  function connect(node: string): MemberClient {
    connections++;
    async function answer<T>(work: () => T): Promise<T> {
      await clock.sleep(latencyMs);
      const facts = { details: `at ${node}`, peer: node };
      if (stateOf(node) !== "running") {
        throw new RequestError({ ...facts, code: 14, sent: stateOf(node) !== "killed" });
      }
      const result = work();
      requests++;
      if (loseAnswerEvery !== undefined && requests % loseAnswerEvery === 0) {
        throw new RequestError({ ...facts, code: 4, sent: true });
      }
      await clock.sleep(latencyMs);
      return result;
    }
    return {
      node,
      range: ({ key, rangeEnd }) =>
        answer(() => ({ header: header(), ...(rangeEnd === "\0" ? readAll() : read(key)) })),
      put: ({ key, value }) =>
        answer(() => {
          put(key, value);
          return { header: header() };
        }),
      txn: ({ compare, success, failure }) =>
        answer(() => {
          const succeeded = compare.every(holds);
          const responses = (succeeded ? success : failure).map(run);
          return { header: header(), succeeded, responses };
        }),
      deleteRange: unable,
      compact: unable,
      leaseGrant: unable,
      leaseRevoke: unable,
      leaseKeepAlive: unable,
      leaseTimeToLive: unable,
      lock: unable,
      unlock: unable,
      campaign: unable,
      proclaim: unable,
      electionLeader: unable,
      resign: unable,
      watch() {
        throw new Error("the fake does not watch");
      },
      hashKv: () =>
        answer(() => ({ header: header(), hash: hashOf(readAll().kvs), compactRevision: 0 })),
      alarms: () => answer(() => ({ alarms: [] })),
      memberList: () =>
        answer(() => ({
          header: header(),
          members: nodes.map((name) => ({ id: name, name, isLearner: false })),
        })),
      close: () => undefined,
    };
  }

  function unable(): Promise<never> {
    return Promise.reject(new Error("the fake knows reads, puts and transactions alone"));
  }

  function become(node: string, state: NodeState["process"], deed: string): Promise<void> {
    processes.set(node, state);
    deeds.push(`${deed} ${node}`);
    return Promise.resolve();
  }

  return {
    kind: "simulated",
    nodes,
    capabilities: new Set(["partition", "pause", "freeze", "kill"] as const),
    deeds,
    connections: () => connections,
    connect,
    status: (node) =>
      stateOf(node) === "running"
        ? Promise.resolve({
            memberId: node,
            leaderId: nodes[0] ?? "0",
            raftTerm: 1,
            raftIndex: revision,
            version: setUps.find(({ name }) => name === running.get(node))?.version ?? "0.0.0",
            dbSizeBytes: store.size,
          })
        : Promise.reject(new RequestError({ code: 14, details: "down", peer: node, sent: false })),
    state: (node) => ({
      process: stateOf(node),
      cut: [...cuts.values()].flat().filter(({ from, to }) => from === node || to === node),
      ...(setUps[0] && { setUp: running.get(node) ?? setUps[0].name, setUps }),
    }),
    leader: () => Promise.resolve(nodes[0]),
    kill: (node) => become(node, "killed", "kill"),
    start: (node) => become(node, "running", "start"),
    probeKilled: (node) => proof(stateOf(node) === "killed", `${node} is ${stateOf(node)}`),
    probeStarted: (node) => proof(stateOf(node) === "running", `${node} is ${stateOf(node)}`),
    change(node, to) {
      if (!setUps.some(({ name }) => name === to)) {
        return Promise.reject(new HarnessError(`${node} has nothing to change to`));
      }
      running.set(node, to);
      return become(node, "running", `change to ${to}`);
    },
    probeChanged: (node, to) =>
      proof(stateOf(node) === "running" && running.get(node) === to, `${node} runs ${to}`),
    probeServing: (node) => proof(stateOf(node) === "running", `${node} is ${stateOf(node)}`),
    stallDisk: (node) => become(node, "stalled", "stallDisk"),
    releaseDisk: (node) => become(node, "running", "releaseDisk"),
    probeDiskStalled: (node) => proof(stateOf(node) === "stalled", `${node} is ${stateOf(node)}`),
    probeDiskReleased: (node) => proof(stateOf(node) === "running", `${node} is ${stateOf(node)}`),
    powerOff: (node) => become(node, "killed", "powerOff"),
    probePoweredOff: (node) => proof(stateOf(node) === "killed", `${node} is ${stateOf(node)}`),
    skewClock: (node) => {
      skewed.add(node);
      deeds.push(`skewClock ${node}`);
      return Promise.resolve();
    },
    resetClock: (node) => {
      skewed.delete(node);
      deeds.push(`resetClock ${node}`);
      return Promise.resolve();
    },
    probeClockSkewed: (node) => proof(skewed.has(node), `${node}'s clock`),
    probeClockReset: (node) => proof(!skewed.has(node), `${node}'s clock`),
    pause: (node, method) => become(node, method === "freezer" ? "frozen" : "paused", "pause"),
    resume: (node) => become(node, "running", "resume"),
    probePaused: (node) => proof(stateOf(node) !== "running", `${node} is ${stateOf(node)}`),
    probeResumed: (node) => proof(stateOf(node) === "running", `${node} is ${stateOf(node)}`),
    cut: (id, links) => {
      cuts.set(id, links);
      deeds.push(`cut ${id}`);
      return Promise.resolve();
    },
    mend: (id) => {
      cuts.delete(id);
      deeds.push(`mend ${id}`);
      return Promise.resolve();
    },
    probeCut: () => proof(cuts.size > 0, `${cuts.size} cuts`),
    probeMended: () => proof(true, "no cut"),
    harm() {
      throw new HarnessError("nothing of that kind can be done to the fake");
    },
    sleep: (ms) => clock.sleep(ms),
    healAll: () => {
      processes.clear();
      skewed.clear();
      cuts.clear();
      deeds.push("healAll");
      return Promise.resolve();
    },
    waitUntilServing: () => Promise.resolve(),
  };
}

function hashOf(kvs: readonly KeyValue[]): number {
  return kvs.reduce((sum, { modRevision }) => (sum * 31 + modRevision) % 2 ** 32, 7);
}
