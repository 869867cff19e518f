import { describe, expect, it } from "vitest";
import { type Validity, type Verdict, worst } from "../core/checker.js";
import { secondOpinion } from "./second-opinion.js";

const opinions = { first: "linearizable", second: "revision-order" };

function verdict(validity: Validity, findings: Verdict["findings"] = []): Verdict {
  return { validity, summary: `It is ${validity}.`, findings };
}

const objection = { message: "a was lost", operations: [3, 5] };

describe("where both could tell", () => {
  it.each(["valid", "invalid"] as const)("agrees that it is %s", (validity) => {
    const verdicts = { linearizable: verdict(validity), "revision-order": verdict(validity) };
    const compared = secondOpinion(verdicts, opinions);
    expect(compared).toMatchObject({ validity: "valid", findings: [] });
    expect(compared?.summary).toMatch(/^linearizable and revision-order agree: both found /);
  });

  it.each([
    ["linearizable", "revision-order", /Only values and times tell/],
    ["revision-order", "linearizable", /Only revisions tell/],
  ] as const)("shows both arguments where %s alone objects", (objecting, content, why) => {
    const verdicts = { [objecting]: verdict("invalid", [objection]), [content]: verdict("valid") };
    const compared = secondOpinion(verdicts, opinions);
    expect(compared?.validity).toBe("unknown");
    expect(compared?.summary).toBe(
      `linearizable and revision-order disagree: ${objecting} found a violation, ${content} did not.`,
    );
    const [finding] = compared?.findings ?? [];
    expect(finding?.operations).toEqual([3, 5]);
    const [one, other, kinds] = finding?.explanation ?? [];
    expect(one).toBe(`${objecting}: a was lost`);
    expect(other).toBe(`${content}: It is valid.`);
    expect(kinds).toMatch(why);
  });

  it("shows three arguments and counts the others, and never hides what is invalid", () => {
    const findings = [1, 2, 3, 4, 5].map((i) => ({ message: `finding ${i}`, operations: [i] }));
    const verdicts = {
      linearizable: verdict("valid"),
      "revision-order": verdict("invalid", findings),
    };
    const compared = secondOpinion(verdicts, opinions);
    expect(compared?.findings[0]?.operations).toEqual([1, 2, 3]);
    expect(compared?.findings[0]?.explanation).toContain("revision-order shows 2 more.");
    expect(worst([...Object.values(verdicts), ...(compared ? [compared] : [])])).toBe("invalid");
  });
});

it.each([
  ["unknown", "valid", "linearizable"],
  ["valid", "unknown", "revision-order"],
  ["invalid", "unknown", "revision-order"],
  ["unknown", "unknown", "linearizable and revision-order"],
] as const)("compares nothing where one is %s and the other %s", (one, other, unsure) => {
  const verdicts = {
    linearizable: verdict(one, [objection]),
    "revision-order": verdict(other, [objection]),
  };
  expect(secondOpinion(verdicts, opinions)).toMatchObject({
    ...{ validity: "unknown", findings: [] },
    summary: `There is nothing to compare: ${unsure} could not tell.`,
  });
});

it("says nothing where one was not asked", () => {
  expect(secondOpinion({ linearizable: verdict("valid") }, opinions)).toBeUndefined();
});
