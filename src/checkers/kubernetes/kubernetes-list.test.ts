import { describe, expect, it } from "vitest";
import { fail, info, ok } from "../../testing/histories.js";
import {
  a,
  a2,
  a4,
  b,
  b3,
  context,
  kv,
  page,
  prefix,
  rangeEnd,
  story,
  type Story,
  told,
  toldOf,
  write,
} from "./kubernetes-histories.fixture.js";
import { kubernetesList } from "./kubernetes-list.js";
import type { KubernetesInput, KubernetesOperation } from "./kubernetes-operation.js";

const judge = async (changed?: Story, ...more: readonly KubernetesOperation[]) =>
  kubernetesList.check(told(changed, ...more), context);

const compacted = (span: string, revision: number) =>
  ok<KubernetesInput, { readonly compacted: true }>(
    0,
    span,
    { f: "compact", revision },
    {
      compacted: true,
    },
  );
const pinned = { f: "list", key: prefix, rangeEnd, revision: 3 } as const;

describe("lists that show one moment", () => {
  it("are valid", async () => {
    expect(await judge()).toMatchObject({ validity: "valid", details: { lists: 2, troubles: 0 } });
  });

  it("may leave out what may have been deleted unseen, before they ended", async () => {
    const names = ["createA", "createB", "update", "other"] as const;
    const early = toldOf(names, info(0, "13..", story.remove.input));
    expect(await kubernetesList.check(early, context)).toMatchObject({ validity: "valid" });
    const late = toldOf(names, info(0, "23..", story.remove.input));
    expect(await kubernetesList.check(late, context)).toMatchObject({ validity: "invalid" });
  });

  it("may show what a write of unknown outcome wrote, but nothing of one that failed", async () => {
    const input = { f: "create", key: b, value: "9" } as const;
    const seen = page("31..32", [a4, kv(b, "9", [6, 1, 6])], { process: 2, newest: 6 });
    expect(await judge({}, info(0, "24..30", input), seen)).toMatchObject({ validity: "valid" });
    expect(await judge({}, fail(0, "24..30", input), seen)).toMatchObject({ validity: "invalid" });
  });

  it("may lack events, which end with their lease", async () => {
    const key = "/registry/events/default/0-0";
    const event = write(0, "24..25", { f: "event", key, value: "9", lease: "7" }, 6);
    const events = { key: "/registry/events/", rangeEnd: "/registry/events0" };
    const none = page("26..27", [], { newest: 6, ...events });
    expect(await judge({}, event, none)).toMatchObject({ validity: "valid" });
  });

  it("may be refused what somebody had asked to compact", async () => {
    const refusal = ok(2, "25..26", pinned, { refused: "compacted" as const });
    expect(await judge({}, compacted("23..24", 4), refusal)).toMatchObject({ validity: "valid" });
    const asked = info<KubernetesInput>(0, "23..", { f: "compact", revision: 4 });
    expect(await judge({}, asked, refusal)).toMatchObject({ validity: "valid" });
    const again = ok(0, "25..26", { f: "compact", revision: 4 } as const, {
      refused: "compacted" as const,
    });
    expect(await judge({}, compacted("23..24", 4), again)).toMatchObject({ validity: "valid" });
  });
});

describe("lists that show no moment", () => {
  it.each<readonly [string, RegExp, readonly number[], Story, readonly KubernetesOperation[]]>([
    [
      "an object too old",
      /although process 0 on n1 was told of the put of 3/,
      [10, 21],
      { other: page("21..22", [a2], { process: 2, newest: 5 }) },
      [],
    ],
    [
      "a deleted object",
      /although .* was told of the deletion/,
      [13, 21],
      { other: page("21..22", [a4, b3], { process: 2, newest: 5 }) },
      [],
    ],
    [
      "no object that was there",
      /nobody can have deleted it since/,
      [10, 21],
      { other: page("21..22", [], { process: 2, newest: 5 }) },
      [],
    ],
    [
      "no object that was still there later",
      /was still so at revision 4/,
      [2, 13, 23],
      {},
      [page("23..24", [a4], { process: 2, newest: 5, revision: 4 })],
    ],
    [
      "an object of the future",
      /which is later/,
      [21],
      { other: page("21..22", [kv(a, "3", [4, 2, 2])], { process: 2, newest: 5, revision: 3 }) },
      [],
    ],
    [
      "what nobody wrote",
      /which nobody ever wrote/,
      [21],
      { other: page("21..22", [kv(a, "8", [4, 2, 2])], { process: 2, newest: 5 }) },
      [],
    ],
    [
      "what was written elsewhere",
      /which process 0 on n1 wrote to .*\/a/,
      [10, 21],
      { other: page("21..22", [a4, kv(b, "3", [5, 1, 5])], { process: 2, newest: 5 }) },
      [],
    ],
    [
      "what was written at another revision",
      /wrote at revision 4/,
      [10, 21],
      { other: page("21..22", [kv(a, "3", [5, 2, 2])], { process: 2, newest: 5 }) },
      [],
    ],
    [
      "what was written only afterwards",
      /asked to write only afterwards/,
      [23, 21],
      { other: page("21..22", [a4, kv(b, "9", [5, 1, 5])], { process: 2, newest: 5 }) },
      [write(0, "23..24", { f: "create", key: b, value: "9" }, 5)],
    ],
    [
      "what was refused",
      /was refused to write/,
      [16, 21],
      { other: page("21..22", [a4, kv(b, "9", [5, 1, 5])], { process: 2, newest: 5 }) },
      [ok(0, "16..17", { f: "create", key: b, value: "9" } as const, { done: false as const })],
    ],
    [
      "more than was asked for",
      /asked for 1 at most/,
      [4],
      { first: page("4..5", [a2, b3], { newest: 3, limit: 1 }) },
      [],
    ],
    [
      "too many that are left",
      /3 objects are left, but the page before it had left 1/,
      [4, 6],
      { second: page("6..7", [b3], { newest: 3, limit: 1, revision: 3, key: `${a}\0`, count: 3 }) },
      [],
    ],
    [
      "the same object twice",
      /or twice/,
      [21],
      { other: page("21..22", [a4, a4], { process: 2, newest: 5 }) },
      [],
    ],
    [
      "what the page before had shown",
      /not in the range/,
      [6],
      { second: page("6..7", [a2], { newest: 3, limit: 1, revision: 3, key: `${a}\0` }) },
      [],
    ],
    [
      "fewer than asked for, with more to come",
      /of 1 objects of 2, and that there are more/,
      [4],
      { first: page("4..5", [a2], { newest: 3, limit: 2, count: 2 }) },
      [],
    ],
    [
      "an object that was changed before it was created",
      /as created at revision 5, modified at 4/,
      [21],
      { other: page("21..22", [kv(a, "3", [4, 2, 5])], { process: 2, newest: 5 }) },
      [],
    ],
    [
      "what is not compacted as compacted",
      /although nobody had asked for that/,
      [23],
      {},
      [ok(2, "23..24", pinned, { refused: "compacted" as const })],
    ],
    [
      "the past as the future",
      /is to come/,
      [23],
      {},
      [ok(2, "23..24", pinned, { refused: "future" as const })],
    ],
    [
      "what is compacted",
      /had compacted at 4/,
      [23, 25],
      {},
      [compacted("23..24", 4), page("25..26", [a2, b3], { process: 2, newest: 5, revision: 3 })],
    ],
  ])("show %s", async (_, words, operations, changed, more) => {
    const { validity, findings } = await judge(changed, ...more);
    expect(validity).toBe("invalid");
    expect(findings.map(({ message }) => message).join("\n")).toMatch(words);
    const named = findings.find(({ message }) => words.test(message));
    expect(named?.operations).toEqual(operations);
  });

  it("contradict each other", async () => {
    const input = {
      f: "update",
      key: a,
      value: "3",
      believed: { value: "1", modRevision: 2 },
    } as const;
    const update = info(0, "10..", input);
    const other = info(0, "11..", { ...input, value: "4" });
    const seen = page("23..24", [kv(a, "4", [4, 2, 2])], { process: 0, newest: 5 });
    const { findings } = await judge({ update }, other, seen);
    expect(findings.map(({ message }) => message).join("\n")).toMatch(
      /was told of the put of 3 .* of the put of 4/,
    );
  });
});

it("does not judge what it has no time for", async () => {
  const { signal } = new AbortController();
  const none = { ...context, deadlineMs: 0, signal };
  expect(await kubernetesList.check(told(), none)).toMatchObject({ validity: "unknown" });
});

it("counts all and shows ten", async () => {
  const wrong = Array.from({ length: 30 }, (_, i) =>
    page(`${40 + 2 * i}..${41 + 2 * i}`, [], { process: 2, newest: 5 }),
  );
  const { findings, details } = await judge({}, ...wrong);
  expect(findings).toHaveLength(10);
  expect(details).toMatchObject({ troubles: 30 });
});
