import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import type { EtcdConfig } from "../../../cluster/docker/etcd-config.js";
import { differencesOf } from "./difference.js";
import type { Remark } from "../rollout-record.js";
import type { ChangeContext } from "./rule-context.js";
import { remarkRules } from "./rule-table-remarks.js";
import { refusalsOf, remarksOf } from "./rules.js";

interface Rest {
  readonly versions?: readonly [string, string];
  readonly tls?: boolean;
  readonly sameBinary?: boolean;
}

/** A change between two files, by default of an etcd 3.5.30 that stays the same. */
function change(from: string, to: string, rest: Rest = {}): ChangeContext {
  const { versions = ["3.5.30", "3.5.30"], tls = false } = rest;
  const [before, after] = [from, to].map((text) => (parse(text) ?? {}) as EtcdConfig) as [
    EtcdConfig,
    EtcdConfig,
  ];
  return {
    from: { config: before, version: versions[0] },
    to: { config: after, version: versions[1] },
    differences: differencesOf(before, after),
    tls,
    sameBinary: rest.sameBinary ?? versions[0] === versions[1],
  };
}

const refused = (...args: Parameters<typeof change>) =>
  refusalsOf(change(...args)).map(({ key }) => key);

describe("refusalsOf", () => {
  it.each([
    ["initial-cluster-token", "a", "b"],
    ["initial-cluster-state", "new", "existing"],
    ["initial-cluster", "a=http://a:1", "b=http://b:1"],
    ["discovery-fallback", "proxy", "exit"],
    ["name", "a", "b"],
    ["data-dir", "/a", "/b"],
    ["wal-dir", "/a", "/b"],
    ["listen-peer-urls", "http://a:1", "http://a:2"],
    ["initial-advertise-peer-urls", "http://a:1", "http://a:2"],
  ])("refuses a change of %s, and none that is no change", (key, from, to) => {
    const other = "heartbeat-interval: 150\n";
    const [refusal, ...more] = refusalsOf(change(`${key}: ${from}\n`, `${key}: ${to}\n${other}`));
    expect(refusal?.key).toBe(key);
    expect(refusal?.sentence).toMatch(/^[A-Z].*\.$|^etcd .*\.$/);
    expect(more).toEqual([]);
    expect(refused(`${key}: ${from}\n`, `${key}: ${from}\n${other}`)).toEqual([]);
    expect(refused("", `${key}: ${to}\n`)).toEqual([key]);
  });

  it.each([
    ["peer", "cert-file: /c"],
    ["peer", "auto-tls: true"],
    ["client", "cert-file: /c"],
  ])("refuses TLS of the %s turned on or off (%s), with --tls and without", (role, setting) => {
    const section = `${role}-transport-security`;
    const on = `${section}: { ${setting} }\n`;
    const other = "heartbeat-interval: 150\n";
    for (const tls of [false, true]) {
      expect(refused("", on, { tls })).toEqual([section]);
      expect(refused(on, other, { tls })).toEqual([section]);
      expect(refused(on, on + other, { tls })).toEqual([]);
      expect(refused("", `${section}: { client-cert-auth: true }\n${other}`, { tls })).toEqual([]);
    }
  });

  it.each([
    ["election-timeout", "election-timeout: 499\n", "election-timeout: 500\n"],
    ["election-timeout", "heartbeat-interval: 201\n", "heartbeat-interval: 200\n"],
    ["election-timeout", "election-timeout: 50001\n", "election-timeout: 50000\n"],
    ["heartbeat-interval", "heartbeat-interval: 0\n", "heartbeat-interval: 1\n"],
    ["force-new-cluster", "force-new-cluster: true\n", "force-new-cluster: false\n"],
    ["auth-token", "auth-token: jwt,pub-key=/k\n", "auth-token: simple\n"],
    ["enable-log-rotation", "enable-log-rotation: true\n", "enable-log-rotation: false\n"],
    ["logger", "logger: capnslog\n", "logger: zap\n"],
    ["auto-compaction-mode", "auto-compaction-mode: often\n", "auto-compaction-mode: revision\n"],
    [
      "auto-compaction-retention",
      "auto-compaction-retention: soon\n",
      "auto-compaction-retention: 1h30m\n",
    ],
    ["heartbeat-interval", 'heartbeat-interval: "100"\n', "heartbeat-interval: 100.0\n"],
    ["snapshot-count", "snapshot-count: -1\n", "snapshot-count: 1\n"],
    ["max-request-bytes", "max-request-bytes: 1.5\n", "max-request-bytes: 15\n"],
    ["quota-backend-bytes", "quota-backend-bytes: 8GB\n", "quota-backend-bytes: -1\n"],
    ["pre-vote", 'pre-vote: "true"\n', "pre-vote: yes\n"],
    [
      "auto-compaction-retention",
      "auto-compaction-retention: 1\n",
      'auto-compaction-retention: "1"\n',
    ],
    [
      "experimental-corrupt-check-time",
      "experimental-corrupt-check-time: 1h\n",
      "experimental-corrupt-check-time: 3600000000000\n",
    ],
  ])("refuses %s where etcd would not start: %j, not %j", (key, wrong, right) => {
    const other = "max-wals: 6\n";
    expect(refused(right, other)).toEqual([]);
    const [newSide] = refusalsOf(change(other, wrong));
    expect(newSide).toMatchObject({
      key,
      sentence: expect.stringMatching(/^The new conf/) as string,
    });
    const [oldSide] = refusalsOf(change(wrong, other));
    expect(oldSide).toMatchObject({
      key,
      sentence: expect.stringMatching(/^The old conf/) as string,
    });
    // Even where it does not change.
    expect(refused(wrong, wrong + other)).toEqual([key, key]);
  });

  it("knows what older and newer versions start with", () => {
    const versions = ["3.4.20", "3.4.23"] as const;
    expect(refused("", "logger: capnslog\n", { versions })).toEqual([]);
    const newer = ["3.6.0", "3.6.1"] as const;
    expect(refused("", "corrupt-check-time: 1h\n", { versions: newer })).toEqual([]);
  });

  it("refuses discovery, which would make a second list of members, but no empty one", () => {
    const other = "max-wals: 6\n";
    for (const text of ["discovery: http://a/b\n", "discovery-srv: a.example\n"]) {
      expect(refused(text, text + other)).toEqual(["discovery", "discovery"]);
    }
    const sample = "discovery:\ndiscovery-srv: ''\ndiscovery-fallback: proxy\n";
    expect(refused(sample, sample + other)).toEqual([]);
  });

  it("refuses names of foreign certificates with --tls, where they would count", () => {
    const both = "peer-transport-security: { cert-file: /c, allowed-cn: etcd }\n";
    const from = `${both}max-wals: 6\n`;
    expect(refused(from, both, { tls: false })).toEqual([]);
    const empty = "peer-transport-security: { cert-file: /c, allowed-cn: '' }\n";
    expect(refused(empty, `${empty}max-wals: 6\n`, { tls: true })).toEqual([]);
    expect(refused(from, both, { tls: true })).toEqual([
      "peer-transport-security",
      "peer-transport-security",
    ]);
  });

  it("refuses steps of the version that etcd refuses", () => {
    const versions = ["3.5.30", "3.4.23"] as const;
    expect(refused("", "max-wals: 6\n", { versions })).toEqual(["etcd"]);
    expect(refused("", "", { versions: ["3.4.23", "3.5.30"] })).toEqual([]);
  });

  it("refuses where nothing differs, unless the binary does", () => {
    expect(refusalsOf(change("a: 1\n", "a: 1\n"))).toEqual([
      { key: "etcd", sentence: expect.stringMatching(/^Nothing differs/) as string },
    ]);
    expect(refused("a: 1\n", "a: 1\n", { sameBinary: false })).toEqual([]);
    expect(refused("a: 1\n", "a: 1\nb: null\n")).toEqual(["etcd"]);
  });

  it("refuses where only that differs which ordeal sets itself, and names it", () => {
    const to = "listen-client-urls: http://a:1\nlog-outputs: [x]\n";
    const [refusal] = refusalsOf(change("", to));
    expect(refusal?.sentence).toContain("(listen-client-urls, log-outputs)");
    expect(refused("", `${to}max-wals: 6\n`)).toEqual([]);
    expect(refused("", to, { versions: ["3.5.16", "3.5.30"] })).toEqual([]);
    const certificates = (name: string) => `peer-transport-security: { cert-file: /${name} }\n`;
    expect(refused(certificates("a"), certificates("b"), { tls: true })).toEqual([
      "peer-transport-security.cert-file",
    ]);
  });
});

type Case = readonly [what: string, from: string, to: string, Remark["kind"][], Rest?];

const upgrade: Rest = { versions: ["3.5.30", "3.6.0"] };

/** The kinds of the remarks on keys, in the order of keys and rules. */
const cases: readonly Case[] = [
  ["no fsync", "", "unsafe-no-fsync: true\n", ["unprovable"]],
  ["fsync again", "unsafe-no-fsync: true\n", "", []],
  ["a smaller quota", "quota-backend-bytes: 4000000000\n", "", ["unprovable"]],
  ["a somewhat larger quota", "", "quota-backend-bytes: 8589934592\n", []],
  ["a very large quota", "", "quota-backend-bytes: 8589934593\n", ["unprovable"]],
  ["no quota", "", "quota-backend-bytes: -1\n", ["unprovable"]],
  ["the quota by another name", "", "quota-backend-bytes: 0\n", ["note"]],
  ["more snapshots", "", "snapshot-count: 5000\n", ["dangerous"]],
  ["fewer snapshots", "snapshot-count: 5000\n", "snapshot-count: 5001\n", ["unprovable"]],
  ["unlimited logs", "", "max-wals: 0\n", ["unprovable"]],
  ["fewer old files", "", "max-snapshots: 2\n", ["note"]],
  ["compaction hours apart", "", 'auto-compaction-retention: "1"\n', ["unprovable"]],
  [
    "compaction in other words",
    'auto-compaction-retention: "1"\n',
    "auto-compaction-retention: 1h\n",
    [],
  ],
  ["compaction within the run", "", "auto-compaction-retention: 10s\n", ["dangerous"]],
  ["no compaction any more", "auto-compaction-retention: 1h\n", "", ["unprovable"]],
  ["still no compaction", "", "auto-compaction-mode: revision\n", []],
  [
    "compaction by revision",
    "",
    'auto-compaction-mode: revision\nauto-compaction-retention: "9"\n',
    ["unprovable", "unprovable"],
  ],
  ["a long election timeout", "", "election-timeout: 5000\n", ["note", "dangerous"]],
  ["a longer election timeout", "", "election-timeout: 4999\n", ["note"]],
  ["a shorter election timeout", "", "election-timeout: 500\n", ["note", "dangerous"]],
  ["rarer heartbeats", "", "heartbeat-interval: 150\n", ["note", "dangerous"]],
  ["more heartbeats", "", "heartbeat-interval: 50\n", ["note"]],
  ["the default heartbeat", "", "heartbeat-interval: 100\n", ["note"]],
  ["no pre-vote", "", "pre-vote: false\n", ["dangerous"]],
  ["pre-vote", "pre-vote: false\n", "pre-vote: true\n", []],
  ["pre-vote, written of old", "pre-vote: no\n", "pre-vote: off\n", []],
  ["no pre-vote in 3.4", "", "pre-vote: false\n", ["note"], { versions: ["3.4.1", "3.4.1"] }],
  ["no advance", "", "initial-election-tick-advance: false\n", ["dangerous"]],
  ["smaller requests", "", "max-request-bytes: 1000\n", ["unprovable"]],
  ["larger requests", "", "max-request-bytes: 10485760\n", []],
  ["very large requests", "", "max-request-bytes: 10485761\n", ["unprovable"]],
  ["smaller transactions", "", "max-txn-ops: 127\n", ["unprovable"]],
  ["larger transactions", "", "max-txn-ops: 129\n", []],
  ["fewer streams", "", "max-concurrent-streams: 4\n", ["dangerous"]],
  ["longer tokens", "", "auth-token-ttl: 100\n", ["unprovable"]],
  ["ciphers without TLS", "", "cipher-suites: [A]\n", ["unprovable"]],
  ["ciphers with TLS", "", "cipher-suites: [A]\n", ["dangerous"], { tls: true }],
  ["another address for metrics", "", "listen-metrics-urls: http://0.0.0.0:1\n", ["untested"]],
  ["checkpoints", "", "experimental-enable-lease-checkpoint: true\n", ["unprovable", "note"]],
  ["no check of membership", "", "strict-reconfig-check: false\n", ["unprovable"]],
  ["a check less", "experimental-initial-corrupt-check: true\n", "", ["unprovable", "note"]],
  ["a check more", "", "experimental-corrupt-check-time: 5000000000\n", ["dangerous", "note"]],
  ["more logs", "", "log-level: debug\n", ["dangerous"]],
  ["fewer logs", "", "log-level: warn\n", []],
  ["batches", "", "backend-batch-limit: 5\n", ["dangerous"]],
  ["gates", "", "feature-gates: StopGRPCServiceOnDefrag=true\n", ["note"], upgrade],
  ["a key of ordeal's own", "", "advertise-client-urls: http://a:1\n", ["untested"]],
  ["a certificate", "", "client-transport-security: { key-file: /k }\n", ["untested"]],
  ["a setting of TLS without it", "", "peer-transport-security: { allowed-cn: x }\n", ["untested"]],
  ["a key that no rule knows", "", "max-learners: 3\n", []],
  [
    "a new name",
    "experimental-corrupt-check-time: 5\n",
    "corrupt-check-time: 5\n",
    ["note", "note"],
  ],
  [
    "a gate for a key",
    "experimental-initial-corrupt-check: true\n",
    "feature-gates: A=false,InitialCorruptCheck=true\n",
    ["note", "note"],
    upgrade,
  ],
  [
    "a gate that says no",
    "experimental-initial-corrupt-check: true\n",
    "feature-gates: InitialCorruptCheck=false\n",
    ["unprovable", "note", "note"],
    upgrade,
  ],
];

const remarksOnKeys = (context: ChangeContext) =>
  remarksOf(context).filter((remark) => context.differences.some(({ key }) => key === remark.key));

describe("remarksOf", () => {
  it.each(cases.map((row) => ({ what: row[0], row })))("judges $what", ({ row }) => {
    const [, from, to, kinds, rest] = row;
    const remarks = remarksOnKeys(change(from, to, rest));
    expect(remarks.map(({ kind }) => kind)).toEqual(kinds);
    for (const { sentence } of remarks) expect(sentence).toMatch(/^\S.*\.$/);
  });

  it("has a case in which each rule fires", () => {
    const said = cases.flatMap(([, from, to, , rest]) =>
      remarksOf(change(from, to, rest)).map(({ sentence }) => sentence),
    );
    const silent = remarkRules.filter(
      ({ sentence }) => typeof sentence === "string" && !said.includes(sentence),
    );
    expect(silent).toEqual([]);
    expect(said.some((sentence) => sentence.endsWith("up to 10 s."))).toBe(true);
    expect(said.some((sentence) => sentence.includes("snapshots 5001 writes apart"))).toBe(true);
  });

  it("has a source for each rule", () => {
    for (const { source } of remarkRules) expect(source).toMatch(/etcd/);
  });

  const onEtcd = (...args: Parameters<typeof change>) =>
    remarksOf(change(...args)).map(({ key, kind }) => `${key}: ${kind}`);

  it("says nothing of etcd where it stays, and of the way back where it does not", () => {
    expect(onEtcd("", "max-learners: 3\n")).toEqual([]);
    expect(onEtcd("", "", { versions: ["3.5.16", "3.5.30"] })).toEqual(["etcd: note"]);
    expect(onEtcd("", "", { sameBinary: false })).toEqual(["etcd: note"]);
    const [remark] = remarksOf(change("", "", { versions: ["3.5.16", "3.5.30"] }));
    expect(remark?.sentence).toMatch(/run etcd 3\.5\.16 on data that etcd 3\.5\.30 has written/);
  });

  it("names the point of no return and the defaults that change with a minor version", () => {
    expect(onEtcd("", "", { versions: ["3.4.23", "3.5.30"] })).toEqual([
      "etcd: note",
      "etcd: note",
      "pre-vote: note",
      "logger: note",
    ]);
    expect(onEtcd("", "", upgrade)).toEqual(["etcd: note", "etcd: note", "snapshot-count: note"]);
    expect(onEtcd("snapshot-count: 7\n", "snapshot-count: 7\n", upgrade)).toEqual([
      "etcd: note",
      "etcd: note",
    ]);
  });

  it("knows versions that etcd itself warns of", () => {
    const warned = (from: string, to: string) => onEtcd("", "", { versions: [from, to] })[0];
    expect(warned("3.5.25", "3.6.0")).toBe("etcd: unprovable");
    expect(warned("3.5.26", "3.6.0")).toBe("etcd: note");
    expect(warned("3.4.23", "3.5.2")).toBe("etcd: dangerous");
    expect(warned("3.4.23", "3.5.3")).toBe("etcd: note");
  });
});
