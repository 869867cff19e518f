import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import type { EtcdConfig } from "../../../cluster/docker/etcd-config.js";
import { differenceLines, differencesOf } from "./difference.js";

const yaml = (text: string) => (parse(text) ?? {}) as EtcdConfig;
const between = (from: string, to: string) => differencesOf(yaml(from), yaml(to));

describe("differencesOf", () => {
  it("names each key that differs, by section, in order", () => {
    const from =
      "heartbeat-interval: 100\nclient-transport-security:\n  cert-file: /a\n  key-file: /k\n";
    const to = "pre-vote: false\nclient-transport-security:\n  key-file: /k\n  cert-file: /b\n";
    expect(between(from, to)).toEqual([
      { key: "client-transport-security.cert-file", from: "/a", to: "/b" },
      { key: "heartbeat-interval", from: 100 },
      { key: "pre-vote", to: false },
    ]);
  });

  it.each([
    ["the order of keys", "a: 1\nb: 2\n", "b: 2\na: 1\n"],
    ["the way a number is written", "a: 100\n", "a: 0x64\n"],
    ["a number of YAML 1.1", "a: 1_000\n", "a: 1000\n"],
    ["a truth of YAML 1.1", "a: yes\nb: off\n", "a: true\nb: false\n"],
    ["null", "a: null\nb:\n", ""],
    ["an empty section", "client-transport-security: {}\n", ""],
    ["null in a section", "client-transport-security: { cert-file: null }\n", ""],
    ["quotes around text", "a: debug\n", "a: 'debug'\n"],
    ["nothing", "", ""],
  ])("takes %s for no difference", (_what, from, to) => {
    expect(between(from, to)).toEqual([]);
  });

  it.each([
    ["a number and its text", "a: 100\n", 'a: "100"\n', { from: 100, to: "100" }],
    ["a truth and 1", "a: true\n", "a: 1\n", { from: true, to: 1 }],
    ["the order of a list", "a: [x, y2]\n", "a: [y2, x]\n", { from: ["x", "y2"], to: ["y2", "x"] }],
    ["an empty text and none", "a: ''\n", "", { from: "" }],
    ["a section and a value", "a: { b: 1 }\n", "a: 1\n", undefined],
  ])("tells %s apart", (_what, from, to, sides) => {
    const differences = between(from, to);
    if (sides) expect(differences).toEqual([{ key: "a", ...sides }]);
    else expect(differences.map(({ key }) => key)).toEqual(["a", "a.b"]);
  });
});

describe("differenceLines", () => {
  it("puts keys and values into columns", () => {
    const lines = differenceLines(
      between("heartbeat-interval: 100\n", "heartbeat-interval: 150\nlog-level: debug\n"),
    );
    expect(lines).toEqual([
      "heartbeat-interval   100       -> 150",
      'log-level            (not set) -> "debug"',
    ]);
  });

  it("cuts what is long, and lets no terminal obey a value or a key", () => {
    const [line = ""] = differenceLines([
      { key: "a\u001b[2J", from: "\u009b31m\n\u202e", to: "x".repeat(500) },
    ]);
    expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(line).toContain("a\\u001b[2J");
    expect(line).toContain(String.raw`\u009b31m\n\u202e`);
    expect(line).toMatch(/x…$/);
    expect(line.length).toBeLessThan(140);
  });

  it("has no line for no difference", () => {
    expect(differenceLines([])).toEqual([]);
  });
});
