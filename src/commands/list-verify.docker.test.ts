import { expect, it } from "vitest";
import { nemeses } from "../../nemeses/index.js";
import type { Verified } from "../verify-nemeses.js";
import { ordeal } from "./cli-process.fixture.js";
import type { Impossible } from "./verified-in-words.js";

interface Printed {
  readonly verified: readonly Verified[];
  readonly impossible: readonly Impossible[];
}

it("each nemesis that this machine can have is seen in force and over, and told", async () => {
  const { code, stdout, stderr } = await ordeal("list", "nemeses", "--verify", "--json");
  expect(stdout, stderr).not.toBe("");
  const { verified, impossible } = JSON.parse(stdout) as Printed;
  expect(
    verified.flatMap(({ trouble }) => trouble ?? []),
    stderr,
  ).toEqual([]);
  const told = [...verified, ...impossible].map(({ nemesis }) => nemesis);
  expect(told.sort()).toEqual(Object.keys(nemeses).sort());
  for (const { nemesis, inForceAfterMs, overAfterMs, inForceEvidence } of verified) {
    expect(inForceAfterMs, nemesis).toBeGreaterThanOrEqual(0);
    expect(overAfterMs, nemesis).toBeGreaterThanOrEqual(0);
    expect(inForceEvidence, nemesis).toMatch(/\w/);
  }
  expect(code, stderr).toBe(0);
});
