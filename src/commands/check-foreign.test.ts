import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ordeal } from "./cli.fixture.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-foreign-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs `ordeal check` in this process on a file of this text, and catches what it says. */
function check(text: string, ...options: string[]) {
  const path = join(folder, "theirs.txt");
  writeFileSync(path, text);
  return checkPath(path, ...options);
}

async function checkPath(path: string, ...options: string[]) {
  const { text: said, code } = await ordeal("check", path, ...options);
  return { said, code };
}

/** Events as "process type f value", as a log, which has tabs, or as EDN. */
const log = (...events: string[]) =>
  events.map((event) => `INFO  jepsen.util - ${event.replaceAll(/ (?=:)/g, "\t")}`).join("\n");

function edn(...events: string[]): string {
  const maps = events.map((event) => {
    const [, process, type, f, value] = /^(".*?"|\S+) (\S+) (\S+)(?: (.*))?$/.exec(event) ?? [];
    const last = value === undefined ? "" : `, :value ${value}`;
    return `{:process ${process}, :type ${type}, :f ${f}${last}}`;
  });
  return maps.join("\n");
}

const logged = ["--format", "jepsen-log"];
const asEdn = ["--format", "jepsen-edn"];
const asKv = ["--format", "porcupine-kv"];
const asSet = [...asEdn, "--model", "set"];
const asQueue = [...asEdn, "--model", "queue"];
const asElle = ["--format", "elle-edn"];
const asAppend = [...asEdn, "--model", "list-append"];
const asMutex = [...asEdn, "--model", "mutex"];

const write = (value: string) => [`0 :invoke :write ${value}`, `0 :ok :write ${value}`];
const read = (value: string) => ["1 :invoke :read nil", `1 :ok :read ${value}`];
const change = (f: string, value: string) => [`0 :invoke :${f} ${value}`, `0 :ok :${f} ${value}`];
const take = (value: string) => ["1 :invoke :dequeue nil", `1 :ok :dequeue ${value}`];
const kv = (process: number, type: string, f: string, key: string, value: string) =>
  `{:process ${process}, :type :${type}, :f :${f}, :key "${key}", :value ${value}}`;
/** A transaction of a map: the type, then the operations. */
const txn = (process: number, type: string, value: string) =>
  `{:process ${process}, :type :${type}, :f :txn, :value [${value}]}`;
const lock = (process: number, f: string) => [
  `${process} :invoke :${f} nil`,
  `${process} :ok :${f} nil`,
];

describe("judges right", () => {
  it.each<[string, number, string, string[]]>([
    ["a log: a fresh read", 0, log(...write("4"), ...read("4")), logged],
    ["a log: a stale read", 1, log(...write("4"), ...read("nil")), logged],
    [
      "a log: a read of a write that timed out",
      0,
      log("0 :invoke :write 4", "0 :info :write :timed-out", ...read("4")),
      logged,
    ],
    [
      "a log: a read that missed a write that timed out",
      0,
      log("0 :invoke :write 4", "0 :info :write :timed-out", ...read("nil")),
      logged,
    ],
    [
      "a log: a write seen after a read timed out and was unseen again",
      1,
      log("0 :invoke :write 4", "0 :info :write :timed-out", ...read("4"), ...read("nil")),
      logged,
    ],
    [
      "a log: a read that failed",
      0,
      log(...write("4"), "1 :invoke :read nil", "1 :fail :read :timed-out"),
      logged,
    ],
    [
      "a log: a swap refused although its value was there",
      1,
      log(...write("4"), "1 :invoke :cas [4 2]", "1 :fail :cas [4 2]"),
      logged,
    ],
    [
      "a log: a swap that failed for a reason",
      0,
      log(...write("4"), "1 :invoke :cas [4 2]", "1 :fail :cas [4 2] :connection-refused"),
      logged,
    ],
    [
      "a log: the nemesis and others",
      0,
      `${log(":nemesis :info :start #<not EDN", ...write("4"))}\nWARN something\n\n`,
      logged,
    ],
    [
      "a log: dated lines with the thread",
      1,
      [...write("4"), ...read("3")]
        .map(
          (event) =>
            `2026-11-22 10:00:00,123\tINFO\t[jepsen worker 1] jepsen.util: ${event.replaceAll(/ (?=:)/g, "\t")}`,
        )
        .join("\r\n"),
      logged,
    ],
    [
      "a log: several registers",
      0,
      log(...write("[1 4]"), ...write("[2 5]"), "1 :invoke :read [1 nil]", "1 :ok :read [1 4]"),
      logged,
    ],
    [
      "a log: several registers, one stale",
      1,
      log(...write("[1 4]"), ...write("[2 5]"), "1 :invoke :read [1 nil]", "1 :ok :read [1 5]"),
      logged,
    ],

    ["EDN: a vector", 1, `; theirs\n[${edn(...write("4"), ...read("3"))}]`, asEdn],
    ["EDN: a list", 1, `(${edn(...write("4"), ...read("3"))})`, asEdn],
    [
      "EDN: a sequence of records",
      1,
      edn(...write("4"), ...read("3")).replaceAll("{", "#jepsen.history.Op{"),
      asEdn,
    ],
    [
      "EDN: values of other kinds",
      0,
      edn(
        ...write('"4"'),
        ...read('"4"'),
        ...write(":on"),
        ...read(":on"),
        ...write("#{1 2}"),
        ...read("#{2 1}"),
      ),
      asEdn,
    ],
    ...[
      "-3",
      "1.5",
      "1/2",
      "\\a",
      ":a/b",
      "sym",
      "true",
      "{:a [1 2]}",
      "[1 2 3]",
      '#inst "2026"',
    ].map((value): [string, number, string, string[]] => [
      `EDN: the value ${value}`,
      0,
      edn(...write("0"), ...write(value), ...read(value)),
      asEdn,
    ]),
    ["EDN: a value that differs in its sign", 1, edn(...write("-3"), ...read("3")), asEdn],
    ["EDN: one half, read as a decimal", 1, edn(...write("1/2"), ...read("0.5")), asEdn],
    ["EDN: a number read as a whole one", 1, edn(...write("2.0"), ...read("2")), asEdn],
    [
      "EDN: sets and maps in another order",
      0,
      edn(...write("{:a #{1 2} :b 3}"), ...read("{:b 3, :a #{2 1}}")),
      asEdn,
    ],
    [
      "EDN: other keys in each map, comments and discarded forms",
      1,
      `^{:by "x"} [ ; 30 s {of} load
        {:index 0 :time 17 :process 0 :type :invoke :f :write :value 4 :extra {:value 5}}
        {:index 1 :time 18 :process 0 :type :ok :f :write :value 4} #_{:process 9 :type :ok}
        {:index 2 :time 19 :process 1 :type :invoke :f :read :value nil :error [:a "}"]}
        {:index 3 :time 20 :process 1 :type :ok :f :read :value 5}]`,
      asEdn,
    ],
    [
      "EDN: texts and keywords as processes",
      1,
      edn(
        '"w 1" :invoke :write 4',
        '"w 1" :ok :write 4',
        ":w2 :invoke :read nil",
        ":w2 :ok :read 3",
      ),
      asEdn,
    ],
    [
      "EDN: a process that goes on after a crash",
      0,
      edn(
        "0 :invoke :write 4",
        "0 :info :write",
        "0 :invoke :read nil",
        "0 :ok :read nil",
        ...read("4"),
      ),
      asEdn,
    ],
    [
      "EDN: what was never completed",
      0,
      edn("0 :invoke :write 4", "2 :invoke :read nil", ...read("4")),
      asEdn,
    ],
    [
      "EDN: completions without a value, but for reads",
      1,
      edn(
        "0 :invoke :write 4",
        "0 :ok :write nil",
        "0 :invoke :write [5 6 7]",
        "0 :ok :write",
        ...read("4"),
      ),
      asEdn,
    ],
    [
      "EDN: reads that failed",
      0,
      edn(...write("4"), "1 :invoke :read nil", "1 :fail :read 3"),
      asEdn,
    ],
    [
      "EDN: a vector of vectors in a record",
      0,
      `#a.History [${edn(...write("4"), ...read("4"))}]`,
      asEdn,
    ],
    ["EDN: a text read for a number", 1, edn(...write("4"), ...read('"4"')), asEdn],
    ["EDN: the nemesis", 0, edn(":nemesis :info :start {:n1 [:n2]}", ...write("4")), asEdn],
    [
      "EDN: a crash without a value",
      0,
      edn("0 :invoke :write 4", "0 :info :write", ...read("4")),
      asEdn,
    ],
    [
      "EDN: a read of what failed",
      1,
      edn("0 :invoke :write 4", "0 :fail :write 4", ...read("4")),
      asEdn,
    ],
    [
      "EDN: a swap that failed did not happen",
      0,
      edn(...write("4"), "1 :invoke :cas [4 2]", "1 :fail :cas [4 2]", ...read("4")),
      asEdn,
    ],
    [
      "EDN: two swaps of one value",
      1,
      edn(
        ...write("4"),
        "1 :invoke :cas [4 2]",
        "2 :invoke :cas [4 3]",
        "1 :ok :cas [4 2]",
        "2 :ok :cas [4 3]",
      ),
      asEdn,
    ],
    [
      "EDN: swaps of several registers",
      0,
      edn(
        "0 :invoke :cas [1 [nil 2]]",
        "1 :invoke :cas [2 [nil 3]]",
        "0 :ok :cas [1 [nil 2]]",
        "1 :ok :cas [2 [nil 3]]",
      ),
      asEdn,
    ],
    [
      "EDN: what an invocation lacked",
      0,
      edn("0 :invoke :write nil", "0 :ok :write 4", ...read("4")),
      asEdn,
    ],
    [
      "EDN: keys of two kinds",
      1,
      edn(...write("[1 4]"), '1 :invoke :read ["1" nil]', '1 :ok :read ["1" 4]'),
      asEdn,
    ],
    [
      "EDN: a plain register",
      0,
      edn(...write("4"), ...read("4")),
      [...asEdn, "--model", "register"],
    ],

    [
      "kv: appends in one order",
      0,
      [
        kv(0, "invoke", "append", "a", '"x"'),
        kv(1, "invoke", "append", "a", '"y"'),
        kv(0, "ok", "append", "a", '"x"'),
        kv(1, "ok", "append", "a", '"y"'),
        kv(0, "invoke", "get", "a", "nil"),
        kv(0, "ok", "get", "a", '"yx"'),
      ].join("\n"),
      asKv,
    ],
    [
      "kv: an append lost",
      1,
      [
        "some line",
        kv(0, "invoke", "append", "a", '"x"'),
        kv(0, "ok", "append", "a", '"x"'),
        kv(1, "invoke", "get", "a", "nil"),
        kv(1, "ok", "get", "a", '""'),
      ].join("\n"),
      asKv,
    ],
    [
      "kv: keys that nobody wrote",
      0,
      [
        kv(1, "invoke", "get", "a", "nil"),
        kv(1, "ok", "get", "a", '""'),
        kv(1, "invoke", "get", "b", "nil"),
        kv(1, "ok", "get", "b", "nil"),
      ].join("\n"),
      asKv,
    ],
    [
      "kv in EDN with keys in the values",
      1,
      edn(
        '0 :invoke :put [:a "x"]',
        '0 :ok :put [:a "x"]',
        "1 :invoke :get [:a nil]",
        "1 :ok :get [:a nil]",
      ),
      [...asEdn, "--model", "kv"],
    ],

    [
      "a mutex: taken in turn",
      0,
      edn(...lock(0, "acquire"), ...lock(0, "release"), ...lock(1, "acquire")),
      asMutex,
    ],
    ["a mutex: taken twice", 1, edn(...lock(0, "acquire"), ...lock(1, "acquire")), asMutex],
    [
      "a mutex: taken again after a release that crashed",
      0,
      edn(
        ...lock(0, "acquire"),
        "0 :invoke :release nil",
        "0 :info :release",
        ...lock(1, "acquire"),
      ),
      asMutex,
    ],
    [
      "a mutex: values and owners, which are not looked at",
      1,
      [
        '{:process 0, :type :invoke, :f :acquire, :value {:client "a"}}',
        '{:process 0, :type :ok, :f :acquire, :value {:client "a", :fence 1}, :owner "a"}',
        '{:process 1, :type :invoke, :f :acquire, :value "b"}',
        '{:process 1, :type :fail, :f :acquire, :value "b", :error :busy}',
        "{:process 2, :type :invoke, :f :acquire}",
        "{:process 2, :type :ok, :f :acquire, :value 17}",
      ].join("\n"),
      asMutex,
    ],
    [
      "a mutex: two locks",
      0,
      edn(
        "0 :invoke :acquire [:a nil]",
        "0 :ok :acquire [:a nil]",
        "1 :invoke :acquire [:b nil]",
        "1 :ok :acquire [:b nil]",
      ),
      asMutex,
    ],

    [
      "a set: all that was added, in any order",
      0,
      edn(
        ...change("add", "1"),
        ...change("add", ":b"),
        "1 :invoke :read nil",
        "1 :ok :read #{:b 1}",
        "1 :invoke :read nil",
        "1 :ok :read (:b 1)",
      ),
      asSet,
    ],
    [
      "a set: nothing at first, whatever it is called",
      0,
      edn(...read("nil"), ...read("#{}"), ...read("[]"), ...change("add", "1"), ...read("[1]")),
      asSet,
    ],
    ["a set: what was added and lost", 1, edn(...change("add", "1"), ...read("#{}")), asSet],
    ["a set: what was never added", 1, edn(...change("add", "1"), ...read("[1 2]")), asSet],
    [
      "a set: an add that crashed, seen and then gone",
      1,
      edn("0 :invoke :add 1", "0 :info :add 1", ...read("[1]"), ...read("[]")),
      asSet,
    ],
    [
      "a set: an add that failed and was seen",
      1,
      edn("0 :invoke :add 1", "0 :fail :add 1", ...read("[1]")),
      asSet,
    ],
    [
      "several sets",
      0,
      edn(
        ...change("add", "[:a 1]"),
        ...change("add", "[:b 2]"),
        "1 :invoke :read [:a nil]",
        "1 :ok :read [:a #{1}]",
      ),
      asSet,
    ],

    [
      "a queue: first in, first out",
      0,
      edn(...change("enqueue", "1"), ...change("enqueue", '"b"'), ...take("1"), ...take('"b"')),
      asQueue,
    ],
    [
      "a queue: last in, first out",
      1,
      edn(...change("enqueue", "1"), ...change("enqueue", "2"), ...take("2"), ...take("1")),
      asQueue,
    ],
    [
      "a queue: taken twice",
      1,
      edn(...change("enqueue", "1"), ...take("1"), ...take("1")),
      asQueue,
    ],
    [
      "a queue: empty, then not, then empty",
      0,
      edn(...take("nil"), ...change("enqueue", "1"), ...take("1"), ...take(":empty")),
      asQueue,
    ],
    ["a queue: not empty", 1, edn(...change("enqueue", "1"), ...take("nil")), asQueue],
    [
      "a queue: a dequeue that failed took nothing and tells nothing",
      0,
      edn(
        ...change("enqueue", "1"),
        "1 :invoke :dequeue nil",
        "1 :fail :dequeue :empty",
        ...take("1"),
      ),
      asQueue,
    ],
    [
      "a queue: a dequeue that crashed may have taken the first",
      0,
      edn(
        ...change("enqueue", "1"),
        ...change("enqueue", "2"),
        "3 :invoke :dequeue nil",
        "3 :info :dequeue",
        ...take("2"),
      ),
      asQueue,
    ],
    [
      "transactions: a stale read",
      1,
      txn(0, "invoke", "[:append :x 1]") +
        txn(0, "ok", "[:append :x 1]") +
        txn(1, "invoke", "[:r :x nil]") +
        txn(1, "ok", "[:r :x nil]"),
      asElle,
    ],
    [
      "transactions: one of two operations, which is no key and its value",
      0,
      txn(0, "invoke", "[:append 1 2] [:r 1 nil]") + txn(0, "ok", "[:append 1 2] [:r 1 [2]]"),
      asAppend,
    ],
    [
      "transactions: reads that cross each other",
      1,
      txn(0, "invoke", '[:append "x" 1] [:r "y" nil]') +
        txn(1, "invoke", '[:append "y" 1] [:r "x" nil]') +
        txn(1, "ok", '[:append "y" 1] [:r "x" nil]') +
        txn(0, "ok", '[:append "x" 1] [:r "y" nil]'),
      asAppend,
    ],
    [
      "transactions: completions alone, whose order in time is not known",
      0,
      txn(0, "ok", "[:append :x 1]") + txn(1, "ok", "[:r :x nil]") + txn(1, "ok", "[:r :x [1]]"),
      asElle,
    ],
    [
      "transactions: completions alone, of one process",
      1,
      txn(0, "ok", "[:append :x 1]") + txn(0, "ok", "[:r :x nil]"),
      asElle,
    ],
    [
      "transactions: one that was never completed and is seen late",
      0,
      txn(0, "invoke", "[:append :x 1]") +
        txn(1, "invoke", "[:r :x nil]") +
        txn(1, "ok", "[:r :x []]") +
        txn(1, "invoke", "[:r :x nil]") +
        txn(1, "ok", "[:r :x [1]]"),
      asElle,
    ],
    [
      "transactions: a read of one that failed",
      1,
      txn(0, "invoke", "[:append :x 1]") +
        txn(0, "fail", "[:append :x 1]") +
        txn(1, "invoke", "[:r :x nil]") +
        txn(1, "ok", "[:r :x [1]]"),
      asElle,
    ],
    [
      "transactions: no processes, and the nemesis",
      1,
      `[{:index 0, :type :invoke, :value [[:append :x 1]]}
        {:index 1, :type :ok, :value [[:append :x 1]]}
        {:process :nemesis, :type :info, :f :start}
        {:index 2, :type :invoke, :value [[:r :x nil]], :time 7}
        {:index 3, :type :ok, :value [[:r :x [1 2]]]}]`,
      asElle,
    ],
  ])("%s", async (_, code, text, options) => {
    const { said, code: found } = await check(text, ...options);
    expect(said).toMatch(code === 0 ? /ordeal: VALID/ : /ordeal: INVALID/);
    expect(found).toBe(code);
  });
});

describe("complains, naming the line, of", () => {
  it.each<[string, RegExp, string, string[]]>([
    [
      "a log's torn line",
      /line 3: expected a type/,
      `${log(...write("4"))}\nINFO  jepsen.util - 1\t:inv`,
      logged,
    ],
    [
      "a log's read without a value",
      /line 2: expected the value that the read found/,
      log("1 :invoke :read nil", "1 :ok :read"),
      logged,
    ],
    ["a map that is cut", /line 2: expected a "}"/, edn(...write("4")).slice(0, -3), asEdn],
    ["a vector that is cut", /line 1: expected a "]"/, `[${edn(...write("4"))}`, asEdn],
    [
      "an unknown type",
      /line 2: expected :type :invoke/,
      edn("0 :invoke :read nil", "0 :done :read 4"),
      asEdn,
    ],
    [
      "an operation without a process",
      /line 1: expected an operation with a :process/,
      "{:type :invoke :value [[:append 1 1]]}",
      asEdn,
    ],
    [
      "what is no map",
      /line 2: expected an operation's map, got 17/,
      `${edn("0 :invoke :read nil")}\n17`,
      asEdn,
    ],
    [
      "a completion of nothing",
      /line 1: process 0 completes a read that it never/,
      edn("0 :ok :read 4"),
      asEdn,
    ],
    [
      "a completion of another kind",
      /line 2: process 0 completes a read, but/,
      edn("0 :invoke :write 4", "0 :ok :read 4"),
      asEdn,
    ],
    [
      "two invocations at a time",
      /line 2: process 0 invokes a read before its write of line 1/,
      edn("0 :invoke :write 4", "0 :invoke :read nil"),
      asEdn,
    ],
    [
      "a completion of another value",
      /line 2: the write of line 1 was of 4, but/,
      edn("0 :invoke :write 4", "0 :ok :write 5"),
      asEdn,
    ],
    [
      "a key with some operations alone",
      /line 3: expected every operation to name a key or none/,
      edn(...write("[1 4]"), ...read("4")),
      asEdn,
    ],
    [
      "an answer about another key",
      /line 2: the answer is about key 2/,
      edn("0 :invoke :read [1 nil]", "0 :ok :read [2 4]"),
      asEdn,
    ],
    [
      "what the model does not know",
      /line 1: the model knows acquire, release, but the history has a write/,
      edn(...write("4")),
      asMutex,
    ],
    [
      "a cas of one value",
      /line 1: expected a cas of \[old new\], got 4/,
      edn("0 :invoke :cas 4"),
      asEdn,
    ],
    [
      "a cas for a plain register",
      /line 1: the model knows read, write, but/,
      edn("0 :invoke :cas [1 2]"),
      [...asEdn, "--model", "register"],
    ],
    [
      "a number for a text",
      /line 1: expected a text in quotes as value, got 5/,
      kv(0, "invoke", "put", "a", "5"),
      asKv,
    ],
    [
      "no key",
      /line 1: expected a key to get, .* got none/,
      edn("0 :invoke :get nil"),
      [...asEdn, "--model", "kv"],
    ],
    [
      "an operation without a function",
      /line 1: expected an :f such as :read, got none/,
      "{:process 0, :type :invoke, :value 4}",
      asEdn,
    ],
    [
      "an operation of a transaction",
      /line 1: the model knows read, write, cas, but the history has a txn/,
      edn("0 :invoke :txn [[:r 1 nil]]"),
      asEdn,
    ],
    [
      "what would speak to a terminal",
      /line 1: expected an operation's map, got \ufffd$/m,
      "\u001b[2J",
      asEdn,
    ],
    [
      "a set's read of one value",
      /line 2: expected all that the set held, such as .*, got 5/,
      edn("0 :invoke :read nil", "0 :ok :read 5"),
      asSet,
    ],
    [
      "a queue's nothing as a value",
      /line 1: expected a value to enqueue, got :empty/,
      edn("0 :invoke :enqueue :empty"),
      asQueue,
    ],
    [
      "a transaction of what is no list",
      /line 1: expected \[:append key element\] or \[:r key list\], got \[:w :x 1\]/,
      txn(0, "invoke", "[:w :x 1]") + txn(0, "ok", "[:w :x 1]"),
      asElle,
    ],
    [
      "a transaction without operations",
      /line 1: expected a transaction's operations .* got 7/,
      "{:type :invoke :value 7}\n{:type :ok :value 7}",
      asElle,
    ],
    [
      "a read of what is no list",
      /line 2: expected the list that was read, such as \[1 2\], got 7/,
      `${txn(0, "invoke", "[:r :x nil]")}\n${txn(0, "ok", "[:r :x 7]")}`,
      asElle,
    ],
    [
      "a completion of other operations",
      /line 2: the transaction of line 1 asked for other operations/,
      `${txn(0, "invoke", "[:append :x 1]")}\n${txn(0, "ok", "[:append :x 2]")}`,
      asElle,
    ],
    [
      "an invocation among completions alone",
      /line 2: process 1 invokes something, but the history begins with/,
      `${txn(0, "ok", "[:append :x 1]")}\n${txn(1, "invoke", "[:r :x nil]")}`,
      asElle,
    ],
    [
      "what is no transaction",
      /line 1: the model knows transactions \(:f :txn\), but the history has a read/,
      edn(...read("4")),
      asElle,
    ],
    [
      "transactions that are cut",
      /line 1: expected a "]"/,
      `[${txn(0, "ok", "[:append :x 1]")}`,
      asElle,
    ],
    ["nothing but a comment", /no operation was found/, "; {:process 0}", asEdn],
    ["another format", /no operation was found .* another --format/, edn(...write("4")), logged],
    ["nothing at all", /no operation was found/, "", asEdn],
  ])("%s", async (_, sentence, text, options) => {
    const { said, code } = await check(text, ...options);
    expect(said).toMatch(sentence);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(64);
  });
});

describe("complains of", () => {
  it.each<[string, RegExp, string[]]>([
    [
      "a format that is nearly one",
      /--format .*did you mean "jepsen-log"/,
      ["--format", "jepsen-lag"],
    ],
    ["a model that is nearly one", /--model .*did you mean "mutex"/, [...asEdn, "--model", "mutx"]],
    [
      "a model for a history of ordeal",
      /expected --model with the --format/,
      ["--format", "ordeal", "--model", "kv"],
    ],
  ])("%s", async (_, sentence, options) => {
    const { said, code } = await check(edn(...write("4")), ...options);
    expect(said).toMatch(sentence);
    expect(code).toBe(64);
  });

  it("a file that is not there, and one that is not compressed as its name says", async () => {
    const missing = await checkPath(join(folder, "none.edn"), ...asEdn);
    expect(missing.said).toMatch(/none\.edn cannot be read: ENOENT/);
    expect(missing.code).toBe(64);
    const path = join(folder, "theirs.edn.gz");
    writeFileSync(path, edn(...write("4")));
    const { said, code } = await checkPath(path, ...asEdn);
    expect(said).toMatch(/cannot be read: incorrect header check/);
    expect(code).toBe(64);
  });

  it("a folder", async () => {
    const { said, code } = await checkPath(folder, ...logged);
    expect(said).toMatch(/cannot be read/);
    expect(code).toBe(64);
  });
});

it("shows what contradicts what, by line", async () => {
  const { said } = await check(log(...write("4"), ...write("5"), ...read("4")), ...logged);
  expect(said).toMatch(
    /process 1 read 4 although process 0 wrote 5, which had replaced that 1 line before/,
  );
  expect(said).toMatch(/Process 1 read 4: it asked at line 5 and was answered at line 6\./);
});

it("tells why transactions have no order, and where they stand", async () => {
  const { said } = await check(
    [
      txn(3, "invoke", "[:append :x 1]"),
      txn(3, "ok", "[:append :x 1]"),
      txn(4, "invoke", "[:r :x nil] [:append :y 2]"),
      txn(5, "invoke", "[:r :x nil]"),
      txn(5, "ok", "[:r :x [1]]"),
      txn(4, "ok", "[:r :x []] [:append :y 2]"),
    ].join("\n"),
    ...asElle,
  );
  expect(said).toMatch(/ INVALID {2}A violation was found by strict-serializable: 2 transactions /);
  expect(said).toContain("T1 (process 3, lines 1 to 2): append 1 to :x.");
  expect(said).toContain("T2 (process 4, lines 3 to 6): read :x: []; append 2 to :y.");
  expect(said).toContain("T1 comes before T2: T1 had returned before T2 was invoked.");
  expect(said).toContain("T2 comes before T1: T2 read :x as [], without 1, which T1 appended.");
  expect(said).toContain("(G-single-realtime: one saw something of another's doings");
});

it("does not judge what was appended twice", async () => {
  const twice = txn(0, "ok", "[:append :x 1]") + txn(1, "ok", "[:append :x 1]");
  const { said, code } = await check(twice, ...asElle);
  expect(said).toMatch(/INCONCLUSIVE .*Key :x was not judged, since 1 was appended to it twice/);
  expect(code).toBe(2);
});

it("reads a compressed history", async () => {
  const path = join(folder, "theirs.edn.gz");
  writeFileSync(path, gzipSync(edn(...write("größe"), ...read("grösse"))));
  const { said, code } = await checkPath(path, ...asEdn);
  expect(said).toContain("process 1 read grösse");
  expect(code).toBe(1);
});

it("names processes as the history does", async () => {
  const { said } = await check(edn(":w1 :invoke :read nil", ":w1 :ok :read 3"), ...asEdn);
  expect(said).toContain("process :w1 read 3");
});

it("prints one JSON object in the shape of every verdict", async () => {
  const { said } = await check(edn(...write("4"), ...read("3")), ...asEdn, "--json");
  expect(JSON.parse(said)).toMatchObject({
    ordeal: "verdict",
    version: 1,
    run: "theirs.txt",
    validity: "invalid",
    exitCode: 1,
    checkers: { linearizable: { validity: "invalid", details: { operations: 2, parts: 1 } } },
  });
});

it("ends inconclusive when the time is up", async () => {
  const { said, code } = await check(
    edn(...Array.from({ length: 5000 }, () => [...write("4"), ...read("4")]).flat()),
    ...asEdn,
    "--checker-timeout",
    "0.000001",
  );
  expect(said).toMatch(/INCONCLUSIVE/);
  expect(code).toBe(2);
});
