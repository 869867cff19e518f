import { describe, expect, it } from "vitest";
import type { Checker } from "../../core/checker.js";
import type { Random } from "../../core/random.js";
import { seededRandom } from "../../generator/seeded-random.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";
import { historyOf } from "../../testing/histories.js";
import { anyKvHistory, spoilt } from "./any-history.fixture.js";
import { createKvLinearizable } from "./kv-linearizable.js";
import type { KvOperation } from "./kv-operation.js";
import { kvRevisions } from "./kv-revisions.js";

const limits = { deadlineMs: 60_000, memoryMb: 500 };

type Shuffle = (operations: readonly KvOperation[], random: Random) => KvOperation[];

/** Others asked other nodes. */
const withOtherProcesses: Shuffle = (operations) =>
  operations.map((operation) => ({
    ...operation,
    process: 90 - operation.process,
    node: `m${9 - operation.process}`,
  }));

/** Every text of such a name gets a letter before it, which keeps their order. */
function prefixed(operations: readonly KvOperation[], names: readonly string[]): KvOperation[] {
  const text = JSON.stringify(operations, (name, given: unknown) => {
    const isMeant = names.includes(name) && typeof given === "string" && given !== "";
    return isMeant ? `x${given}` : given;
  });
  return JSON.parse(text) as KvOperation[];
}

const withOtherKeys: Shuffle = (operations) => prefixed(operations, ["key", "rangeEnd"]);

/** Those that a comparison names included; a number among its operands is of something else. */
const withOtherValues: Shuffle = (operations) => {
  const renamed = prefixed(operations, ["value", "operand"]);
  const text = JSON.stringify(renamed, (_, given: unknown) => {
    const isOfLease = (given as { target?: unknown } | null)?.target === "lease";
    if (!isOfLease) return given;
    const { operand, ...rest } = given as { readonly operand: string };
    return { ...rest, operand: operand.replace(/^x/, "") };
  });
  return JSON.parse(text) as KvOperation[];
};

/** Neighbouring calls change places, and so do neighbouring returns: nobody can tell the difference. */
const recordedInAnotherOrder: Shuffle = (operations, random) => {
  const moments = operations
    .flatMap(({ index, completedIndex }, of) => [
      { of, isCall: true, at: index },
      ...(completedIndex === undefined ? [] : [{ of, isCall: false, at: completedIndex }]),
    ])
    .sort((a, b) => a.at - b.at);
  for (let turn = 0; turn < 4 * moments.length; turn++) {
    const place = random.below(moments.length);
    const [one, other] = [moments[place], moments[place + 1]];
    if (!one || other?.isCall !== one.isCall) continue;
    moments.splice(place, 2, other, one);
  }
  const positions = new Map(moments.map(({ of, isCall }, at) => [`${of} ${isCall}`, at]));
  return operations.map((operation, of) => ({
    ...operation,
    index: positions.get(`${of} true`) ?? operation.index,
    ...(operation.completedIndex !== undefined && {
      completedIndex: positions.get(`${of} false`) ?? operation.completedIndex,
    }),
  }));
};

const handedOverInAnotherOrder: Shuffle = (operations, random) => random.shuffle(operations);

/** Whether the positions of the operations stay, and with them what a finding names. */
const shuffles: readonly [string, Shuffle, { readonly isSameIndex: boolean }][] = [
  ["processes and nodes have other names", withOtherProcesses, { isSameIndex: true }],
  ["keys have other names in the same order", withOtherKeys, { isSameIndex: true }],
  ["values have other names in the same order", withOtherValues, { isSameIndex: true }],
  ["operations are handed over in another order", handedOverInAnotherOrder, { isSameIndex: true }],
  [
    "what is concurrent is recorded in another order",
    recordedInAnotherOrder,
    { isSameIndex: false },
  ],
];

const checkers: readonly [string, Checker<KvInput, KvOutput>][] = [
  ["kv-linearizable", createKvLinearizable()],
  ["kv-linearizable in short windows", createKvLinearizable({ leastTogether: 1 })],
  ["kv-revisions", kvRevisions],
];

describe.each(checkers)("%s says the same", (_name, checker) => {
  it.each(shuffles)("where %s", async (_, shuffle, { isSameIndex }) => {
    const seen = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed).fork("shuffles");
      const right = anyKvHistory(random, 4 + random.below(10));
      const operations = seed % 2 === 0 ? right : spoilt(random, right);
      const before = await checker.check(historyOf(operations), limits);
      const after = await checker.check(historyOf(shuffle(operations, random)), limits);
      expect(after.validity, `seed ${seed}`).toBe(before.validity);
      seen[before.validity] += 1;
      if (!isSameIndex) continue;
      const named = before.findings.map((finding) => finding.operations);
      expect(
        after.findings.map((finding) => finding.operations),
        `seed ${seed}`,
      ).toEqual(named);
    }
    expect(seen.valid).toBeGreaterThan(100);
    expect(seen.invalid).toBeGreaterThan(20);
  });
});
