import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../porcupine-ts/check.js";
import { illegal } from "../porcupine-ts/model.js";
import {
  kubernetesObjectModel as model,
  type ObjectInput,
  type ObjectOutput,
  type ObjectState,
} from "./kubernetes-object.js";

const key = "/registry/pods/default/a";
const absent = model.init();
const there: ObjectState = { value: "1", revision: 5, isExact: true, version: 2 };
const believed = { value: "1", modRevision: 5 };
const found = { ...believed, version: 2 };
const create: ObjectInput = { f: "create", key, value: "2" };
const update: ObjectInput = { f: "update", key, value: "2", believed };
const remove: ObjectInput = { f: "delete", key, believed };
const get: ObjectInput = { f: "get", key };
const claim: ObjectInput = { f: "claim", key, value: "2", version: 2 };
const event: ObjectInput = { f: "event", key, value: "2", lease: "7" };
const done = (revision: number): ObjectOutput => ({ done: true, revision });

describe("writes that took place", () => {
  it("move the object to a later revision and count its version", () => {
    expect(model.step(absent, create, done(3))).toMatchObject({ revision: 3, version: 1 });
    expect(model.step(there, update, done(6))).toMatchObject({ value: "2", version: 3 });
    expect(model.step(there, remove, done(6))).toMatchObject({ value: null, version: 0 });
    expect(model.step(there, claim, done(6))).toMatchObject({ revision: 6, version: 3 });
    expect(model.step(there, event, done(6))).toMatchObject({ revision: 6, version: 3 });
  });

  it.each([
    ["a creation of what is there", there, create, done(6)],
    ["an update of what is absent", absent, update, done(6)],
    ["an update at a revision that was reached before", there, update, done(5)],
    ["an update of another version", { ...there, revision: 4 }, update, done(6)],
    ["a deletion of another value", { ...there, value: "0" }, remove, done(6)],
    ["a claim on another version", { ...there, version: 3 }, claim, done(6)],
    ["an event at an old revision", there, event, done(4)],
  ])("rule out %s", (_, state, input, output) => {
    expect(model.step(state, input, output)).toBe(illegal);
  });
});

describe("answers that changed nothing", () => {
  it("are legal where they found what is there", () => {
    expect(model.step(there, get, { found })).toEqual(there);
    expect(model.step(absent, get, { found: null })).toEqual(absent);
    expect(model.step(there, create, { done: false })).toEqual(there);
    expect(model.step(absent, update, { done: false, found: null })).toEqual(absent);
    const other = { ...found, modRevision: 7 };
    const moved = { ...there, revision: 7 };
    expect(model.step(moved, remove, { done: false, found: other })).toEqual(moved);
  });

  it.each([
    ["a creation refused where nothing is", absent, create, { done: false }],
    ["a refusal of what the guard asks for", there, update, { done: false, found }],
    ["a claim refused at its version", there, claim, { done: false, found }],
    ["a read of another value", { ...there, value: "0" }, get, { found }],
    ["a read of another version", { ...there, version: 1 }, get, { found }],
    ["a read of another revision", { ...there, revision: 4 }, get, { found }],
    ["a read of nothing", there, get, { found: null }],
  ] as const)("rule out %s", (_, state, input, output) => {
    expect(model.step(state, input, output)).toBe(illegal);
  });
});

describe("writes that nobody saw the answer of", () => {
  it("happen where their guard holds, at a revision that a read may tell later", () => {
    const open = model.step(there, update, undefined);
    expect(open).toMatchObject({ value: "2", revision: 6, isExact: false });
    if (open === illegal) throw new Error("it must be possible");
    const told = { value: "2", modRevision: 9, version: 3 };
    expect(model.step(open, get, { found: told })).toMatchObject({ revision: 9, isExact: true });
    expect(model.step(open, get, { found: { ...told, modRevision: 5 } })).toBe(illegal);
    expect(model.step({ ...there, revision: 6 }, update, undefined)).toBe(illegal);
    expect(model.step(absent, create, undefined)).toMatchObject({ value: "2", revision: 1 });
    expect(model.step(there, create, undefined)).toBe(illegal);
    expect(model.step(there, remove, undefined)).toMatchObject({ value: null, revision: 6 });
  });
});

it("turns back only where nothing more can be legal", () => {
  const isLeftOpen = model.mayStillAllow?.(there, update, done(9));
  expect(isLeftOpen).toBe(true);
  expect(model.mayStillAllow?.({ ...there, revision: 6 }, update, done(9))).toBe(false);
  expect(model.mayStillAllow?.(there, get, { found: { ...found, modRevision: 4 } })).toBe(false);
  expect(model.mayStillAllow?.(there, get, { found: null })).toBe(true);
  expect(model.mayStillAllow?.(there, create, done(5))).toBe(false);
  expect(model.mayStillAllow?.(there, event, undefined)).toBe(true);
});

it("says in words what was done and why it cannot be", () => {
  const cases: readonly (readonly [ObjectInput, ObjectOutput | undefined])[] = [
    ...([create, update, remove, claim, event] as const).map((input) => [input, done(9)] as const),
    ...[[get, { found: null }] as const, [create, { done: false }] as const],
    ...[[update, { done: false, found }] as const, [remove, undefined] as const],
  ];
  const words = cases.map(([input, output]) => model.describeOperation?.(input, output));
  expect(words).toEqual([
    "create it as 2 at revision 9",
    "update it to 2 if it is of revision 5 at revision 9",
    "delete it if it is of revision 5 at revision 9",
    "put 2 if it is of version 2 at revision 9",
    "put 2 at revision 9",
    "read nothing",
    "was refused to create it as 2, and found an object",
    "was refused to update it to 2 if it is of revision 5, and found 1 of revision 5, version 2",
    "delete it if it is of revision 5 (no answer)",
  ]);
  expect(model.describeState?.({ ...there, isExact: false })).toBe(
    "1 of revision 5 or later, version 2",
  );
  expect(model.explain?.(absent, get, { found })).toBe(
    "it read 1 of revision 5, version 2, but the object was absent",
  );
});

/** One client after the other, each answered by the model itself. */
const runs = fc.array(fc.record({ kind: fc.nat(3), isStale: fc.boolean() }), { maxLength: 30 });

function answered(steps: readonly { readonly kind: number; readonly isStale: boolean }[]) {
  let state = absent;
  let revision = 1;
  return steps.map(({ kind, isStale }, place) => {
    const { value, version } = state;
    const mod = value === null ? 0 : state.revision;
    const now = value === null ? null : { value, modRevision: mod, version };
    const belief = { value: value ?? "none", modRevision: isStale ? mod + 1_000 : mod };
    const inputs = [
      { f: "get", key },
      { f: "create", key, value: `${place}` },
      { f: "update", key, value: `${place}`, believed: belief },
      { f: "delete", key, believed: belief },
    ] as const;
    const input = inputs[kind] ?? inputs[0];
    const holds = input.f === "create" ? now === null : now !== null && !isStale;
    let output: ObjectOutput = { found: now };
    if (input.f !== "get" && holds) {
      revision += 2;
      output = { done: true, revision };
      state =
        input.f === "delete"
          ? { value: null, revision, isExact: true, version: 0 }
          : { value: input.value, revision, isExact: true, version: version + 1 };
    } else if (input.f !== "get") {
      output = input.f === "create" ? { done: false } : { done: false, found: now };
    }
    return { input, output, call: 2 * place, return: 2 * place + 1 };
  });
}

it("accepts whatever one object answered to one client after the other", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (steps) => {
      const { validity } = await check(model, answered(steps), {
        deadlineMs: 10_000,
        memoryMb: 64,
      });
      expect(validity).toBe("valid");
    }),
  );
});

it("rejects it where one answer tells a revision that was not", async () => {
  await fc.assert(
    fc.asyncProperty(runs, fc.nat(), async (steps, place) => {
      const operations = answered(steps);
      const told = operations.filter(({ output }) => "found" in output && output.found);
      const victim = told[place % Math.max(1, told.length)];
      fc.pre(victim !== undefined);
      const spoilt = operations.map((operation) => {
        if (operation !== victim || !("found" in operation.output)) return operation;
        const { found: seen } = operation.output;
        if (!seen) return operation;
        const output = {
          ...operation.output,
          found: { ...seen, modRevision: seen.modRevision + 1 },
        };
        return { ...operation, output };
      });
      const { validity } = await check(model, spoilt, { deadlineMs: 10_000, memoryMb: 64 });
      expect(validity).toBe("invalid");
    }),
  );
});
