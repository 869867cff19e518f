import { describe, expect, it } from "vitest";
import { renderSoakPage } from "./index-page.js";
import {
  aCell,
  aFailure,
  aViolation,
  hostile,
  hostileNight,
  inconclusive,
  lifelikeNight,
  nightGoingOn,
  nightOf,
  runOf,
} from "./testing-night.fixture.js";

const other = { ...aCell, nemeses: [], etcd: "3.6.1", config: "ha.yml" };
const never = { ...aCell, etcd: "3.6.1", config: "ha.yml" };
const mixed = nightOf(
  [
    runOf({ number: 0, ...aViolation }),
    runOf({ number: 1, ...inconclusive, kept: "summary" }),
    runOf({ number: 2, ...aFailure }),
    runOf({ number: 3, cell: other, ...aFailure, sentence: "The engine was away." }),
    runOf({ number: 3, cell: other, attempt: 2, folder: "runs/3 b", kept: "none" }),
  ],
  { cells: [aCell, other, never], shard: { part: 2, of: 5 } },
);

describe("the page of nights", () => {
  it("begins with the verdict of the newest night, how it ended and what was asked for", () => {
    const page = renderSoakPage({ nights: [lifelikeNight(22), mixed] });
    expect(textOf(page)).toContain(
      "Soak · 2 nights A violation was found: 1 of 4 runs is invalid. 1 of 3 cells was not reached. 4 runs · 1 valid · 1 invalid · 1 inconclusive · 1 failed · 1 tried again. It ended as planned: its budget was spent. Night 2026-11-27T22-00-00.000Z Began 2026-11-27 22:00 UTC Seed 4711 Budget --for 8h Shard 2 of 5 ordeal 0.1.0 Violations 1",
    );
  });

  it("shows in each field of the matrix the worst in words, all runs, and the newest report", () => {
    const fields = fieldsOf(renderSoakPage({ nights: [mixed] }));
    expect(fields.map(textOf)).toEqual([
      "✕ Invalid 1 of 3 runs report of run 0 newest run’s folder",
      "– Not reached",
      "not asked for",
      "✓ Valid 1 run not kept",
    ]);
    expect(linksOf(fields[0] ?? "")).toEqual([
      "#night-0-cell-0",
      "./2026-11-27T22-00-00.000Z/runs/0/report.html",
      "./2026-11-27T22-00-00.000Z/runs/2/",
    ]);
  });

  it("names rows and columns of the matrix", () => {
    const page = renderSoakPage({ nights: [mixed] });
    const [, matrix = ""] = /<table class="matrix">([^]*?)<\/table>/.exec(page) ?? [];
    const heads = [...matrix.matchAll(/<th scope="(\w+)">([^<]*)</g)].map(([, to, text]) => [
      to,
      text,
    ]);
    expect(heads).toEqual([
      ["col", "Workload and faults"],
      ["col", "etcd 3.5.30, 5 nodes"],
      ["col", "etcd 3.6.1, 5 nodes, ha.yml"],
      ["row", "register with kill"],
      ["row", "register without faults"],
    ]);
  });

  it("gives each config a column of its own", () => {
    const cells = ["a.yml", "b.yml"].map((config) => ({ ...aCell, config }));
    const page = renderSoakPage({
      nights: [nightOf([runOf({ cell: cells[1] ?? aCell })], { cells })],
    });
    expect(fieldsOf(page).map((field) => textOf(field).slice(0, 13))).toEqual([
      "– Not reached",
      "✓ Valid 1 run",
    ]);
  });

  it("tells violations, inconclusive, failed and retried runs apart, each with its command", () => {
    const page = renderSoakPage({ nights: [mixed] });
    const lists = [
      ...page.matchAll(
        /<h2>([\w ]*<span[^/]*<\/span>)<\/h2>\s*<ol class="troubles">([^]*?)<\/ol>/g,
      ),
    ];
    expect(lists.map(([, title = "", list = ""]) => [textOf(title), textOf(list)])).toEqual([
      [
        "Violations 1",
        "✕ Invalid register with kill, etcd 3.5.30, 5 nodes linearizable: register/3 has no order Run 0 · seed 1000 · 1 min 2 s · report npx ordeal test --workload register --seed 1000",
      ],
      ["Inconclusive 1", expect.stringContaining("never seen in force. Run 1 · seed 1001")],
      ["Failed 1", expect.stringContaining("n3 did not come up within 60 s. Run 2 · seed 1002")],
      ["Tried again 1", expect.stringContaining("The engine was away. Run 3 · seed 1003")],
    ]);
  });

  it("lists all runs of each cell where the matrix leads", () => {
    const page = renderSoakPage({ nights: [mixed] });
    const [, rows = ""] = /<tbody id="night-0-cell-1">([^]*?)<\/tbody>/.exec(page) ?? [];
    expect(textOf(rows)).toBe(
      "register without faults, etcd 3.6.1, 5 nodes, ha.yml 3 ! Failed , tried again 2026-11-27 22:00 UTC 1 min 2 s – 1003 folder 3, second attempt ✓ Valid 2026-11-27 22:00 UTC 1 min 2 s 900 · 60 · 40 1003 not kept",
    );
    for (const [, id = ""] of page.matchAll(/href="#([^"]*)"/g))
      expect(page).toContain(`id="${id}"`);
  });

  it("compares nights as text: runs, outcomes, and medians", () => {
    const middle = (wallMs: number, ok: number) =>
      runOf({ number: wallMs, wallMs, operations: { ok, fail: 0, info: 0 } });
    const earlier = nightOf(
      [middle(1000, 10), middle(9000, 20), middle(2000, 31), middle(3000, 50)],
      {
        startedAt: "2026-11-26T22:00:00.000Z",
      },
    );
    const page = renderSoakPage({ nights: [earlier, mixed] });
    const [, table = ""] = /<table class="trends">([^]*?)<\/table>/.exec(page) ?? [];
    expect(textOf(table)).toMatch(/^Night by night, newest first: 2 nights\./);
    expect([...table.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([row]) => textOf(row)).slice(1)).toEqual([
      "2026-11-27 22:00 UTC 4 1 1 1 1,000 1 min 2 s",
      "2026-11-26 22:00 UTC 4 0 0 0 26 2.5 s",
    ]);
    expect(page).toContain(
      'aria-label="Violations, oldest night first: 2026-11-26 22:00 UTC 0; 2026-11-27 22:00 UTC 1"',
    );
  });

  it("has nothing to compare a first night with, and says so where there is none", () => {
    expect(renderSoakPage({ nights: [mixed] })).toContain("There is no earlier night");
    expect(renderSoakPage({ nights: [] })).toContain("“ordeal soak” makes the first");
  });

  it("says of a night without runs that it says nothing", () => {
    const text = textOf(renderSoakPage({ nights: [nightGoingOn([])] }));
    expect(text).toContain("Nothing ran to its end, so that this night says nothing");
    expect(text).toContain("No end of it is recorded: it goes on, or was killed.");
  });

  it("lists the runs of the newest nights only, and says so of the others", () => {
    const nights = Array.from({ length: 9 }, (_, index) => lifelikeNight(10 + index));
    const page = renderSoakPage({ nights });
    expect(page.match(/<table class="runs">/g)).toHaveLength(7);
    expect(page.match(/Runs are listed of the newest 7 nights only\./g)).toHaveLength(2);
    for (const [, id = ""] of page.matchAll(/href="#([^"]*)"/g))
      expect(page).toContain(`id="${id}"`);
  });

  it("leads to where runs are kept, whatever their folders are called", () => {
    const night = nightOf([runOf({ ...aViolation, folder: "a?b#c/d e" })]);
    expect(linksOf(renderSoakPage({ nights: [night] }))).toContain(
      "./2026-11-27T22-00-00.000Z/a%3Fb%23c/d%20e/report.html",
    );
    const folderOf = () => "shards/2/x";
    expect(linksOf(renderSoakPage({ nights: [night], folderOf }))).toContain(
      "./shards/2/x/report.html",
    );
  });
});

describe("hostile values on the page of nights", () => {
  const page = renderSoakPage({ nights: [hostileNight(hostile), lifelikeNight(27)] });

  it("become neither markup nor addresses of their own", () => {
    const tags = new Set([...page.matchAll(/<\/?([a-z]\w*)/gi)].map(([, tag]) => tag));
    for (const tag of ["script", "img"]) expect(tags).not.toContain(tag);
    expect(page).not.toContain("<!--");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    for (const link of linksOf(page))
      expect(link).toMatch(/^(?:#night-\d+(?:-cell-\d+)?|\.\/(?:[\w.!~*()%/-]|&#39;)*)$/);
  });

  it("turn no text around and end no file", () => {
    // eslint-disable-next-line no-control-regex
    expect(page).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u0085\u202e\ufffe\ud800]/);
    expect(page).toContain("\\u202e");
  });
});

it("loads nothing from anywhere, and runs no script", () => {
  const page = renderSoakPage({ nights: [lifelikeNight(27), lifelikeNight(28)] });
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/<(?:script|link|img|iframe|object)|\bsrc=|\son\w+=|url\(|@import/);
});

function linksOf(page: string): readonly string[] {
  return [...page.matchAll(/href="([^"]*)"/g)].map(([, link = ""]) => link);
}

function fieldsOf(page: string): readonly string[] {
  const [, matrix = ""] = /<table class="matrix">([^]*?)<\/table>/.exec(page) ?? [];
  return [...matrix.matchAll(/<td[^>]*>[^]*?<\/td>/g)].map(([field]) => field);
}

/** What can be read, without its markup. */
function textOf(page: string): string {
  return page
    .replace(/<style>[^]*?<\/style>/, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
