import { describe, expect, it } from "vitest";
import { guessFormat } from "./guess-format.js";

const event = "{:process 0, :type :invoke, :f :write, :value 4}";
const get = '{:process 0, :type :invoke, :f :get, :key "7", :value nil}';
const header = '{"ordeal":"history","version":1,"run":"r1"}';

describe("a history is told by its beginning", () => {
  it.each<[string, string, string]>([
    ["one of ours", "ordeal", `${header}\n{"index":0}\n`],
    ["one of ours of a later version", "ordeal", header.replace(":1", ":99")],
    ["one of ours whose header is cut off", "ordeal", header.slice(0, 30)],

    ["a log", "jepsen-log", "INFO  jepsen.util - 4\t:invoke\t:write\t3"],
    [
      "a log whose operations come late",
      "jepsen-log",
      `${'2026-11-22 10:00:00,123 INFO [main] jepsen.db: {:tearing "down\n'.repeat(2_000)}2026-11-22 10:00:00,123\tINFO\t[jepsen worker 1] jepsen.util: 0\t:invoke\t:read\tnil\n`,
    ],

    ["a sequence of maps", "jepsen-edn", `${event}\n${event}`],
    ["a vector with a comment before it", "jepsen-edn", `; theirs\n[${event}\n ${event}]`],
    ["a list with metadata", "jepsen-edn", `^{:by "x"} (${event})`],
    ["records", "jepsen-edn", `#jepsen.history.Op${event}`],
    ["a tagged vector", "jepsen-edn", `#a.History [${event}]`],
    ["maps that begin with a discarded form", "jepsen-edn", `#_[1 2] ${event}`],
    ["types in quotes", "jepsen-edn", '{:process "w", :type "invoke", :f "read"}'],
    ["the nemesis first", "jepsen-edn", `{:process :nemesis, :type :info, :f :start}\n${event}`],
    ["a last map that is cut off", "jepsen-edn", `${event}\n${event.slice(0, 20)}`],
    ["damage that comes later", "jepsen-edn", `${event}\n}`],
    [
      "a register of vectors",
      "jepsen-edn",
      "{:process 0, :type :invoke, :f :write, :value [[1 2 3]]}",
    ],
    ["pairs that begin with a word", "jepsen-edn", "{:type :ok, :f :write, :value [[:r 1]]}"],
    ["a compare-and-set", "jepsen-edn", "{:process 0, :type :invoke, :f :cas, :value [1 [2 3]]}"],
    ["keys in a vector, which a line of Porcupine's is never in", "jepsen-edn", `[${get}\n${get}]`],
    [
      "a set whose elements are appended without a key",
      "jepsen-edn",
      get.replace(':key "7", ', ""),
    ],

    ["keys apart, a map a line", "porcupine-kv", `${get}\n${get}`],

    ["transactions without a function", "elle-edn", "{:type :invoke :value [[:append 253 1]]}"],
    [
      "transactions that read first",
      "elle-edn",
      "{:index 2, :type :ok, :process 1, :f :txn, :value [[:r 253 [1 3]] [:append 255 8]]}",
    ],
    ["a transaction whose values are not told", "elle-edn", "{:process 1 :type :info :f :txn}"],
    ["writes of registers", "elle-edn", "[{:type :invoke, :process 1, :value [[:w 1 2]]}]"],
  ])("%s", (_, format, text) => {
    expect(guessFormat(text)).toEqual({ format });
  });
});

describe("nothing is guessed where it is not clear", () => {
  it.each<[string, RegExp, string]>([
    ["nothing", /empty/, " \n"],
    ["a table", /none of them/, "file\tverdict\na.edn\tvalid\n"],
    ["a comment alone", /none of them/, "; {:process 0}"],
    ["JSON", /JSON, but no history/, '{"some":"json"}'],
    ["a verdict", /a verdict of ordeal/, '{\n  "ordeal": "verdict",\n  "version": 1\n}'],
    ["EDN of something else", /of no operations/, "{:a 1}"],
    ["maps after what is no EDN", /none of them/, `) ${event}`],
    ["a log without operations", /none of them/, "INFO  jepsen.util - nothing yet"],
    ["words that a log's source is part of", /none of them/, "my.jepsen.util 4 :ok :read 3"],
  ])("%s", (_, what, text) => {
    const guess = guessFormat(text);
    expect("unclear" in guess && guess.unclear).toMatch(what);
  });
});

it("reads no further than it needs to", () => {
  expect(guessFormat(`${`${event}\n`.repeat(20)}${"[".repeat(10_000)}`)).toEqual({
    format: "jepsen-edn",
  });
});
