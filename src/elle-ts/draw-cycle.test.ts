import { expect, it } from "vitest";
import { check } from "./check.js";
import { drawCycle } from "./draw-cycle.js";
import { atOnce } from "./shorthand.fixture.js";

async function first(...texts: readonly string[]) {
  const [anomaly] = (await check(atOnce(...texts))).anomalies;
  if (!anomaly) throw new Error("nothing was found");
  return anomaly;
}

/** What stands in the picture, from above to below. */
function words(svg: string | undefined): string[] {
  return [...(svg ?? "").matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
}

it("draws a cycle, and nothing but it", async () => {
  const cycle = await first("az1", "ax1 ay1", "rx[] ry[1]");
  const svg = drawCycle(cycle, (transaction) => `number ${transaction}`);
  expect(words(svg)).toEqual(["wr", "rw", "T1: number 1", "T2: number 2"]);
  expect(svg?.match(/<path/g)).toHaveLength(4);
});

it("lets no text become markup", async () => {
  const svg = drawCycle(await first("ax1 ry[1]", "ay1 rx[1]"), () => `<script>"&</script>`);
  expect(svg).not.toContain("<script");
  expect(svg).toContain("T1: &#60;script&#62;&#34;&#38;&#60;/script&#62;");
});

it("draws long cycles by their first transactions", async () => {
  const letters = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i));
  const ring = letters.map((key, i) => `a${key}1 r${letters[(i + 1) % 20] ?? ""}[1]`);
  const shown = words(drawCycle(await first(...ring), () => ""));
  expect(shown).toHaveLength(13 + 13);
  expect(shown.at(-1)).toBe("8 more, each before the next");
});

it("draws nothing of what is no cycle", async () => {
  expect(drawCycle(await first("rx[7]"), () => "")).toBeUndefined();
});
