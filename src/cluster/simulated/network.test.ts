import { describe, expect, it } from "vitest";
import type { Link } from "../../core/cluster.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { Network, type NetworkOptions } from "./network.js";
import { Scheduler } from "./scheduler.js";

const there: Link = { from: "n1", to: "n2" };
const back: Link = { from: "n2", to: "n1" };
const elsewhere: Link = { from: "n1", to: "n3" };

interface Arrival {
  readonly link: Link;
  /** Its place among all that were sent. */
  readonly number: number;
  readonly tookMs: number;
}

function rig({
  seed = 1,
  delayMs = { least: 1, typical: 5 },
  lossShare = 0,
  reorderShare = 0,
}: Partial<Omit<NetworkOptions, "scheduler" | "random">> & { readonly seed?: number } = {}) {
  const scheduler = new Scheduler();
  const random = seededRandom(seed);
  const network = new Network({ scheduler, random, delayMs, lossShare, reorderShare });
  const arrived: Arrival[] = [];
  let sent = 0;
  const pass = (ms: number) => scheduler.run(() => scheduler.clock({ epochMs: 0 }).sleep(ms));
  return {
    network,
    arrived,
    pass,
    send: (link: Link, count = 1) => {
      for (let packet = 0; packet < count; packet++) {
        const number = sent++;
        const sentNs = scheduler.nowNs;
        network.send(link, () => {
          arrived.push({ link, number, tookMs: (scheduler.nowNs - sentNs) / 1e6 });
        });
      }
    },
    /** How many on each link since this was last asked, when nothing is under way any more. */
    arrivals: async () => {
      await pass(1_000);
      const links = arrived.splice(0).map(({ link }) => link);
      const on = (link: Link) => links.filter((other) => other === link).length;
      return { there: on(there), back: on(back), elsewhere: on(elsewhere) };
    },
  };
}

const numbersOf = (arrived: readonly Arrival[]) => arrived.map(({ number }) => number);
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);
const inOrder = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

describe("a packet", () => {
  it("is never quicker than the least delay, and takes the typical one on average", async () => {
    const { send, pass, arrived } = rig({ reorderShare: 1 });
    const count = 20_000;
    send(there, count);
    await pass(1_000);
    const times = arrived.map(({ tookMs }) => tookMs);
    expect(times).toHaveLength(count);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1);
    const mean = times.reduce((sum, time) => sum + time, 0) / count;
    expect(Math.abs(mean - 5)).toBeLessThan(0.2);
    // Exponentially above the least: each further mean of it is reached by an e-th as many.
    for (const means of [1, 2, 3]) {
      const share = times.filter((time) => time > 1 + 4 * means).length / count;
      expect(Math.abs(share - Math.exp(-means))).toBeLessThan(0.02);
    }
  });

  it("takes the least delay where that is the typical one too", async () => {
    const { send, pass, arrived } = rig({ delayMs: { least: 3, typical: 3 } });
    send(there, 10);
    await pass(100);
    expect(new Set(arrived.map(({ tookMs }) => tookMs))).toEqual(new Set([3]));
  });

  it.each([0, 0.1, 0.5, 1])(
    "is lost with a chance of %d, which is no cut's doing",
    async (share) => {
      const { send, arrivals, network } = rig({ lossShare: share });
      const count = 10_000;
      send(there, count);
      const lost = 1 - (await arrivals()).there / count;
      if (share === 0 || share === 1) expect(lost).toBe(share);
      else expect(Math.abs(lost - share)).toBeLessThan(0.03);
      expect(network.dropped(there)).toBe(0);
    },
  );

  it("arrives at the same time for the same seed, and at another for another", async () => {
    const trace = async (seed: number) => {
      const { send, pass, arrived } = rig({ seed, lossShare: 0.1, reorderShare: 0.3 });
      send(there, 100);
      await pass(1_000);
      return arrived;
    };
    expect(await trace(1)).toEqual(await trace(1));
    expect(await trace(1)).not.toEqual(await trace(2));
  });
});

describe("the order of packets", () => {
  /** Sent one after the other, each while others before it are under way. */
  const sentOn = async (links: readonly Link[], reorderShare: number, everyMs: number) => {
    const { send, pass, arrived } = rig({ reorderShare });
    for (let round = 0; round < 1_000; round++) {
      for (const link of links) send(link);
      await pass(everyMs);
    }
    await pass(1_000);
    return arrived;
  };

  it("is kept on each link where none may be overtaken", async () => {
    const arrived = await sentOn([there], 0, 0.1);
    expect(numbersOf(arrived)).toEqual(upTo(1_000));
    expect(Math.min(...arrived.map(({ tookMs }) => tookMs))).toBeGreaterThanOrEqual(1);
  });

  it("is no matter between one link and another, nor between the two ways of one", async () => {
    const arrived = await sentOn([there, back, elsewhere], 0, 0.1);
    for (const link of [there, back, elsewhere]) {
      const numbers = numbersOf(arrived.filter((arrival) => arrival.link === link));
      expect(numbers).toEqual(inOrder(numbers));
    }
    for (const other of [back, elsewhere]) {
      const numbers = numbersOf(arrived.filter(({ link }) => link === there || link === other));
      expect(numbers).not.toEqual(inOrder(numbers));
    }
  });

  it("is broken the more often the more may be overtaken, and each still arrives once", async () => {
    const late: number[] = [];
    for (const share of [0, 0.1, 0.9]) {
      const numbers = numbersOf(await sentOn([there], share, 3));
      expect(inOrder(numbers)).toEqual(upTo(1_000));
      // A few are under way at a time: where many are, one alone overtakes all of them.
      let highest = -1;
      late.push(
        numbers.filter((number) => {
          const isOvertaken = number < highest;
          highest = Math.max(highest, number);
          return isOvertaken;
        }).length,
      );
    }
    const [never = 0, seldom = 0, often = 0] = late;
    expect(never).toBe(0);
    expect(seldom).toBeGreaterThan(never);
    expect(often).toBeGreaterThan(2 * seldom);
  });
});

describe("a cut", () => {
  it("stops one direction, and the other goes on, as do other links", async () => {
    const { network, send, arrivals } = rig();
    network.cut("one way", [there]);
    for (const link of [there, back, elsewhere]) send(link, 5);
    expect(await arrivals()).toEqual({ there: 0, back: 5, elsewhere: 5 });
    expect([there, back, elsewhere].map((link) => network.isCut(link))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("stops all of its links until it is mended", async () => {
    const { network, send, arrivals } = rig();
    network.cut("both", [there, back]);
    for (const link of [there, back, elsewhere]) send(link, 5);
    expect(await arrivals()).toEqual({ there: 0, back: 0, elsewhere: 5 });
    network.mend("both");
    for (const link of [there, back, elsewhere]) send(link, 5);
    expect(await arrivals()).toEqual({ there: 5, back: 5, elsewhere: 5 });
  });

  it("leaves alone what is under way when it begins", async () => {
    const { network, send, arrivals } = rig();
    send(there, 50);
    network.cut("late", [there]);
    expect(await arrivals()).toMatchObject({ there: 50 });
    expect(network.dropped(there)).toBe(0);
  });

  it("drops for good what is sent meanwhile, even if it is mended at once", async () => {
    const { network, send, arrivals } = rig();
    network.cut("short", [there]);
    send(there, 50);
    network.mend("short");
    expect(await arrivals()).toMatchObject({ there: 0 });
  });

  it("counts what it drops, link by link, and goes on counting after it was mended", async () => {
    const { network, send, arrivals } = rig({ lossShare: 0.5 });
    const dropped = () => [there, back, elsewhere].map((link) => network.dropped(link));
    send(there, 3);
    expect(dropped()).toEqual([0, 0, 0]);
    network.cut("first", [there, back]);
    send(there, 30);
    send(back, 4);
    send(elsewhere, 5);
    expect(dropped()).toEqual([30, 4, 0]);
    network.mend("first");
    send(there, 3);
    expect(dropped()).toEqual([30, 4, 0]);
    network.cut("second", [there]);
    send(there, 2);
    await arrivals();
    expect(dropped()).toEqual([32, 4, 0]);
  });

  it("changes nothing for packets on other links", async () => {
    const trace = async (isCut: boolean) => {
      const { network, send, pass, arrived } = rig({ lossShare: 0.1, reorderShare: 0.3 });
      if (isCut) network.cut("one way", [there]);
      for (let round = 0; round < 100; round++) for (const link of [there, back]) send(link);
      await pass(1_000);
      return arrived.filter(({ link }) => link === back);
    };
    expect(await trace(true)).toEqual(await trace(false));
  });
});

describe("cuts over one another", () => {
  it("keep a link cut until the last of them is mended", async () => {
    const { network, send, arrivals } = rig();
    network.cut("there", [there]);
    network.cut("both", [there, back]);
    network.cut("there again", [there]);
    const seen: unknown[] = [];
    for (const id of ["both", "there", "there again"]) {
      network.mend(id);
      for (const link of [there, back]) send(link);
      const arrived = await arrivals();
      seen.push([arrived.there, arrived.back, network.isCut(there), network.isCut(back)]);
    }
    expect(seen).toEqual([
      [0, 1, true, false],
      [0, 1, true, false],
      [1, 1, false, false],
    ]);
  });

  it("of the same name replace each other", () => {
    const { network } = rig();
    network.cut("it", [there, elsewhere]);
    network.cut("it", [back, elsewhere]);
    expect([...network.cuts]).toEqual([["it", [back, elsewhere]]]);
    expect(network.isCut(there)).toBe(false);
    expect(network.isCut(back)).toBe(true);
    expect(network.isCut(elsewhere)).toBe(true);
    network.mend("it");
    expect(network.cuts.size).toBe(0);
    expect(network.isCut(back)).toBe(false);
    expect(network.isCut(elsewhere)).toBe(false);
  });

  it("may be mended twice, which mends no other", () => {
    const { network } = rig();
    network.cut("one", [there]);
    network.cut("other", [there]);
    network.mend("one");
    network.mend("one");
    network.mend("never made");
    expect([...network.cuts.keys()]).toEqual(["other"]);
    expect(network.isCut(there)).toBe(true);
    network.mend("other");
    network.mend("other");
    expect(network.isCut(there)).toBe(false);
    network.cut("one", [there]);
    expect(network.isCut(there)).toBe(true);
  });

  it("may name a link twice, and are mended all the same", () => {
    const { network } = rig();
    network.cut("twice", [there, { ...there }]);
    expect(network.isCut(there)).toBe(true);
    network.mend("twice");
    expect(network.isCut(there)).toBe(false);
  });
});

describe("a share that is lost", () => {
  it("is lost on its link alone, is counted, and is so until it is set to none", async () => {
    const { network, send, arrivals } = rig();
    const count = 10_000;
    network.lose(there, 0.2);
    for (const link of [there, back, elsewhere]) send(link, count);
    const lost = count - (await arrivals()).there;
    expect(Math.abs(lost / count - 0.2)).toBeLessThan(0.03);
    expect([there, back, elsewhere].map((link) => network.lost(link))).toEqual([lost, 0, 0]);
    expect([there, back].map((link) => network.losesOn(link))).toEqual([true, false]);
    network.lose(there, 0);
    send(there, count);
    expect(await arrivals()).toMatchObject({ there: count });
    expect(network.lost(there)).toBe(lost);
  });

  it("is no cut's doing, nor a cut its own", async () => {
    const { network, send, arrivals } = rig();
    network.lose(there, 0.999);
    network.cut("it", [there]);
    send(there, 100);
    await arrivals();
    expect([network.dropped(there), network.lost(there)]).toEqual([100, 0]);
  });

  it("moves no chance of other packets", async () => {
    const trace = async (share: number) => {
      const { network, send, pass, arrived } = rig({ lossShare: 0.1, reorderShare: 0.3 });
      network.lose(there, share);
      for (let round = 0; round < 100; round++) for (const link of [there, back]) send(link);
      await pass(1_000);
      return arrived.filter(({ link }) => link === back);
    };
    expect(await trace(0.5)).toEqual(await trace(0));
  });
});

it("holds back what is under way, but no ping, and loses pings as it loses any", async () => {
  const { network, send, arrivals } = rig();
  send(there, 5);
  network.lane(there).hold();
  send(there, 5);
  let pings = 0;
  const ping = () => {
    network.ping(there, () => {
      pings += 1;
    });
  };
  ping();
  expect(await arrivals()).toMatchObject({ there: 0 });
  expect(pings).toBe(1);
  network.lose(there, 0.999);
  for (let count = 0; count < 20; count++) ping();
  await arrivals();
  expect(pings).toBeLessThan(10);
  network.lane(there).release();
  expect(await arrivals()).toMatchObject({ there: 10 });
});
