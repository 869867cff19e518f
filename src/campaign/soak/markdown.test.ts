import { describe, expect, it } from "vitest";
import { annotations, summaryMarkdown } from "./markdown.js";
import type { NightRun } from "./night.js";
import {
  aCell,
  aFailure,
  aViolation,
  hostile,
  hostileNight,
  inconclusive,
  lifelikeNight,
  nightOf,
  runOf,
} from "./testing-night.fixture.js";

const never = { ...aCell, etcd: "3.6.1" };
const mixed = nightOf(
  [
    runOf({ number: 0, ...aViolation }),
    runOf({ number: 1, ...inconclusive }),
    runOf({ number: 2, ...aFailure }),
    runOf({ number: 3, ...aFailure, sentence: "The engine was away." }),
    runOf({ number: 3, attempt: 2 }),
  ],
  { cells: [aCell, never], shard: { part: 2, of: 5 } },
);

describe("the summary for a pull request", () => {
  it("tells of the newest night what was found, and how to repeat it", () => {
    const text = summaryMarkdown([mixed]);
    expect(text.split("\n\n")).toEqual([
      `<h2>A violation was found: 1 of 4 runs is invalid. 1 of 2 cells was not reached.</h2>
<ul>
<li>Night <code>2026-11-27T22-00-00.000Z</code>, ordeal <code>0.1.0</code></li>
<li>4 runs · 1 valid · 1 invalid · 1 inconclusive · 1 failed · 1 tried again</li>
<li>It ended as planned: its budget was spent.</li>
<li>Seed 4711, budget <code>--for 8h</code></li>
<li>Shard 2 of 5</li>
</ul>`,
      expect.stringContaining(`<h3>Violations (1)</h3>
<ul>
<li>
Run 0: <code>register with kill, etcd 3.5.30, 5 nodes</code>, seed 1000<br />
<code>linearizable: register/3 has no order</code><br />
Repeat: <code>npx ordeal test --workload register --seed 1000</code>
</li>`),
      expect.stringContaining("<h3>Inconclusive (1)</h3>"),
      expect.stringContaining("<h3>Failed (1)</h3>"),
      expect.stringMatching(/<h3>Tried again \(1\)<\/h3>[^]*The engine was away\./),
      expect.stringMatching(
        /^<table>[^]*❌ Invalid, 1 of 4 runs[^]*➖ Not reached[^]*<\/table>\n$/,
      ),
    ]);
  });

  it("compares with the nights before", () => {
    const text = summaryMarkdown([lifelikeNight(22), lifelikeNight(23)]);
    const [, trends = ""] = text.split("<h3>Night by night</h3>");
    const names = [...trends.matchAll(/<th><code>(.{10})/g)].map(([, name]) => name);
    expect(names).toEqual(["2026-11-23", "2026-11-22"]);
    expect(trends).toContain("1 min 11 s");
  });

  it("says so where there is no night", () => {
    expect(summaryMarkdown([])).toBe("No night of `ordeal soak` is on record.\n");
  });

  it("gives Markdown nothing to read, whatever values say", () => {
    const text = summaryMarkdown([hostileNight(hostile), lifelikeNight(27)]);
    // An HTML block begins with such an element and ends with the next empty line.
    for (const block of text.trimEnd().split("\n\n")) {
      expect(block).toMatch(/^<(?:h2|h3|table)>/);
      expect(block).not.toMatch(/^\s*$/m);
      expect(block).not.toMatch(/\r|\u2028/);
    }
    const tags = new Set([...text.matchAll(/<\/?(\w+)[^>]*>/g)].map(([, tag]) => tag));
    expect([...tags].sort()).toEqual([
      "br",
      "code",
      "h2",
      "h3",
      "li",
      "table",
      "td",
      "th",
      "tr",
      "ul",
    ]);
    // GitHub makes no mention and no link of what stands in code.
    const outsideCode = text.replaceAll(/<code>[^<]*<\/code>/g, "");
    expect(text).toContain("@octocat #1 http://example.org");
    expect(outsideCode).not.toMatch(/[@#]|http|octocat|\|/);
    expect(text).toContain("\\u001b[31m");
  });

  it("stays below what GitHub takes, and says what it leaves out", () => {
    const runs = Array.from({ length: 400 }, (_, number) => runOf({ number, ...aViolation }));
    expect(summaryMarkdown([nightOf(runs)])).toContain(
      "<li>and 375 more: the page of nights has them</li>",
    );
    const long = Array.from({ length: 3000 }, (_, number) =>
      runOf({ number, cell: { ...aCell, workload: `${number}${"&".repeat(500)}` } }),
    );
    const text = summaryMarkdown([nightOf(long)]);
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toContain("All 3,000 runs are valid.");
    expect(text).toContain("The rest is left out here");
  });
});

describe("annotations", () => {
  it("are errors for violations, and warnings for what left no clear verdict", () => {
    const cell = "register with kill%2C etcd 3.5.30%2C 5 nodes";
    expect(annotations(mixed)).toEqual([
      `::error title=Invalid%3A ${cell}::linearizable: register/3 has no order%0Aseed 1000%0Anpx ordeal test --workload register --seed 1000`,
      `::warning title=Failed%3A ${cell}::n3 did not come up within 60 s.%0Aseed 1002%0Anpx ordeal test --workload register --seed 1002`,
      `::warning title=Inconclusive%3A ${cell}::The fault was never seen in force.%0Aseed 1001%0Anpx ordeal test --workload register --seed 1001`,
    ]);
  });

  it("are one command each, whatever values say", () => {
    const lines = annotations(hostileNight(hostile));
    expect(lines).toHaveLength(6);
    for (const line of lines) {
      expect(line).toMatch(/^::(?:error|warning) title=[^:,\n\r]*::[^\n\r]*$/);
      expect(line).not.toContain("\u001b");
      expect(line).toContain("z %250A ");
      expect(line).toContain("t%0D::warning::%0A");
    }
  });

  it("are no more than GitHub shows, and the last says how many are left out", () => {
    const runs = (count: number, rest: Partial<NightRun>) =>
      Array.from({ length: count }, (_, number) => runOf({ number, ...rest }));
    expect(annotations(nightOf(runs(10, aViolation)))[9]).toContain("seed 1009");
    const lines = annotations(nightOf(runs(42, aViolation)));
    expect(lines).toHaveLength(10);
    expect(lines[9]).toBe(
      "::error title=33 more::33 more: the summary and the page of nights tell of them",
    );
  });
});
