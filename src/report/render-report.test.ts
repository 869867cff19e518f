import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Operation } from "../core/operation.js";
import { unpackColumns } from "./columns.js";
import { renderReport } from "./render-report.js";
import { embedding, type ReportData } from "./report-data.js";
import { fakeRun } from "./testing-run.fixture.js";

const template = `<html><head><title>ordeal</title></head><body>${embedding.placeholder}</body></html>`;
const hostile = `</script><img src=x onerror="alert(1)"><!--$&$'$\`$1`;

describe("a report", () => {
  it("is the same bytes for the same values", () => {
    const once = renderReport({ ...fakeRun({ operations: 900, validity: "invalid" }), template });
    const twice = renderReport({ ...fakeRun({ operations: 900, validity: "invalid" }), template });
    expect(twice).toBe(once);
  });

  it("holds every operation, in columns and in full", () => {
    const run = fakeRun({ operations: 9000, validity: "valid" });
    const page = renderReport({ ...run, template });
    const { columns, operations } = dataOf(page);
    const unpacked = unpackColumns(columns, gunzipSync(bytesOf(page, embedding.columns)));
    const all = run.history.operations;
    expect(operations).toEqual({ total: all.length, shown: all.length, perDetailsChunk: 5000 });
    expect([...unpacked.index]).toEqual(all.map(({ index }) => index));
    expect(detailsOf(page, 0).concat(detailsOf(page, 1))).toEqual(all);
  });

  it("holds in full every operation that a finding names", () => {
    const run = fakeRun({ operations: 900, validity: "invalid" });
    const [finding] = run.verdict.checkers.linearizable?.findings ?? [];
    const { named } = dataOf(renderReport({ ...run, template }));
    const indexes = [
      ...(finding?.operations ?? []),
      ...(finding?.counterexample?.stuck ?? []).map(({ index }) => index),
      ...(finding?.counterexample?.linearizablePrefix ?? []).map(({ index }) => index),
    ];
    expect(indexes.length).toBeGreaterThan(10);
    for (const index of indexes) {
      expect(named[String(index)]).toEqual(run.history.operations.find((op) => op.index === index));
    }
  });

  it("lets no value become markup, nor be taken for a pattern", () => {
    const run = fakeRun({ operations: 60, validity: "invalid" });
    const poison = (op: Operation): Operation => ({
      ...op,
      input: { f: hostile, ...{ key: hostile } },
      outcome: { type: "ok", output: hostile },
    });
    const page = renderReport({
      ...run,
      plan: { ...run.plan, command: hostile },
      verdict: { ...run.verdict, sentence: hostile },
      history: { ...run.history, operations: run.history.operations.map(poison) },
      logs: { [hostile]: [hostile] },
      template,
    });
    expect(page).not.toContain("<img");
    // One end for each element that the report itself makes: data, columns, one chunk.
    expect(page.match(/<\/script/g)).toHaveLength(3);
    expect(page).not.toContain("<!--");
    const data = dataOf(page);
    expect(data.verdict.sentence).toBe(hostile);
    expect(data.plan?.command).toBe(hostile);
    expect(data.excerpts).toEqual({ [hostile]: [hostile] });
    expect(detailsOf(page, 0)[0]?.input).toEqual({ f: hostile, key: hostile });
  });

  it("says in its title and without scripts what came out", () => {
    const page = renderReport({ ...fakeRun({ operations: 60, validity: "invalid" }), template });
    expect(page).toContain("<title>Invalid: register · ordeal</title>");
    expect(page).toMatch(/<noscript><h1>Invalid<\/h1><p>etcd broke a promise/);
  });

  it("says in its title what must be known about the cluster, which is never markup", () => {
    const run = fakeRun({ operations: 60, validity: "valid" });
    const { header } = run.history;
    const cluster = { ...header.cluster, caveat: "This judged <b>no etcd</b>." };
    const history = { ...run.history, header: { ...header, cluster } };
    const page = renderReport({ ...run, history, template });
    expect(page).toContain(
      "<title>Valid: register (This judged &lt;b&gt;no etcd&lt;/b&gt;.) · ordeal</title>",
    );
  });

  it("is made of a history without operations, plan or statuses", () => {
    const { verdict, history } = fakeRun({ operations: 60, validity: "valid" });
    const empty = { ...history, operations: [], faults: [], statuses: [], phases: [] };
    const data = dataOf(renderReport({ verdict, history: empty, logs: {}, template }));
    expect(data.endNs).toBe(0);
    expect(data.columns.count).toBe(0);
  });

  it("refuses a template that lacks a place for the data", () => {
    const run = fakeRun({ operations: 60, validity: "valid" });
    expect(() => renderReport({ ...run, template: "<html></html>" })).toThrow(/lacks/);
  });
});

function textOf(page: string, id: string): string {
  return new RegExp(`<script id="${id}" type="[^"]*">([^<]*)</script>`).exec(page)?.[1] ?? "";
}

function bytesOf(page: string, id: string): Buffer {
  return Buffer.from(textOf(page, id), "base64");
}

function dataOf(page: string): ReportData {
  return JSON.parse(textOf(page, embedding.data)) as ReportData;
}

function detailsOf(page: string, chunk: number): readonly Operation[] {
  const lines = gunzipSync(bytesOf(page, `${embedding.details}${chunk}`)).toString();
  return lines.split("\n").map((line) => JSON.parse(line) as Operation);
}
