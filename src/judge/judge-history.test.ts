import { expect, it } from "vitest";
import { runVerdict } from "./judge-history.js";

const about = { run: "r", judgedAt: "2000-01-01T00:00:00.000Z", incomplete: false };
const passed = { validity: "valid", summary: "", findings: [] } as const;
const failed = {
  validity: "invalid",
  summary: "",
  findings: [{ message: "a stale read.", operations: [1] }],
} as const;
const caveat = "This judged no etcd.";

it("says in the verdict's sentence what must be known about the cluster, whatever came out", () => {
  for (const checker of [passed, failed]) {
    const { sentence, validity } = runVerdict({ checker }, { ...about, caveat });
    expect(validity).toBe(checker.validity);
    expect(sentence.endsWith(caveat)).toBe(true);
    expect(runVerdict({ checker }, about).sentence).not.toContain(caveat);
  }
});

it("keeps it a matter of the sentence: the verdict's format knows no such field", () => {
  expect(runVerdict({ checker: passed }, { ...about, caveat })).not.toHaveProperty("caveat");
});
