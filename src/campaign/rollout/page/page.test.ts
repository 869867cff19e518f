import { describe, expect, it } from "vitest";
import { hostile } from "../../soak/testing-night.fixture.js";
import {
  differenceInWords,
  thresholdInWords,
  valueInWords,
} from "../compare/comparison-in-words.js";
import { renderRolloutPage } from "./page.js";
import type { RolloutRecord } from "../rollout-record.js";
import { harmful } from "./testing-rollout-comparisons.fixture.js";
import { hostileRollout } from "./testing-rollout-hostile.fixture.js";
import {
  brokenRollout,
  legRunOf,
  lifelikeRollout,
  unprovenRollout,
  unsafeRollout,
} from "./testing-rollout.fixture.js";

const safe = renderRolloutPage(lifelikeRollout());
const unsafe = renderRolloutPage(unsafeRollout());
const broken = renderRolloutPage(brokenRollout());

describe("the head of a rollout's page", () => {
  it("tells the verdict, of what change it is, why, and how it was run", () => {
    expect(textOf(safe)).toMatch(
      /^Rollout: Safe: etcd 3\.5\.30 to 3\.6\.1 · ordeal Rollout · 2026-11-27 22:00 UTC · ordeal 0\.1\.0 ✓ Safe etcd 3\.5\.30 with configs\/old\.yml → becomes etcd 3\.6\.1 with configs\/new\.yml Of all that these runs tried and measured, nothing speaks against the change\. All 8 runs are valid\. Each of the 12 figures that are judged is within what is allowed\. 8 of 8 runs made · 8 valid\. Judged figures: 12 within what is allowed\. 3 nodes, workload register, at most 400 operations a second for 40 s a run, under the faults kill, partition\. 2 rounds of 4 runs each [^.]*; seed 4711\. npx ordeal rollout --from configs\/old\.yml /,
    );
    expect(safe).not.toContain("To be kept in mind");
  });

  it("says of each verdict what it means, and shows it by more than a colour", () => {
    const badges = [lifelikeRollout(), unsafeRollout(), unprovenRollout()].map((record) => {
      const page = renderRolloutPage(record);
      const [, kind = "", badge = ""] =
        /<span class="badge (\w+)"\s*>([^]*?)<\/h1>/.exec(page) ?? [];
      const [, meaning] = /<div class="reasons \w+">\s*<p>(.*?)<\/p>/.exec(page) ?? [];
      return [kind, textOf(badge).slice(0, 12), meaning];
    });
    expect(badges).toEqual([
      ["valid", "✓ Safe etcd ", expect.stringContaining("nothing speaks against the change")],
      ["invalid", "✕ Unsafe etc", "These runs show what speaks against the change."],
      [
        "unknown",
        "? Not proven",
        expect.stringContaining("do not suffice to call the change safe"),
      ],
    ]);
  });

  it("names what bounds the verdict", () => {
    const page = renderRolloutPage(brokenRollout());
    expect(textOf(page)).toContain(
      "To be kept in mind It ended early: SIGINT. 6 of 8 runs were not made. 2 of 8 runs made · 1 failed · 1 valid.",
    );
    expect(textOf(renderRolloutPage(unprovenRollout()))).toContain(
      "To be kept in mind There is a way back only as long as",
    );
  });

  it("names the files where the version stays", () => {
    const { from } = lifelikeRollout();
    const page = renderRolloutPage(lifelikeRollout({ to: { ...from, config: "new.yml" } }));
    expect(page).toContain(
      "<title>Rollout: Safe: configs/old.yml to new.yml on etcd 3.5.30 · ordeal</title>",
    );
  });

  it("folds reasons beyond the weightiest", () => {
    const reasons = Array.from({ length: 11 }, (_, index) => `Reason ${index}.`);
    const page = renderRolloutPage(
      lifelikeRollout({ verdict: { verdict: "unsafe", reasons, exitCode: 1 } }),
    );
    expect(textOf(page)).toContain("Reason 7. 3 more reasons Reason 8.");
  });
});

describe("the sections of a rollout's page", () => {
  it("come in the order in which they are asked for", () => {
    const titles = [...unsafe.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
    expect(titles).toEqual(["What changes", "What it costs", "How it went", "The runs"]);
  });

  it("show the version first, each key, and remarks by their kind in words", () => {
    expect(rowsOf(tableIn(safe, "What changes, key by key"))).toEqual([
      "etcd 3.5.30 3.6.1 i Good to know. 3.6 reads what 3.5 wrote, one minor at a time.",
      "election-timeout 1000 2500 ▲ Dangerous. Clients wait longer for a new leader after one is lost.",
      "heartbeat-interval 100 250",
      "log-level info warn",
      "max-request-bytes not set 3145728 i Good to know. No request here is that large.",
      "data-dir the same the same ○ Not tested here. Every node has a data directory of its own here, whatever the files say.",
    ]);
    expect(textOf(renderRolloutPage(unprovenRollout()))).toContain(
      "unsafe-no-fsync not set true ? Cannot be proven here. A machine that loses power",
    );
  });

  it("say so where nothing changes", () => {
    const { from } = lifelikeRollout();
    const page = renderRolloutPage(lifelikeRollout({ to: from, differences: [], remarks: [] }));
    expect(page).toContain("Nothing: both sides have the same version and the same configuration.");
  });

  it("compare leg by leg, the judged figures first and of these the weightiest", () => {
    const titles = [...unsafe.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title);
    expect(titles.slice(0, 3)).toEqual([
      "With the new set-up",
      "During the change from old to new",
      "On the way back from new to old",
    ]);
    const judged = rowsOf(tableIn(unsafe, "During the change from old to new: judged"));
    // Its own text apart, which is tested where it is drawn.
    expect(judged.map((row) => row.replace(/(?:allowed )?◂ better 0 worse ▸ /, ""))).toEqual([
      expectedRow("availability", { old: 99, compared: 96.5 }, "Worse ✕ Worse than allowed"),
      expectedRow(
        "recovery/kill",
        { old: 790, compared: 1_870 },
        "Not distinguishable ? May be worse than allowed",
      ),
      expectedRow(
        "leader-changes",
        { old: 0, compared: 0.2 },
        "Not distinguishable ? May be worse than allowed",
      ),
      "Recovery after partition measured in 0 of 2 rounds – – not measured at most 2 s longer Not measured ? May be worse than allowed",
      expectedRow(
        "throughput",
        { old: 372.5, compared: 369.5 },
        "Not distinguishable ✓ Within what is allowed",
      ),
      expectedRow("latency-p99", { old: 17.9, compared: 14 }, "Better ✓ Within what is allowed"),
    ]);
    expect(rowsOf(tableIn(unsafe, "During the change from old to new: not judged"))).toEqual([
      expectedRow("errors/Unavailable", { old: 0.65, compared: 0.655 }, "Not distinguishable"),
      expectedRow("latency-p50", { old: 2.05, compared: 2.25 }, "Worse"),
    ]);
  });

  it("show what the means are made of, round by round", () => {
    expect(rowsOf(tableIn(unsafe, "With the new set-up: round by round"))[2]).toBe(
      "Recovery after kill 720 ms → 1.01 s 860 ms → 2.73 s",
    );
  });

  it("show round 1, and fold the others", () => {
    expect(unsafe).toMatch(/<h2>How it went<\/h2>\s*<h3>Round 1: the load<\/h3>/);
    expect(unsafe).toMatch(/<details class="round">\s*<summary>Round 2<\/summary>/);
    expect(unsafe.match(/class="plot"/g)).toHaveLength(6);
  });

  it("tell of each fault what it was in each run, also in those that it did not come in", () => {
    const rows = rowsOf(tableIn(safe, "What clients had of each fault, round 1"));
    expect(rows).toEqual(
      expect.arrayContaining([
        "1 kill n2",
        "Old set-up 5.0 s 93.5 % 1,870 of 2,000 900 ms 720 ms",
        "New set-up 5.1 s 91.5 % 1,830 of 2,000 1.4 s 1 s",
        "2 partition: cut n1 off from n2, n3",
        "Change from old to new did not come in this run – – – –",
        "Way back from new to old ▲ no packet was seen to be dropped 16.1 s 87 % 1,740 of 2,000 1.61 s 1.13 s",
        "3 kill the leader n3",
        "New set-up 28.1 s 82.5 % 1,650 of 2,000 1.82 s not seen",
        "▼ Change from old to new: 3 of 3 changes of nodes seen through",
        "n1 is restarted with the new set-up 11.0 s 87.14 % 610 of 700 450 ms 510 ms",
      ]),
    );
  });

  it("list every run that was asked for, with its findings, its command and its report", () => {
    const rows = rowsOf(tableIn(unsafe, "The runs"));
    expect(rows).toHaveLength(10);
    expect(rows.slice(5, 8)).toEqual([
      "Round 2",
      expect.stringMatching(/^Old set-up 4712 1 min 2 s ✓ Valid All answers can be explained\. /),
      expect.stringMatching(/^New set-up /),
    ]);
    expect(rows[8]).toMatch(
      /^Change from old to new 4712 1 min 2 s ✕ Invalid A promise was broken: [^]* linearizable: register\/17: process 4 [^]* Command to repeat npx ordeal test .* --seed 4712 report$/,
    );
    expect(linksOf(unsafe)[6]).toBe("./round-2/forward/report.html");
  });

  it("tell runs that were not made, failed, or were tried again", () => {
    const rows = rowsOf(tableIn(broken, "The runs"));
    expect(rows[2]).toMatch(/^New set-up 4711 .* ! Failed n3 did not come up .* folder$/);
    expect(rows[3]).toBe("Change from old to new – – – Not reached – –");
    expect(linksOf(broken)).toEqual(["./round-1/baseline/report.html", "./round-1/candidate/"]);
    const twice = lifelikeRollout({
      rounds: 1,
      runs: [legRunOf({ outcome: "failed", figures: undefined, folder: "first" }), legRunOf({})],
    });
    const text = textOf(renderRolloutPage(twice));
    expect(text).toContain("Old set-up, attempt 1 of 2 4711");
    expect(text).toContain("1 of 4 runs made · 1 valid.");
  });
});

describe("links of a rollout's page", () => {
  it("lead to where runs are, whatever their folders are called", () => {
    const runs = [
      legRunOf({ folder: "a?b#c/d e" }),
      legRunOf({ folder: "javascript:x", round: 2 }),
    ];
    expect(linksOf(renderRolloutPage(lifelikeRollout({ runs })))).toEqual([
      "./a%3Fb%23c/d%20e/report.html",
      "./javascript%3Ax/report.html",
    ]);
  });
});

describe("hostile values on a rollout's page", () => {
  const page = renderRolloutPage(hostileRollout(hostile));

  it("become neither markup nor addresses of their own", () => {
    const tags = new Set([...page.matchAll(/<\/?([a-z]\w*)/gi)].map(([, tag]) => tag));
    for (const tag of ["script", "img"]) expect(tags).not.toContain(tag);
    expect(page).not.toContain("<!--");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(linksOf(page)).toHaveLength(8);
    for (const link of linksOf(page)) expect(link).toMatch(/^\.\/(?:[\w.!~*()%/-]|&#39;)*$/);
  });

  it("turn no text around and end no file", () => {
    // eslint-disable-next-line no-control-regex
    expect(page).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u0085\u202e\ufffe\ud800]/);
    expect(page).toContain("\\u202e");
  });
});

describe("every page of a rollout", () => {
  const records: Record<string, RolloutRecord> = {
    safe: lifelikeRollout(),
    unsafe: unsafeRollout(),
    unproven: unprovenRollout(),
    broken: brokenRollout(),
    "without runs": lifelikeRollout({ runs: [], comparisons: [] }),
    "that measured nothing": nothingMeasured(),
  };

  it.each(Object.entries(records))("has a word for what is missing: %s", (_, record) => {
    expect(renderRolloutPage(record)).not.toMatch(/\b(?:NaN|undefined|Infinity|null)\b|\[object/);
  });

  it.each(Object.entries(records))("gives each region a name of its own: %s", (_, record) => {
    const page = renderRolloutPage(record);
    const names = [...page.matchAll(/role="region" aria-label="([^"]*)"/g)].map(([, name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it("loads nothing from anywhere, and runs no script", () => {
    expect(safe).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(safe).not.toMatch(/<(?:script|link|img|iframe|object)|\bsrc=|\son\w+=|url\(|@import/);
  });
});

/** What can be read of a figure during the change, in the order of the columns. */
function expectedRow(
  metric: string,
  { old, compared }: { readonly old: number; readonly compared: number },
  answer: string,
): string {
  const found = harmful.find((each) => each.leg === "forward" && each.metric === metric);
  if (!found) throw new Error(`expected a figure called ${metric}`);
  const { title, unit, pairs, interval } = found;
  return [
    title.slice(0, 1).toUpperCase() + title.slice(1),
    ...(pairs.length < 2 ? ["measured in 1 of 2 rounds"] : []),
    valueInWords(old, unit),
    valueInWords(compared, unit),
    differenceInWords(found),
    ...(interval ? [] : ["no interval"]),
    thresholdInWords(found),
    answer,
  ].join(" ");
}

/** Runs that ended at once, and faults that nobody saw. */
function nothingMeasured(): RolloutRecord {
  const record = unsafeRollout();
  return {
    ...record,
    runs: record.runs.map((run) => ({
      ...run,
      ...(run.figures && {
        figures: {
          ...run.figures,
          seconds: 0,
          timeline: { ok: [], failed: [], p99Ms: [] },
          faults: run.figures.faults.map(({ nemesis, description, nodes, injectedAtMs }) => ({
            nemesis,
            description,
            nodes,
            injectedAtMs,
            operations: { ok: 0, all: 0 },
            outageMs: 0,
          })),
        },
      }),
    })),
    comparisons: record.comparisons.map(({ difference, interval, ...rest }) => ({
      ...rest,
      ...(interval && { difference: 0 * (difference ?? 0), interval: { low: 0, high: 0 } }),
    })),
  };
}

function linksOf(page: string): readonly string[] {
  return [...page.matchAll(/href="([^"]*)"/g)].map(([, link = ""]) => link);
}

/** The table that is called so. */
function tableIn(page: string, label: string): string {
  const [, rest = ""] = page.split(`aria-label="${label}">`);
  const [table = ""] = rest.split("</table>");
  return table;
}

/** What can be read in each row of its body. */
function rowsOf(table: string): readonly string[] {
  const [, ...bodies] = table.split("<tbody");
  return bodies
    .flatMap((body) => [...`<tbody${body}`.matchAll(/<tr[^>]*>([^]*?)<\/tr>/g)])
    .map(([, row = ""]) => textOf(row));
}

/** What can be read, without its markup. */
function textOf(page: string): string {
  return page
    .replace(/<style>[^]*?<\/style>/, "")
    .replaceAll(/(<(?:svg|g)\b[^>]*>\s*)<title>[^<]*<\/title>/g, "$1")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ (?=[,.])/g, "")
    .trim();
}
