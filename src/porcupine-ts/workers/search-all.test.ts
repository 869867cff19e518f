import { describe, expect, it } from "vitest";
import { type KvInput, kvModel } from "../../models/kv.js";
import { check } from "../check.js";
import type { Model, Operation } from "../model.js";
import { brittleModel } from "./brittle-model.fixture.js";

type KvOperation = Operation<KvInput, string>;

/** Many puts at once and a get of what nobody put: all orders have to be tried. */
function hardPart(key: string, puts: number): KvOperation[] {
  const put = (value: string): KvOperation => ({
    input: { f: "put", key, value },
    output: "",
    call: 0,
    return: 10,
  });
  return [
    { input: { f: "append", key, value: "a" }, output: "", call: 0, return: 10 },
    ...Array.from({ length: puts }, (_, i) => put(String(i))),
    { input: { f: "get", key }, output: "nothing of the kind", call: 20, return: 21 },
  ];
}

function easyPart(key: string): KvOperation[] {
  return [
    { input: { f: "append", key, value: "a" }, output: "", call: 0, return: 1 },
    { input: { f: "get", key }, output: "a", call: 2, return: 3 },
  ];
}

const history = [
  ...hardPart("a", 10),
  ...easyPart("b"),
  ...hardPart("c", 10),
  ...hardPart("d", 11),
];

/** All that may not depend on who searched. */
async function outcome(model: Model<string, KvInput, string>, workers: number) {
  const { validity, partitions } = await check(model, history, { workers, maxCounterexamples: 0 });
  return {
    validity,
    parts: partitions.map(({ name, validity: its, statistics: { engine, visited } }) => ({
      ...{ name, its, engine, visited },
    })),
  };
}

describe("hard parts", () => {
  it("come out the same on threads of their own as in this one", async () => {
    const here = await outcome(kvModel, 0);
    expect(here.validity).toBe("invalid");
    expect(here.parts.map(({ its }) => its)).toEqual(["invalid", "valid", "invalid", "invalid"]);
    // Hard enough to be sent away.
    expect(here.parts[0]?.visited).toBeGreaterThan(50_000);
    expect(await outcome(kvModel, 2)).toEqual(here);
    expect(await outcome(kvModel, 3)).toEqual(here);
  });

  it("stay here where the model cannot be had elsewhere", async () => {
    const homebound = { ...kvModel, origin: undefined };
    expect(await outcome(homebound, 2)).toEqual(await outcome(kvModel, 2));
  });

  it("say what is wrong with the origin of a model", async () => {
    const lost = { ...kvModel, origin: { module: kvModel.origin?.module ?? "", name: "noModel" } };
    await expect(outcome(lost, 2)).rejects.toThrow("exports no model noModel");
  });

  it("reject with what the model throws in another thread", async () => {
    await expect(outcome({ ...kvModel, origin: brittleModel.origin }, 2)).rejects.toThrow(
      "this model is brittle",
    );
  });

  it("are given up, and their threads ended, when the check is aborted", async () => {
    const stop = new AbortController();
    const { validity, reason, partitions } = await check(
      kvModel,
      [...hardPart("a", 18), ...hardPart("b", 18)],
      {
        workers: 2,
        signal: stop.signal,
        onProgress: ({ visited }) => {
          // Beyond what is looked at before threads are started.
          if (visited > 200_000) stop.abort();
        },
      },
    );
    expect({ validity, reason }).toEqual({ validity: "unknown", reason: "aborted" });
    expect(partitions.map((part) => part.reason)).toEqual(["aborted", "aborted"]);
  });
});
