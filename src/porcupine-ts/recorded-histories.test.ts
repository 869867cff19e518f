import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { judgeForeignText } from "../judge/judge-foreign.js";

/** Where a checkout of other checkers' histories lies: folders with a `verdicts.tsv` each. */
const folder = process.env["ORDEAL_HISTORIES"];

const formats: Readonly<Record<string, string>> = {
  "porcupine-jepsen": "jepsen-log",
  "knossos-cas-register": "jepsen-edn",
  "porcupine-kv": "porcupine-kv",
};

const limits = { deadlineMs: 60_000, memoryMb: 1024 };

/** Our own, so that readers and models are held to something wherever the tests run. */
const own = [
  {
    kind: "porcupine-jepsen",
    name: "a refused swap of what was there",
    verdict: "invalid",
    text: [
      "INFO  jepsen.util - 0\t:invoke\t:write\t4",
      "INFO  jepsen.util - 0\t:ok\t:write\t4",
      "INFO  jepsen.core - a line of something else",
      "INFO  jepsen.util - 1\t:invoke\t:cas\t[4 2]",
      "INFO  jepsen.util - 1\t:fail\t:cas\t[4 2]",
    ].join("\n"),
  },
  {
    kind: "porcupine-jepsen",
    name: "a refused swap that only a write that timed out explains",
    verdict: "valid",
    text: [
      "INFO  jepsen.util - 0\t:invoke\t:write\t4",
      "INFO  jepsen.util - 0\t:ok\t:write\t4",
      "INFO  jepsen.util - 1\t:invoke\t:write\t5",
      "INFO  jepsen.util - 1\t:info\t:write\t:timed-out",
      "INFO  jepsen.util - 2\t:invoke\t:cas\t[4 2]",
      "INFO  jepsen.util - 2\t:fail\t:cas\t[4 2]",
    ].join("\n"),
  },
  {
    kind: "porcupine-jepsen",
    name: "a read that saw a write that timed out",
    verdict: "valid",
    text: [
      "INFO  jepsen.util - 0\t:invoke\t:write\t4",
      "INFO  jepsen.util - 0\t:info\t:write\t:timed-out",
      "INFO  jepsen.util - 1\t:invoke\t:read\tnil",
      "INFO  jepsen.util - 1\t:ok\t:read\tnil",
      "INFO  jepsen.util - 1\t:invoke\t:read\tnil",
      "INFO  jepsen.util - 1\t:ok\t:read\t4",
    ].join("\n"),
  },
  {
    kind: "knossos-cas-register",
    name: "a read of what a failed write would have written",
    verdict: "invalid",
    text: `[{:process 0, :type :invoke, :f :write, :value 3} ; never happened
            {:process 0, :type :fail, :f :write, :value 3}
            {:process :nemesis, :type :info, :f :start, :value "cut off {:n1 [:n2]}"}
            {:process 1, :type :invoke, :f :read, :value nil}
            {:process 1, :type :ok, :f :read, :value 3}]`,
  },
  {
    kind: "knossos-cas-register",
    name: "a swap that crashed and was seen, as a plain sequence",
    verdict: "valid",
    text: `{:process 0 :type :invoke :f :cas :value [nil 3]}
           {:process 0 :type :info :f :cas :value [nil 3]}
           {:process 1 :type :invoke :f :read :value nil}
           {:process 1 :type :ok :f :read :value 3}`,
  },
  {
    kind: "porcupine-kv",
    name: "appends seen in one order",
    verdict: "valid",
    text: [
      '{:process 0, :type :invoke, :f :append, :key "a", :value "x"}',
      '{:process 1, :type :invoke, :f :append, :key "a", :value "y"}',
      '{:process 1, :type :ok, :f :append, :key "a", :value "y"}',
      '{:process 0, :type :ok, :f :append, :key "a", :value "x"}',
      '{:process 0, :type :invoke, :f :get, :key "a", :value nil}',
      '{:process 0, :type :ok, :f :get, :key "a", :value "yx"}',
    ].join("\n"),
  },
  {
    kind: "porcupine-kv",
    name: "an append lost",
    verdict: "invalid",
    text: [
      '{:process 0, :type :invoke, :f :append, :key "a", :value "x"}',
      '{:process 0, :type :ok, :f :append, :key "a", :value "x"}',
      '{:process 1, :type :invoke, :f :get, :key "a", :value nil}',
      '{:process 1, :type :ok, :f :get, :key "a", :value ""}',
    ].join("\n"),
  },
];

const recorded = folder !== undefined ? recordedBelow(folder) : [];

describe("agrees with other checkers", () => {
  it.each([...own, ...recorded])("$kind: $name is $verdict", async ({ kind, text, verdict }) => {
    const format = formats[kind] ?? "";
    const { validity } = await judgeForeignText(text, { ...limits, format });
    expect(validity).toBe(verdict);
  });
});

function recordedBelow(root: string): typeof own {
  return Object.keys(formats).flatMap((kind) =>
    readdirSync(join(root, kind))
      .filter((name) => name === "verdicts.tsv")
      .flatMap((name) =>
        readFileSync(join(root, kind, name), "utf8")
          .trim()
          .split("\n"),
      )
      .map((line) => {
        const [name = "", verdict = ""] = line.split("\t");
        return { kind, name, verdict, text: readFileSync(join(root, kind, name), "utf8") };
      }),
  );
}
