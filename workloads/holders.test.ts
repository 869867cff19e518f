import { describe, expect, it } from "vitest";
import type {
  HolderInput,
  HolderOperation,
  HolderOutput,
} from "../src/checkers/lock/holder-operation.js";
import type { Verdict } from "../src/core/checker.js";
import type { Random } from "../src/core/random.js";
import type { Thread, Workload } from "../src/core/workload.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { historyOf } from "../src/testing/histories.js";
import { election } from "./election.js";
import { type Defect, defects, eventsIn, HolderWorld } from "./holder-world.fixture.js";
import { lock, lockUnfenced } from "./lock.js";

type HolderThread = Thread<HolderInput, HolderOutput>;
type Holders = Workload<HolderInput, HolderOutput>;

function threadsOf(workload: Holders, seed: number, threads = 8): HolderThread[] {
  return Array.from({ length: threads }, (_, thread) =>
    workload.thread({ thread, threads, random: seededRandom(seed).fork(`thread ${thread}`) }),
  );
}

function eventsOf(workload: Holders, seed: number, defect?: Defect): HolderOperation[] {
  const random = seededRandom(seed);
  const world = new HolderWorld(random.fork("world"), defect);
  return eventsIn(world, threadsOf(workload, seed), {
    events: 3_000,
    random: random.fork("events"),
  });
}

async function judge(workload: Holders, operations: readonly HolderOperation[]) {
  const verdicts: Record<string, Verdict> = {};
  for (const [name, checker] of Object.entries(workload.checkers)) {
    verdicts[name] = await checker.check(historyOf(operations), {
      deadlineMs: 60_000,
      memoryMb: 1,
    });
  }
  return verdicts;
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

describe.each([lock, election])("a world without a defect", (make) => {
  it("is never judged invalid", async () => {
    for (const seed of seeds) {
      const verdicts = await judge(make(), eventsOf(make(), seed));
      for (const { validity, summary } of Object.values(verdicts)) {
        expect(validity, `seed ${seed}: ${summary}`).toBe("valid");
      }
    }
  });
});

describe.each(defects)("a world that %s", (defect) => {
  it("is judged invalid with nearly every seed", async () => {
    const found = await Promise.all(
      seeds.map(async (seed) => Object.values(await judge(lock(), eventsOf(lock(), seed, defect)))),
    );
    const caught = found.filter((verdicts) =>
      verdicts.some(({ validity }) => validity === "invalid"),
    );
    expect(caught.length).toBeGreaterThanOrEqual(18);
  });
});

/** What a thread asks for in its turn, where all is answered as it hopes. */
function inputsOf(thread: HolderThread, count: number): HolderInput[] {
  const world = new HolderWorld(seededRandom(1));
  return Array.from({ length: count }, () => {
    const input = thread.next();
    const output = world.apply(input);
    if (!output) throw new Error("nobody else should hold it");
    thread.saw?.(input, output);
    return input;
  });
}

function threadOf(workload: Holders, seed: number): HolderThread {
  return workload.thread({ thread: 3, threads: 10, random: seededRandom(seed) });
}

describe("the story of a thread", () => {
  it("follows from the seed", () => {
    const [one, again, other] = [7, 7, 8].map((seed) => inputsOf(threadOf(lock(), seed), 200));
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });

  it("draws as often for each operation, whatever was answered", () => {
    let draws = 0;
    const random = seededRandom(4);
    const counting: Random = {
      below: (limit) => ((draws += 1), random.below(limit)),
      fraction: () => ((draws += 1), random.fraction()),
      pick: (choices) => ((draws += 1), random.pick(choices)),
      shuffle: () => {
        throw new Error("how often that draws nobody knows");
      },
      fork: (name) => random.fork(name),
    };
    const thread = lock().thread({ thread: 3, threads: 10, random: counting });
    const world = new HolderWorld(seededRandom(1));
    const drawn = Array.from({ length: 400 }, (_, i) => {
      const before = draws;
      const input = thread.next();
      const output = i % 7 === 0 ? undefined : world.apply(input);
      if (output) thread.saw?.(input, output);
      else thread.missed?.(input, i % 2 === 0 ? "info" : "fail");
      return draws - before;
    });
    expect(new Set(drawn)).toEqual(new Set([6]));
  });

  it("comes to all names that so many threads share", () => {
    const inputs = inputsOf(threadOf(lock(), 3), 400);
    const names = new Set(inputs.flatMap((input) => ("name" in input ? [input.name] : [])));
    expect([...names].sort()).toEqual(["lock/0", "lock/1", "lock/2", "lock/3", "lock/4"]);
  });

  it("is a lease, the lock, a read and a write, some more, and the end of lock and lease", () => {
    const story = inputsOf(threadOf(lock(), 2), 400).map(({ f }) => f);
    const attempts = story
      .join(" ")
      .split(/ ?(?=grant)/)
      .slice(0, -1);
    expect(attempts.length).toBeGreaterThan(30);
    for (const attempt of attempts) {
      expect(attempt).toMatch(
        /^grant lock read write( (read|write|owner|keepalive))*( unlock( write)? revoke| revoke( write)?)$/,
      );
    }
  });

  it("of elections campaigns, proclaims, asks who leads and resigns", () => {
    const kinds = new Set(inputsOf(threadOf(election(), 2), 400).map(({ f }) => f));
    expect([...kinds].sort()).toEqual([...election().kinds].sort());
  });

  it("writes each value once, over all threads", () => {
    const values = threadsOf(election(), 3).flatMap((thread) =>
      inputsOf(thread, 200).flatMap((input) => ("value" in input ? [input.value] : [])),
    );
    expect(values.length).toBeGreaterThan(500);
    expect(new Set(values).size).toBe(values.length);
  });

  it("goes on with the revocation of the lease, over and over, whatever goes wrong", () => {
    const thread = threadOf(lock(), 5);
    const ask = (output?: HolderOutput) => {
      const input = thread.next();
      if (output) thread.saw?.(input, output);
      else thread.missed?.(input, "info");
      return input.f;
    };
    const begin = () => [
      ask({ type: "granted", lease: "9", ttl: 30 }),
      ask({ type: "held", holder: { key: "lock/0/9", lease: "9" } }),
    ];
    expect([...begin(), ask(), ask(), ask(), ask({ type: "released" })]).toEqual([
      ...["grant", "lock", "read", "revoke", "revoke", "revoke"],
    ]);
    expect([...begin(), ask({ type: "refused" }), ask({ type: "released" }), ask()]).toEqual([
      ...["grant", "lock", "read", "revoke", "grant"],
    ]);
  });

  it("writes nothing after it let go where nothing would refuse that", () => {
    const story = inputsOf(threadOf(lockUnfenced(), 2), 400).map(({ f }) => f);
    expect(story.join(" ")).not.toMatch(/(unlock|revoke) write/);
    expect(story).toContain("unlock");
  });
});

describe("the reads at the end", () => {
  it("ask every member for each resource and for the oldest key of each name", () => {
    const workload = lock();
    for (const thread of threadsOf(workload, 1)) inputsOf(thread, 100);
    const reads = [...workload.finalOperations(["n1", "n2", "n3"])];
    expect(reads).toHaveLength(4 * 3 * 2);
    expect(new Set(reads.map((read) => JSON.stringify(read))).size).toBe(reads.length);
    expect(reads.every(({ input }) => workload.isReadOnly(input))).toBe(true);
  });
});
