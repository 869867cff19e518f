import { describe, expect, it } from "vitest";
import { hostile } from "../../soak/testing-night.fixture.js";
import { rolloutMarkdown } from "./rollout-markdown.js";
import { hostileRollout } from "./testing-rollout-hostile.fixture.js";
import {
  brokenRollout,
  lifelikeRollout,
  unprovenRollout,
  unsafeRollout,
} from "./testing-rollout.fixture.js";

describe("the summary of a rollout", () => {
  it("tells the verdict and why, what changes, what was judged, and how to repeat it", () => {
    const blocks = rolloutMarkdown(unprovenRollout()).trimEnd().split("\n\n");
    expect(blocks).toEqual([
      expect.stringMatching(
        /^<h2>❔ Rollout: Not proven<\/h2>\n<p><code>etcd 3\.5\.30 with configs\/old\.yml<\/code> → <code>etcd 3\.6\.1 with configs\/new\.yml<\/code><\/p>\n<p>These runs do not suffice [^]*<li><code>unsafe-no-fsync: a machine [^]*<p>To be kept in mind:<\/p>\n<ul>\n<li><code>There is a way back /,
      ),
      expect.stringMatching(
        /^<h3>What changes<\/h3>\n<table>[^]*<th><code>etcd<\/code><\/th>\n<td><code>3\.5\.30<\/code><\/td>\n<td><code>3\.6\.1<\/code><\/td>[^]*<td>not set<\/td>\n<td><code>true<\/code><\/td>\n<td>\n<p>Cannot be proven here: /,
      ),
      expect.stringMatching(
        /^<h3>What was judged<\/h3>\n<table>[^]*<th colspan="6">With the new set-up<\/th>[^]*<td><code>recovery after kill<\/code><\/td>\n<td>790 ms<\/td>\n<td>1\.87 s<\/td>\n<td>\+1\.08 s \[−0\.42, \+2\.58\]<\/td>\n<td>at most 2 s longer<\/td>\n<td>❔ May be worse than allowed<br \/>Not distinguishable<\/td>/,
      ),
      expect.stringMatching(/^<h3>Repeat<\/h3>\n<p><code>npx ordeal rollout --from /),
    ]);
  });

  it("shows no figure that is not judged, and runs that are not valid alone", () => {
    const text = rolloutMarkdown(unsafeRollout());
    expect(text).not.toContain("latency, median");
    expect(text).toContain("<h3>Runs that are not valid (1)</h3>");
    expect(text).toContain("Change from old to new, round 2: <code>A promise was broken");
    expect(rolloutMarkdown(lifelikeRollout())).not.toContain("Runs that are not valid");
  });

  it.each([
    ["✅ Rollout: Safe", lifelikeRollout()],
    ["❌ Rollout: Unsafe", unsafeRollout()],
    ["❔ Rollout: Not proven", brokenRollout()],
    ["❔ Rollout: Not proven", { ...brokenRollout(), comparisons: [], runs: [] }],
  ])("has a word for everything: %s", (words, record) => {
    const text = rolloutMarkdown(record);
    expect(text.startsWith(`<h2>${words}</h2>`)).toBe(true);
    expect(text).not.toMatch(/\b(?:NaN|undefined|Infinity|null)\b|\[object/);
  });

  it("gives Markdown nothing to read, whatever values say", () => {
    const text = rolloutMarkdown(hostileRollout(hostile));
    // An HTML block begins with such an element and ends with the next empty line.
    for (const block of text.trimEnd().split("\n\n")) {
      expect(block).toMatch(/^<(?:h2|h3)>/);
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
      "p",
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
});
