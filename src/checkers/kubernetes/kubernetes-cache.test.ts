import { describe, expect, it } from "vitest";
import { historyOf, info } from "../../testing/histories.js";
import { kubernetesCache } from "./kubernetes-cache.js";
import {
  a,
  a2,
  a4,
  b,
  b3,
  context,
  deleted,
  kv,
  page,
  put,
  story,
  type Story,
  told,
  toldOf,
  watch,
  write,
} from "./kubernetes-histories.fixture.js";
import type { KubernetesOperation } from "./kubernetes-operation.js";

const judge = async (changed?: Story, ...more: readonly KubernetesOperation[]) =>
  kubernetesCache.check(told(changed, ...more), context);
const startRevision = 4;
const gone = { ...deleted(b3, 5).kv, key: `${b}c` };
const views = { first: story.first, second: story.second, watch: story.watch };

describe("a list and its watch", () => {
  it("that agree with all others are valid", async () => {
    expect(await judge()).toMatchObject({
      validity: "valid",
      details: { caches: 1, events: 2, troubles: 0 },
    });
  });

  it("need not have come to the end", async () => {
    const none = watch("8..20", [], { startRevision });
    expect(await judge({ watch: none })).toMatchObject({ validity: "valid" });
    const half = watch("8..20", [[12, [put(a4, a2)]]], { startRevision });
    expect(await judge({ watch: half })).toMatchObject({ validity: "valid" });
  });

  it("go on in a second watch", async () => {
    const first = watch("8..9", [], { startRevision });
    const second = watch("16..20", [[18, [put(a4, a2), deleted(b3, 5)]]], { startRevision });
    expect(await judge({ watch: first }, second)).toMatchObject({
      validity: "valid",
      details: { caches: 1, events: 2 },
    });
  });

  it("are not judged where the list was not ended", async () => {
    const verdict = await kubernetesCache.check(toldOf(["createA", "first", "watch"]), context);
    expect(verdict).toMatchObject({ validity: "valid", details: { caches: 0 } });
  });
});

describe("a cache is misled by", () => {
  it.each<readonly [string, RegExp, readonly number[], Story, readonly KubernetesOperation[]]>([
    [
      "a change that is left out",
      /was not told of the put of 3 .* although process 0 on n1 was/,
      [10, 8],
      { watch: watch("8..20", [[15, [deleted(b3, 5)]]], { startRevision }) },
      [],
    ],
    [
      "an event that comes twice",
      /a second time/,
      [4, 6, 8],
      {
        watch: watch(
          "8..20",
          [
            [12, [put(a4, a2)]],
            [15, [put(a4, a2)]],
          ],
          { startRevision },
        ),
      },
      [],
    ],
    [
      "events in the wrong order",
      /although it had come to revision 5 before/,
      [4, 6, 8],
      {
        watch: watch(
          "8..20",
          [
            [12, [deleted(b3, 5)]],
            [15, [put(a4, a2)]],
          ],
          { startRevision },
        ),
      },
      [],
    ],
    [
      "an event that was in the list already",
      /although it had come to revision 3 before/,
      [4, 6, 8],
      { watch: watch("8..20", [[12, [put(b3)]]], { startRevision }) },
      [],
    ],
    [
      "a version that does not follow on what it knew",
      /as version 3, but it knew the object at revision 2, version 1/,
      [4, 6, 8],
      { watch: watch("8..20", [[12, [put(kv(a, "3", [4, 3, 2]))]]], { startRevision }) },
      [],
    ],
    [
      "a former version that it did not know",
      /which followed on revision 1/,
      [4, 6, 8],
      {
        watch: watch("8..20", [[12, [put(a4, kv(a, "0", [1, 1, 1]))]]], { startRevision }),
      },
      [],
    ],
    [
      "a deletion of what it did not know",
      /but it knew no such object/,
      [4, 6, 8],
      { watch: watch("8..20", [[15, [{ type: "delete", kv: gone }]]], { startRevision }) },
      [],
    ],
    [
      "a value that nobody wrote",
      /which nobody ever wrote/,
      [8],
      { watch: watch("8..20", [[12, [put(kv(a, "8", [4, 2, 2]), a2)]]], { startRevision }) },
      [],
    ],
    [
      "another event than others were told of",
      /of the deletion of .*, process .* of the put/,
      [10, 8],
      { watch: watch("8..20", [[12, [deleted(a2, 4)]]], { startRevision }) },
      [],
    ],
  ])("%s", async (_, words, operations, changed, more) => {
    const { validity, findings } = await judge(changed, ...more);
    expect(validity).toBe("invalid");
    const named = findings.find(({ message }) => words.test(message));
    expect(findings.map(({ message }) => message).join("\n")).toMatch(words);
    expect(named?.operations.toSorted()).toEqual(operations.toSorted());
  });

  it("a list of the same moment that has no such object", async () => {
    const other = page("21..22", [], { process: 2, newest: 4 });
    const only = { createA: story.createA, createB: story.createB, update: story.update };
    const still = watch("8..20", [[12, [put(a4, a2)]]], { startRevision });
    const history = historyOf([...Object.values({ ...only, ...views, watch: still }), other]);
    const { validity, findings } = await kubernetesCache.check(history, context);
    expect(validity).toBe("invalid");
    expect(findings[0]?.message).toMatch(
      /had .*\/a as of revision 4 at revision 4, but process 2 on n3 was told of it as absent/,
    );
  });

  it("a later change of which it was told as if nothing had been before", async () => {
    const a6 = kv(a, "9", [6, 1, 6]);
    const late = watch(
      "8..30",
      [
        [12, [put(a4, a2)]],
        [15, [deleted(b3, 5)]],
        [28, [put(a6)]],
      ],
      {
        startRevision,
      },
    );
    const update = write(
      0,
      "23..24",
      { f: "update", key: a, value: "9", believed: { value: "3", modRevision: 4 } },
      6,
    );
    const { findings } = await judge({ watch: late }, update);
    expect(findings[0]?.message).toMatch(/as version 1, but it knew the object at revision 4/);
  });
});

it("does not ask for changes of which nobody knows the revision", async () => {
  const update = info(0, "10..", story.update.input);
  const quiet = watch("8..20", [[15, [deleted(b3, 5)]]], { startRevision });
  const names = ["createA", "createB", "first", "second", "remove"] as const;
  const history = toldOf(names, update, quiet);
  expect(await kubernetesCache.check(history, context)).toMatchObject({ validity: "valid" });
});

it("does not judge what it has no time for", async () => {
  const none = { ...context, deadlineMs: 0 };
  expect(await kubernetesCache.check(told(), none)).toMatchObject({ validity: "unknown" });
});
