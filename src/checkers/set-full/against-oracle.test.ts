import { describe, expect, it } from "vitest";
import type { CheckContext, Verdict } from "../../core/checker.js";
import type { Random } from "../../core/random.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { fail, historyOf, info, ok } from "../../testing/histories.js";
import { elementStories } from "./element-stories.js";
import { setFull } from "./set-full.js";
import { contradictEachOther, elementsWithoutOrder } from "./set-oracle.fixture.js";
import {
  type SetElement,
  type SetInput,
  type SetOperation,
  type SetOutput,
  type SetRecord,
  file,
} from "./set-operation.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 256 };
const judge = async (operations: readonly SetOperation[]) =>
  setFull.check(historyOf(operations), context);

/** Up to seven operations on two elements with any times, outcomes and answers. */
function anyHistory(random: Random): SetOperation[] {
  const count = 1 + random.below(7);
  const places = random.shuffle(Array.from({ length: 2 * count }, (_, place) => place));
  return Array.from({ length: count }, (_, i) => {
    const [a = 0, b = 0] = [places[2 * i], places[2 * i + 1]];
    const span = `${Math.min(a, b)}..${Math.max(a, b)}`;
    const phase = random.below(3) === 0 ? "final" : "main";
    const elements = [1, 2].flatMap((element) =>
      Array.from({ length: random.pick([0, 1, 1, 1, 1, 2]) }, () => element),
    );
    const key = "s";
    if (random.below(2) === 0) return ok(i, span, { f: "read", key }, { elements }, { phase });
    const input: SetInput = { f: "add", key, element: random.pick([1, 2]) };
    const outcome = random.below(6);
    if (outcome === 0) return fail(i, span, input, { phase });
    if (outcome === 1) return info(i, span, input, { phase });
    const output: SetOutput = outcome === 2 ? { added: false, found: elements } : { added: true };
    return ok(i, span, input, output, { phase });
  });
}

/** A set as it should be: `count` operations that overlap, in the order in which they take effect. */
function rightHistory(random: Random, count: number): SetOperation[] {
  const held: number[] = [];
  return Array.from({ length: count }, (_, i) => {
    const at = 20 * i + 20;
    const span = `${at - 2 * random.below(8)}..${at + 1 + 2 * random.below(8)}`;
    const key = "s";
    // The last ones find what was added last.
    const details = { phase: i >= count - 3 ? "final" : "main" } as const;
    if (details.phase === "final" || random.below(2) === 0) {
      return ok(i, span, { f: "read", key }, { elements: random.shuffle(held) }, details);
    }
    const input: SetInput = { f: "add", key, element: i };
    const outcome = random.below(8);
    if (outcome === 0) return ok(i, span, input, { added: false, found: [...held] });
    if (outcome === 1) return info(i, span, input);
    held.push(i);
    return outcome === 2 ? info(i, span, input) : ok(i, span, input, { added: true });
  });
}

type ChangeElements = (elements: readonly SetElement[]) => readonly SetElement[];

function withElements(
  operations: readonly SetOperation[],
  of: SetOperation,
  change: ChangeElements,
): SetOperation[] {
  return operations.map((operation) => (operation === of ? changed(operation, change) : operation));
}

function changed(operation: SetOperation, change: ChangeElements): SetOperation {
  const { outcome } = operation;
  if (outcome.type !== "ok" || ("added" in outcome.output && outcome.output.added))
    return operation;
  const output: SetOutput =
    "elements" in outcome.output
      ? { elements: change(outcome.output.elements) }
      : { added: false, found: change(outcome.output.found) };
  return { ...operation, outcome: { type: "ok", output } };
}

/** Other names for elements, keys, processes and nodes; answers in another order. */
function renamed(operation: SetOperation, random: Random): SetOperation {
  const { input, process } = operation;
  const nameOf = (element: SetElement) => `e${String(element)}`;
  return changed(
    {
      ...operation,
      process: process + 70,
      node: `node ${process}`,
      input:
        input.f === "add"
          ? { f: "add", key: "other", element: nameOf(input.element) }
          : { f: "read", key: "other" },
    },
    (elements) => random.shuffle(elements.map(nameOf)),
  );
}

/** The same order of events at other places, every third from `first` on, and without times. */
function stretched(operations: readonly SetOperation[], first: number): SetOperation[] {
  return operations.map(({ index, completedIndex, ...operation }) => ({
    ...operation,
    index: 3 * index + first,
    ...(completedIndex !== undefined && { completedIndex: 3 * completedIndex + first }),
    invokedAtNs: 0,
    completedAtNs: 0,
  }));
}

/** All but the figures that depend on times and on how many sets there are. */
function outcomeOf({ validity, details = {}, findings }: Verdict) {
  const counts = ["lost", "unexpected", "duplicated", "stale", "missing", "neverRead"];
  return {
    validity,
    counts: Object.fromEntries(counts.map((name) => [name, details[name]])),
    operations: findings.map(({ operations }) => operations),
  };
}

describe("against an oracle that tries all orders", () => {
  it("agrees on random histories, and names operations that contradict each other", async () => {
    const counts = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 0; seed < 4_000; seed++) {
      const operations = historyOf(anyHistory(seededRandom(seed))).operations;
      const wrong = elementsWithoutOrder(operations).length > 0;
      const { validity, findings } = await judge(operations);
      expect(validity === "invalid", `seed ${seed}`).toBe(wrong);
      counts[validity] += 1;
      if (validity !== "invalid") continue;
      for (const { operations: named, message } of findings) {
        // It contradicts nothing.
        if (message.endsWith("nobody read the set afterwards")) continue;
        expect(contradictEachOther(operations, named), `seed ${seed}: ${message}`).toBe(true);
      }
    }
    expect(Math.min(counts.valid, counts.invalid, counts.unknown)).toBeGreaterThan(200);
  });
});

describe("long histories", () => {
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);

  it("of a set as it should be are valid", async () => {
    for (const seed of seeds) {
      const operations = rightHistory(seededRandom(seed), 200);
      expect(await judge(operations), `seed ${seed}`).toMatchObject({ validity: "valid" });
    }
  });

  it("that lack one element in one answer are not, and the answer is named", async () => {
    for (const seed of seeds) {
      const random = seededRandom(seed);
      const operations = rightHistory(random, 200);
      const [last] = operations.filter(({ input }) => input.f === "read").slice(-20);
      if (!last) throw new Error("nothing was read");
      const spoilt = withElements(operations, last, (elements) => elements.slice(1));
      const verdict = await judge(spoilt);
      expect(verdict, `seed ${seed}`).toMatchObject({ validity: "invalid", details: { stale: 1 } });
      expect(verdict.findings[0]?.operations.at(-1)).toBe(last.index);
    }
  });

  it("say the same whatever things are called, and in whatever order answers name them", async () => {
    for (const seed of seeds) {
      const random = seededRandom(seed);
      const right = rightHistory(random, 120);
      const read = random.pick(right.filter(({ input }) => input.f === "read"));
      const history = withElements(right, read, (elements) => elements.slice(2));
      const told = outcomeOf(await judge(history));
      const others = history.map((operation) => renamed(operation, random));
      expect(outcomeOf(await judge(others)), `seed ${seed}`).toEqual(told);
      expect(outcomeOf(await judge(stretched(history, 7))).counts, `seed ${seed}`).toEqual(
        told.counts,
      );
    }
  });

  it("of several sets say what each says by itself", async () => {
    const [one, other] = [rightHistory(seededRandom(1), 60), rightHistory(seededRandom(2), 60)];
    const read = other.filter(({ input }) => input.f === "read").at(-10);
    if (!read) throw new Error("nothing was read");
    const spoilt = withElements(other, read, (elements) => [...elements, elements[0] ?? 0]);
    const apart = outcomeOf(await judge(stretched(spoilt, 0)));
    const beside = one.map((operation) => ({
      ...operation,
      input: { ...operation.input, key: "another" },
    }));
    expect(apart.counts).toMatchObject({ duplicated: 1 });
    const together = [...stretched(beside, 1), ...stretched(spoilt, 0)];
    expect(outcomeOf(await judge(together))).toEqual(apart);
  });
});

it("stops in the middle of a set where the time is up", async () => {
  const sets = new Map<string, SetRecord>();
  for (const operation of rightHistory(seededRandom(1), 50)) file(sets, operation);
  const record = sets.get("s");
  if (!record) throw new Error("there is no set");
  for (const left of [0, 1, record.sightings.length, record.sightings.length + 5]) {
    let pauses = 0;
    const stories = await elementStories(record, {
      areDue: () => true,
      take: () => Promise.resolve(pauses++ < left),
    });
    expect(stories).toBeUndefined();
    expect(pauses).toBe(left + 1);
  }
});
