import { describe, expect, it } from "vitest";
import type { Random } from "../../../core/random.js";
import { seededRandom } from "../../../generator/seeded-random.js";
import type { BugName } from "../bugs.js";
import { RaftGroup, type RaftMember, type Settings } from "./raft-members.fixture.js";

const everyMs = 20;

/** Load for a while, under faults that come, overlap and go; then everything heals. */
async function ordeal(settings: Settings, steps = 1_000): Promise<RaftGroup> {
  const group = new RaftGroup(settings);
  const random = seededRandom(settings.seed).fork("ordeal");
  const remedies: { readonly at: number; readonly heal: () => void }[] = [];
  group.startAll();
  let next = 0;
  for (let step = 0; step < steps; step++) {
    for (const member of group.members) {
      if (random.below(2) === 0) group.read(member);
      if (random.below(3) > 0) continue;
      const number = next++;
      member.deliver(() => member.raft?.propose(number));
    }
    if (step > 60 && random.below(50) === 0) {
      const heal = harm(group, random);
      // From a blink to several elections.
      remedies.push({ at: step + 1 + random.below(200), heal });
    }
    for (const { heal } of remedies.filter(({ at }) => at === step)) heal();
    await group.pass(everyMs);
  }
  group.healAll();
  await group.pass(10_000);
  return group;
}

/** Harms a member, the leader as often as all others; what is returned undoes it. */
function harm(group: RaftGroup, random: Random): () => void {
  const aims = [random.pick(group.members), ...group.leaders];
  const member = random.pick(aims);
  const cut = `cut of ${member.name}`;
  const rest = group.names.filter((name) => name !== member.name);
  const inwards = rest.map((from) => ({ from, to: member.name }));
  const outwards = rest.map((to) => ({ from: member.name, to }));
  switch (random.below(6)) {
    case 0:
      member.kill();
      break;
    case 1:
      for (const one of random.shuffle(group.members).slice(0, 1 + random.below(3))) one.powerOff();
      break;
    case 2:
    case 3:
      member.pause();
      break;
    case 4:
      group.network.cut(cut, [...inwards, ...outwards]);
      break;
    default:
      group.network.cut(cut, random.pick([inwards, outwards]));
  }
  return () => {
    group.network.mend(cut);
    for (const one of group.members) {
      if (one === member) one.resume();
      one.start();
    }
  };
}

async function led(settings: Settings): Promise<{ group: RaftGroup; leader: RaftMember }> {
  const group = new RaftGroup(settings);
  group.startAll();
  await group.pass(5_000);
  const [leader] = group.leaders;
  if (!leader || group.leaders.length > 1) throw new Error("expected one leader");
  return { group, leader };
}

const others = (group: RaftGroup, member: RaftMember) =>
  group.members.filter((other) => other !== member);

/** Whether a member hears of an entry of this term from a leader of that one. */
type Hears = (entryTerm: number, leaderTerm: number) => boolean;

/**
 * All members die, and those named here start again. Nobody but the one who shall lead has a clock
 * that gets anywhere, and what a voter does not hear of never reaches it.
 */
async function elect(
  group: RaftGroup,
  name: string,
  voters: Readonly<Record<string, Hears>>,
): Promise<RaftMember> {
  for (const member of group.members) {
    member.kill();
    member.clock.skew({ jumpMs: 0, rate: member.name === name ? 1 : 1e-6 });
  }
  const leader = group.member(name);
  leader.start();
  for (const [voter, hears] of Object.entries(voters)) {
    const member = group.member(voter);
    member.start();
    const receive = member.raft?.receive.bind(member.raft);
    if (!member.raft || !receive) throw new Error("not running");
    member.raft.receive = (from, message) => {
      if (message.type !== "append") receive(from, message);
      else {
        // Terms never fall along a log: what is left is what a leader might have sent alone.
        const entries = message.entries.filter(({ term }) => hears(term, message.term));
        receive(from, { ...message, entries });
      }
    };
  }
  await group.pass(10_000);
  expect(group.leaders.map((member) => member.name)).toEqual([name]);
  return leader;
}

describe("consensus under all faults at once", () => {
  it.each([
    ["a good network", { lossShare: 0, reorderShare: 0 }],
    ["loss and reordering", { lossShare: 0.1, reorderShare: 0.3 }],
    ["a log that is cut short", { snapshotEntries: 10, catchUpEntries: 3 }],
    ["all of it", { lossShare: 0.1, reorderShare: 0.3, snapshotEntries: 5, catchUpEntries: 1 }],
  ])(
    "keeps its promises on %s",
    async (_, conditions) => {
      let snapshots = 0;
      let applied = 0;
      for (let seed = 1; seed <= 40; seed++) {
        const members = [1, 3, 5, 4][seed % 4] ?? 3;
        const group = await ordeal({ members, seed, ...conditions });
        expect(group.broken, `seed ${seed}`).toEqual([]);
        expect(group.rewinds, `seed ${seed}`).toEqual([]);
        for (const member of group.members) {
          expect(member.applied, `seed ${seed}, ${member.name}`).toEqual(group.log);
        }
        snapshots += group.snapshots;
        applied += group.log.length;
      }
      expect(applied).toBeGreaterThan(1_000);
      if ("snapshotEntries" in conditions) expect(snapshots).toBeGreaterThan(0);
    },
    120_000,
  );

  it("does the same for the same seed", async () => {
    const settings = { members: 5, seed: 3, lossShare: 0.1, reorderShare: 0.3 };
    const [one, other] = [await ordeal(settings), await ordeal(settings)];
    expect(one.log.length).toBeGreaterThan(10);
    expect(one.log).toEqual(other.log);
    expect(one.scheduler.nowNs).toBe(other.scheduler.nowNs);
  });
});

describe("each planted bug breaks what it says", () => {
  const brokenWith = async (bug: BugName, settings: Partial<Settings> = {}) => {
    const broken: string[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const group = await ordeal({ members: 3, seed, bugs: new Set([bug]), ...settings });
      broken.push(...group.broken, ...group.rewinds.map((name) => `${name} lost what it applied`));
    }
    return broken;
  };

  it("stale-read: a read does not see what was committed", async () => {
    expect(await brokenWith("stale-read")).toContainEqual(expect.stringMatching(/a read on/));
  }, 60_000);

  it("stale-read-after-pause: likewise", async () => {
    expect(await brokenWith("stale-read-after-pause")).toContainEqual(
      expect.stringMatching(/a read on/),
    );
  }, 60_000);

  it("lost-write-on-power-failure: a member loses what it had applied", async () => {
    expect(await brokenWith("lost-write-on-power-failure")).toContainEqual(
      expect.stringMatching(/lost what it applied/),
    );
  }, 60_000);

  it("split-brain: an entry is two things", async () => {
    expect(await brokenWith("split-brain", { members: 5 })).toContainEqual(
      expect.stringMatching(/^entry \d+ is/),
    );
  }, 60_000);
});

describe("a follower", () => {
  it("keeps entries that it acknowledged when a snapshot comes that is older", async () => {
    const group = new RaftGroup({ members: 3, seed: 1 });
    const [member] = group.members;
    if (!member) throw new Error("no member");
    member.start();
    const entries = [1, 2, 3, 4, 5].map((index) => ({ term: 1, index, data: index }));
    const append = { type: "append", term: 1, prevIndex: 0, prevTerm: 0 } as const;
    member.receive("n2", { ...append, entries, commit: 2 });
    await group.pass(50);
    const state = [1, 2, 3].map((index) => ({ index, data: index }));
    const snapshot = { index: 3, term: 1, state };
    member.receive("n2", { type: "snapshot", term: 1, snapshot });
    await group.pass(50);
    expect(member.disk.lastIndex).toBe(5);
    expect(member.disk.syncedIndex).toBe(5);
    expect(member.applied).toEqual([1, 2, 3]);
  });

  it("takes a snapshot where it missed what the log no longer holds", async () => {
    const { group, leader } = await led({
      members: 3,
      seed: 2,
      snapshotEntries: 10,
      catchUpEntries: 2,
    });
    const [behind] = others(group, leader);
    behind?.kill();
    for (let number = 0; number < 60; number++) {
      leader.raft?.propose(number);
      await group.pass(5);
    }
    behind?.start();
    await group.pass(3_000);
    expect(group.snapshots).toBe(1);
    expect(behind?.applied).toEqual(leader.applied);
    expect(leader.applied).toHaveLength(60);
  });

  it("needs no snapshot after an election where it has all entries", async () => {
    const { group, leader } = await led({
      members: 3,
      seed: 4,
      snapshotEntries: 5,
      catchUpEntries: 1,
    });
    for (let number = 0; number < 40; number++) {
      leader.raft?.propose(number);
      await group.pass(10);
    }
    for (let round = 0; round < 5; round++) {
      const [now] = group.leaders;
      now?.kill();
      await group.pass(4_000);
      now?.start();
      await group.pass(4_000);
    }
    expect(group.snapshots).toBe(0);
    for (const member of group.members) expect(member.applied).toEqual(group.log);
  });
});

describe("a leader", () => {
  it("steps down where it does not hear a quorum, and another is elected", async () => {
    const { group, leader } = await led({ members: 5, seed: 5 });
    const links = others(group, leader).flatMap(({ name }) => [
      { from: name, to: leader.name },
      { from: leader.name, to: name },
    ]);
    group.network.cut("alone", links);
    await group.pass(6_000);
    expect(leader.raft?.status.leader).toBeUndefined();
    expect(group.leaders).toHaveLength(1);
  });

  it("is not disturbed by a member that comes back from a cut", async () => {
    const { group, leader } = await led({ members: 3, seed: 6 });
    const term = leader.raft?.status.term;
    const [other] = others(group, leader);
    const name = other?.name ?? "";
    const links = group.names
      .filter((one) => one !== name)
      .flatMap((one) => [
        { from: one, to: name },
        { from: name, to: one },
      ]);
    group.network.cut("alone", links);
    await group.pass(10_000);
    group.network.mend("alone");
    await group.pass(5_000);
    expect(leader.raft?.status).toMatchObject({ term, leader: leader.name });
    expect(other?.raft?.status).toMatchObject({ term, leader: leader.name });
  });

  it("counts no copies of what a former one left, which can still be replaced", async () => {
    // Figure 8 of the paper, with its names: n1 is its S1, and so on.
    const group = new RaftGroup({ members: 5, seed: 9 });
    const all: Hears = () => true;
    const none: Hears = () => false;
    const former: Hears = (entryTerm, leaderTerm) => entryTerm < leaderTerm;
    const holders = (number: number) =>
      group.members
        .filter(({ disk }) => disk.slice(1, disk.lastIndex).some(({ data }) => data === number))
        .map(({ name }) => name);

    const first = await elect(group, "n1", { n2: all, n3: none });
    first.raft?.propose(1);
    await group.pass(1_000);
    expect(holders(1)).toEqual(["n1", "n2"]);

    const second = await elect(group, "n5", { n3: none, n4: none });
    second.raft?.propose(2);
    await group.pass(1_000);
    expect(holders(2)).toEqual(["n5"]);

    await elect(group, "n1", { n2: all, n3: former });
    expect(holders(1)).toEqual(["n1", "n2", "n3"]);
    expect(group.highestCommitted).toBe(0);

    await elect(group, "n5", { n3: all, n4: all });
    for (const { clock } of group.members) clock.reset();
    group.healAll();
    await group.pass(10_000);
    expect(group.broken).toEqual([]);
    expect(holders(1)).toEqual([]);
    for (const member of group.members) expect(member.applied, member.name).toEqual([2]);
  });

  it("sends each entry once to each member on a network that loses nothing", async () => {
    const { group, leader } = await led({ members: 3, seed: 7 });
    let sent = 0;
    for (const member of others(group, leader)) {
      const receive = member.raft?.receive.bind(member.raft);
      if (!member.raft || !receive) throw new Error("not running");
      member.raft.receive = (from, message) => {
        if (message.type === "append") sent += message.entries.length;
        receive(from, message);
      };
    }
    for (let number = 0; number < 300; number++) {
      leader.raft?.propose(number);
      group.read(leader);
      await group.pass(3);
    }
    await group.pass(1_000);
    expect(sent).toBe(600);
  });
});

describe("a read", () => {
  it("of a process that died answers none of the next one's", async () => {
    const numbers = new Set<number>();
    const { group, leader } = await led({ members: 3, seed: 8 });
    const [asking] = others(group, leader);
    const receive = leader.raft?.receive.bind(leader.raft);
    if (!leader.raft || !receive || !asking) throw new Error("not running");
    leader.raft.receive = (from, message) => {
      if (message.type === "ask-read") numbers.add(message.read);
      receive(from, message);
    };
    for (let process = 0; process < 5; process++) {
      asking.kill();
      asking.start();
      await group.pass(1_000);
      group.read(asking);
      await group.pass(200);
    }
    expect(numbers.size).toBe(5);
  });
});
