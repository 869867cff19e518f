import { describe, expect, it } from "vitest";
import type { Checker } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { leaseAtomic } from "./lease-atomic.js";
import { leaseAttach } from "./lease-attach.js";
import { leaseGone } from "./lease-gone.js";
import { leaseKept } from "./lease-kept.js";
import type { LeaseInput, LeaseOutput } from "./lease-operation.js";
import { leaseRenewal } from "./lease-renewal.js";
import { type Defect, leaseWorld } from "./lease-world.fixture.js";

const checkers = { leaseKept, leaseGone, leaseRenewal, leaseAtomic, leaseAttach };
const limits = { deadlineMs: 60_000, memoryMb: 100 };
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

type LeaseHistory = History<LeaseInput, LeaseOutput>;

function check(checker: Checker<LeaseInput, LeaseOutput>, history: LeaseHistory) {
  return checker.check(history, limits);
}

describe.each(Object.entries(checkers))("%s", (_, checker) => {
  it("has nothing to say against a right world, whatever overlaps and whatever is not answered", async () => {
    for (const seed of seeds) {
      const history = leaseWorld({ random: seededRandom(seed) });
      const verdict = await check(checker, history);
      expect(verdict, `seed ${seed}`).toMatchObject({ validity: "valid", findings: [] });
    }
  });

  it("says the same of leases, keys, values and clients that are called otherwise", async () => {
    const history = leaseWorld({ random: seededRandom(7), defect: "removes keys one by one" });
    const early = leaseWorld({ random: seededRandom(7), defect: "ends early" });
    for (const each of [history, early]) {
      const [one, other] = [await check(checker, each), await check(checker, renamed(each))];
      expect(other.validity).toBe(one.validity);
      const operations = (verdict: typeof one) =>
        verdict.findings.map((finding) => finding.operations);
      expect(operations(other)).toEqual(operations(one));
    }
  });

  it("cannot tell where it is stopped", async () => {
    const signal = AbortSignal.abort();
    const history = leaseWorld({ random: seededRandom(1), lastsMs: 1_000 });
    expect(await checker.check(history, { ...limits, signal })).toMatchObject({
      validity: "unknown",
      findings: [],
    });
  });
});

const finds: Readonly<Record<Defect, keyof typeof checkers>> = {
  "ends early": "leaseKept",
  "ignores renewals": "leaseKept",
  "ignores revocations": "leaseGone",
  "leaves keys behind": "leaseGone",
  "never ends": "leaseGone",
  "removes keys one by one": "leaseAtomic",
  "renews what is over": "leaseRenewal",
  "attaches to what is over": "leaseAttach",
  "refuses what lives": "leaseAttach",
  "forgets the lease of a key": "leaseAttach",
};

it.each(Object.entries(finds) as [Defect, keyof typeof checkers][])(
  "a world that %s is found by %s",
  async (defect, name) => {
    for (const seed of seeds.slice(0, 10)) {
      // A lease is overdue only long after its time.
      const lastsMs = defect === "never ends" ? 22_000 : 10_000;
      const history = leaseWorld({ random: seededRandom(seed), defect, lastsMs });
      const { validity, findings } = await check(checkers[name], history);
      expect(validity, `seed ${seed}`).toBe("invalid");
      expect(findings.length).toBeLessThanOrEqual(5);
      expect(findings.every(({ operations }) => operations.length >= 2)).toBe(true);
    }
  },
);

/** Every name is another one, in one and the same way. */
function renamed(history: LeaseHistory): LeaseHistory {
  const text = JSON.stringify(history)
    .replaceAll(/"lease":"([1-9]\d*)"/g, '"lease":"9$1000"')
    .replaceAll(/"value":"(\d+)"/g, '"value":"v$1"')
    .replaceAll("shelf/", "rack/")
    .replaceAll(/"process":(\d+)/g, '"process":1$1')
    .replaceAll(/"node":"n(\d)"/g, '"node":"m$1"');
  return JSON.parse(text) as LeaseHistory;
}
