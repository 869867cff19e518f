import { expect, it } from "vitest";
import { renderRunsPage } from "./runs-page.js";
import { fakeRun } from "./testing-run.fixture.js";

const { verdict, plan } = fakeRun({ operations: 60, validity: "invalid" });

it("lists runs newest first, each with its verdict and a link to its report", () => {
  const page = renderRunsPage([
    { name: "old", time: "2026-11-01T00:00:00Z", path: "old/1" },
    { name: "new", time: "2026-11-02T00:00:00Z", path: "new/1", verdict, plan },
  ]);
  expect(page.indexOf(">new<")).toBeLessThan(page.indexOf(">old<"));
  expect(page).toContain('href="./new/1/report.html"');
  expect(page).toContain("etcd broke a promise");
  expect(page).toContain("2 in all · 0 valid · 1 invalid · 0 inconclusive · 1 not judged");
});

it("says what to do where there is no run yet", () => {
  expect(renderRunsPage([])).toContain("ordeal test");
});

it("lets no name become markup or another address", () => {
  const hostile = `"><script>alert(1)</script>`;
  const page = renderRunsPage([
    {
      name: hostile,
      time: hostile,
      path: `a?b#c/${hostile}`,
      verdict: { ...verdict, sentence: hostile },
    },
  ]);
  expect(page).not.toContain("<script");
  expect(page).toContain('href="./a%3Fb%23c/%22%3E%3Cscript%3Ealert(1)%3C/script%3E/report.html"');
});
