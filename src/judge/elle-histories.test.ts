import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { judgeForeignText } from "./judge-foreign.js";

/** Where a checkout of other checkers' histories lies: folders with a `verdicts.tsv` each. */
const folder = process.env["ORDEAL_HISTORIES"];

/** Our own, so that reader and checker are held to something wherever the tests run. */
const own = [
  {
    name: "two that missed each other's appends, which a third saw in part",
    verdict: "invalid",
    text: `{:type :invoke :value [[:append 5 1] [:r 6 nil]]}
           {:type :ok     :value [[:append 5 1] [:r 6 nil]]}
           {:type :invoke :value [[:append 6 1] [:r 5 nil]]}
           {:type :ok     :value [[:append 6 1] [:r 5 nil]]}`,
  },
  {
    name: "one after the other",
    verdict: "valid",
    text: `{:type :invoke :value [[:append 5 1] [:r 6 nil]]}
           {:type :ok     :value [[:append 5 1] [:r 6 nil]]}
           {:type :invoke :value [[:append 6 1] [:r 5 nil]]}
           {:type :ok     :value [[:append 6 1] [:r 5 [1]]]}`,
  },
];

it.each([...own, ...recorded()])("$name is $verdict", async ({ text, verdict }) => {
  const judged = await judgeForeignText(text, {
    ...{ deadlineMs: 60_000, memoryMb: 1024, format: "elle-edn" },
  });
  expect(judged.validity).toBe(verdict);
});

function recorded(): typeof own {
  const root = folder === undefined ? undefined : join(folder, "elle");
  if (root === undefined || !existsSync(root)) return [];
  const verdicts = readFileSync(join(root, "verdicts.tsv"), "utf8").trim().split("\n");
  return verdicts.map((line) => {
    const [name = "", verdict = ""] = line.split("\t");
    return { name, verdict, text: readFileSync(join(root, name), "utf8") };
  });
}
