import { describe, expect, it } from "vitest";
import { junitXml } from "./junit.js";
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

describe("a night as JUnit XML", () => {
  it("has a test case for each cell, and tells of a violation before all else", () => {
    const open = { ...aCell, nemeses: [], etcd: "3.6.1" };
    const never = { ...aCell, nodes: 1, config: "ha.yml" };
    const night = nightOf(
      [
        runOf({ number: 0, ...inconclusive }),
        runOf({ number: 1, ...aViolation }),
        runOf({ number: 2, cell: open, ...inconclusive }),
        runOf({ number: 3, cell: { ...aCell, nodes: 3 } }),
      ],
      { cells: [aCell, open, { ...aCell, nodes: 3 }, never], shard: { part: 2, of: 5 } },
    );
    expect(junitXml(night)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="ordeal soak 2026-11-27T22-00-00.000Z" tests="4" failures="1" errors="1" skipped="1" time="246.000" timestamp="2026-11-27T22:00:00">
  <properties>
    <property name="seed" value="4711"/>
    <property name="budget" value="--for 8h"/>
    <property name="tool" value="0.1.0"/>
    <property name="ended" value="budget"/>
    <property name="shard" value="2/5"/>
  </properties>
  <testcase classname="register with kill" name="etcd 3.5.30, 5 nodes" time="123.000">
    <failure message="linearizable: register/3 has no order" type="violation">violation, run 1
linearizable: register/3 has no order
seed 1001
npx ordeal test --workload register --seed 1001

inconclusive, run 0
The fault was never seen in force.
seed 1000
npx ordeal test --workload register --seed 1000</failure>
  </testcase>
  <testcase classname="register without faults" name="etcd 3.6.1, 5 nodes" time="61.500">
    <error message="The fault was never seen in force." type="inconclusive">inconclusive, run 2
The fault was never seen in force.
seed 1002
npx ordeal test --workload register --seed 1002</error>
  </testcase>
  <testcase classname="register with kill" name="etcd 3.5.30, 3 nodes" time="61.500"/>
  <testcase classname="register with kill" name="etcd 3.5.30, 1 node, ha.yml" time="0.000">
    <skipped message="not reached"/>
  </testcase>
</testsuite>
`);
  });

  it("counts a run that failed as an error, unless it was tried again with success", () => {
    const failed = runOf({ number: 0, ...aFailure });
    const once = junitXml(nightOf([failed]));
    expect(once).toContain('<error message="n3 did not come up');
    expect(once).toContain('errors="1"');
    const again = junitXml(nightOf([failed, runOf({ number: 0, attempt: 2 })]));
    expect(again).toContain('errors="0"');
    expect(again).not.toContain("<error");
    expect(again).toContain('5 nodes" time="123.000"/>');
  });

  it("is well formed and says the same, whatever values say", () => {
    const xml = junitXml(hostileNight(hostile));
    const { elements, texts } = parse(xml);
    expect(count(elements)).toEqual({
      testsuite: 1,
      properties: 1,
      property: 4,
      testcase: 6,
      failure: 1,
      error: 2,
      skipped: 1,
    });
    const failure = texts.find((text) => text.startsWith("violation, run 1\n"));
    expect(failure).toContain("</code></table></failure>]]><!-- & &amp;\n| a | `b`");
    expect(failure).toContain("t\r::warning::");
    expect(failure).toContain("\\u0000\\u0007\\u001b[31m\\u0085\\u202e\\ufffe\\ud800\u2028");
    const attributes = elements.flatMap((element) => Object.values(element.attributes));
    expect(attributes.some((value) => value.includes('t\r::warning::\n\\" } \\n {'))).toBe(true);
  });

  it("is well formed for a night as nights are", () => {
    const { elements } = parse(junitXml(lifelikeNight(27)));
    expect(count(elements)).toMatchObject({ testcase: 19, error: 3, skipped: 3 });
  });
});

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** As much of XML 1.0 as is used here; throws where the document is not well formed. */
function parse(xml: string): { elements: readonly Element[]; texts: readonly string[] } {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  expect(xml.startsWith(declaration)).toBe(true);
  // https://www.w3.org/TR/xml/#charsets
  const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
  expect(forbidden.exec(xml)).toBeNull();
  const token = /<(\/?)(\w+)((?: \w+="[^"<]*")*)(\/?)>|([^<>]+)/gy;
  const open: string[] = [];
  const elements: Element[] = [];
  const texts: string[] = [];
  let at = declaration.length;
  while (at < xml.length) {
    token.lastIndex = at;
    const found = token.exec(xml);
    if (!found) throw new Error(`not well formed: ${xml.slice(at, at + 80)}`);
    at = token.lastIndex;
    const [, closes, name = "", attributes = "", isEmpty, text] = found;
    if (text !== undefined) {
      if (open.length === 0 && text.trim() !== "") throw new Error(`text outside: ${text}`);
      texts.push(unescaped(text));
    } else if (closes === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes what is not open`);
    } else {
      const pairs = [...attributes.matchAll(/ (\w+)="([^"]*)"/g)];
      // A parser makes spaces of these.
      const values = pairs.map(([, key = "", value = ""]) => [
        key,
        unescaped(value.replaceAll(/[\t\n\r]/g, " ")),
      ]);
      elements.push({ name, attributes: Object.fromEntries(values) as Record<string, string> });
      if (isEmpty !== "/") open.push(name);
    }
  }
  expect(open).toEqual([]);
  return { elements, texts };
}

function unescaped(text: string): string {
  expect(text.replaceAll(/&#\d+;/g, "")).not.toContain("&");
  return text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

function count(elements: readonly Element[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name } of elements) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
