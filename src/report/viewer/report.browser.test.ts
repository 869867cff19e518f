import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../core/checker.js";
import type { Operation } from "../../core/operation.js";
import { type ReportInput, renderReport } from "../render-report.js";
import { renderRunsPage } from "../runs-page.js";
import { fakeRun } from "../testing-run.fixture.js";

let browser: Browser;
let folder: string;
let context: BrowserContext | undefined;

beforeAll(async () => {
  // The page that is tested is the one that the sources beside this file make now.
  const packageRoot = fileURLToPath(new URL("../../..", import.meta.url));
  const vite = join(packageRoot, "node_modules/vite/bin/vite.js");
  const config = fileURLToPath(new URL("vite.config.ts", import.meta.url));
  execFileSync(process.execPath, [vite, "build", "--config", config], { cwd: packageRoot });
  folder = mkdtempSync(join(tmpdir(), "ordeal-report-"));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

afterEach(async () => {
  await context?.close();
  context = undefined;
});

interface Opened {
  readonly page: Page;
  /** Addresses that were asked for, the file itself apart. */
  readonly requests: readonly string[];
  /** Errors of scripts, and what the browser's console had to complain of. */
  readonly complaints: readonly string[];
}

interface OpenOptions {
  readonly colorScheme?: "light" | "dark";
  readonly hash?: string;
  readonly waitFor?: string;
}

async function openPage(
  html: string,
  { colorScheme = "light", hash = "", waitFor = "#timeline canvas" }: OpenOptions = {},
): Promise<Opened> {
  const path = join(folder, "report.html");
  writeFileSync(path, html);
  context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const address = pathToFileURL(path).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    const isInside = /^(data|blob):/.test(request.url());
    if (!isInside && !request.url().startsWith(address)) requests.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() !== "log") complaints.push(message.text());
  });
  await page.goto(address + hash);
  await page.waitForSelector(waitFor);
  return { page, requests, complaints };
}

function open(run: ReportInput, options: OpenOptions = {}): Promise<Opened> {
  return openPage(renderReport(run), options);
}

const small = (validity: "valid" | "invalid" | "unknown") =>
  fakeRun({ operations: 1500, validity });

function withoutAttempts(finding: Finding): Finding {
  if (!finding.counterexample) return finding;
  const { subject, operations, linearizablePrefix, stuck } = finding.counterexample;
  return { ...finding, counterexample: { subject, operations, linearizablePrefix, stuck } };
}

function withMuchLeftOut(finding: Finding): Finding {
  if (!finding.counterexample) return finding;
  const leftOut = { operationsLeftOut: 896, stepsLeftOut: 5_000 };
  return { ...finding, counterexample: { ...finding.counterexample, ...leftOut } };
}

/** What a model says of itself comes from the history too. */
function withHostileWords(finding: Finding, hostile: string): Finding {
  const { counterexample } = finding;
  if (!counterexample) return { ...finding, message: hostile };
  const operations = counterexample.operations.map((each) => ({ ...each, description: hostile }));
  const shown = counterexample.attempts?.shown.map(({ order, blocked }) => ({
    order: order.map((each) => ({ ...each, state: hostile })),
    blocked: blocked.map((each) => ({ ...each, because: hostile })),
    words: hostile,
  }));
  const attempts = { shown: shown ?? [], others: 0, isComplete: true };
  return {
    ...finding,
    message: hostile,
    counterexample: { ...counterexample, operations, attempts },
  };
}

/** "2.000 s to 4.000 s": what the timeline says that it shows. */
async function windowOf(page: Page): Promise<{ from: number; to: number }> {
  const words = await page.locator("#timeline .status").innerText();
  const [, from, to] = /showing ([\d.]+) s to ([\d.]+) s/.exec(words) ?? [];
  return { from: Number(from), to: Number(to) };
}

/** How many points of the timeline's canvas are painted. */
async function paintedPixels(page: Page): Promise<number> {
  return page.locator("#timeline canvas").evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return 0;
    // A copy is read: reading the page's own canvas again and again would make it a slow one.
    const copy = document.createElement("canvas");
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context2d = copy.getContext("2d", { willReadFrequently: true });
    context2d?.drawImage(canvas, 0, 0);
    const { data } = context2d?.getImageData(0, 0, copy.width, copy.height) ?? { data: [] };
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) painted++;
    return painted;
  });
}

async function nextFrames(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => {
          requestAnimationFrame(() => {
            resolve();
          });
        });
      }),
  );
}

describe("the report in a browser", () => {
  it.each(["valid", "invalid", "unknown"] as const)(
    "opens from disk when %s, asks for nothing and complains of nothing",
    async (validity) => {
      const run = small(validity);
      const { page, requests, complaints } = await open(run);
      await expect(page.locator("h1").innerText()).resolves.toBe(run.verdict.sentence);
      const words = { valid: "Valid", invalid: "Invalid", unknown: "Inconclusive" };
      await expect(page.locator(".headline .kicker").innerText()).resolves.toBe(words[validity]);
      await expect(page.locator("#command").innerText()).resolves.toContain(run.plan.command);
      expect(await paintedPixels(page)).toBeGreaterThan(5000);
      expect(requests).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  it("draws the counterexample, an operation a bar, and lists the same in a table", async () => {
    const run = small("invalid");
    const { page } = await open(run);
    const [finding] = run.verdict.checkers.linearizable?.findings ?? [];
    const operations = finding?.counterexample?.operations ?? [];
    const card = page.locator("#finding-1");
    await expect(card.locator("h3").innerText()).resolves.toBe(finding?.message);
    const drawn = await card.locator("svg .bar .what").allTextContents();
    const listed = await card.locator("table").first().locator("td.mono").allTextContents();
    expect(operations.length).toBe(4);
    expect(drawn.toSorted()).toEqual(operations.map(({ description }) => description).toSorted());
    expect(listed).toEqual(operations.map(({ description }) => description));
    await expect(card.locator(".steps li").allTextContents()).resolves.toEqual(
      finding?.explanation,
    );
    await expect(card.locator(".stuck").innerText()).resolves.toContain("the state is 51");
  });

  it("shows which orders were tried and why each fails, the first of them on the bars", async () => {
    const run = small("invalid");
    const { page } = await open(run);
    const [finding] = run.verdict.checkers.linearizable?.findings ?? [];
    const { attempts, operations = [] } = finding?.counterexample ?? {};
    const [farthest] = attempts?.shown ?? [];
    const card = page.locator("#finding-1");
    const orders = card.locator(".attempts > li");
    await expect(orders.count()).resolves.toBe(attempts?.shown.length);
    const texts = await orders.nth(0).locator(".order li").allTextContents();
    expect(texts).toEqual(
      farthest?.order.map(({ index, state }) => {
        const description = operations.find((operation) => operation.index === index)?.description;
        return `${description} then the state is ${state}`;
      }),
    );
    await expect(orders.nth(0).locator(".blocked").innerText()).resolves.toContain(
      "cannot come next: it returned 40, but the state is 77.",
    );
    await expect(orders.nth(3).isVisible()).resolves.toBe(false);
    await card.getByRole("button", { name: "Show 2 more orders" }).click();
    await expect(orders.nth(3).isVisible()).resolves.toBe(true);
    await card.getByRole("button", { name: "Show fewer orders" }).click();
    await page.emulateMedia({ media: "print" });
    await expect(orders.nth(4).isVisible()).resolves.toBe(true);

    const signs = await card.locator("svg .point text").allTextContents();
    expect(signs.toSorted()).toEqual(["1", "2", "3", "×"]);
    await expect(
      card.locator('svg .bar[aria-label*="no place in the order that comes farthest"]').count(),
    ).resolves.toBe(1);
  });

  it("opens verdicts that do not say which orders were tried", async () => {
    const run = small("invalid");
    const checkers = Object.fromEntries(
      Object.entries(run.verdict.checkers).map(([name, verdict]) => [
        name,
        { ...verdict, findings: verdict.findings.map(withoutAttempts) },
      ]),
    );
    const { page, complaints } = await open({ ...run, verdict: { ...run.verdict, checkers } });
    const card = page.locator("#finding-1");
    await expect(card.locator("svg .bar").count()).resolves.toBe(4);
    await expect(card.locator(".attempts").count()).resolves.toBe(0);
    await expect(card.locator("svg .point").count()).resolves.toBe(0);
    await expect(card.locator(".stuck").innerText()).resolves.toContain("the state is 51");
    expect(complaints).toEqual([]);
  });

  it("says how much of a long history a verdict leaves out", async () => {
    const run = small("invalid");
    const checkers = Object.fromEntries(
      Object.entries(run.verdict.checkers).map(([name, verdict]) => [
        name,
        { ...verdict, findings: verdict.findings.map(withMuchLeftOut) },
      ]),
    );
    const { page } = await open({ ...run, verdict: { ...run.verdict, checkers } });
    const card = page.locator("#finding-1");
    const text = await card.innerText();
    expect(text).toContain("The first 4 of 900 operations are drawn.");
    expect(text).toContain("The longest one that it found has 5,014 operations");
    await card.getByRole("button", { name: "Show the last 14 steps" }).click();
    const steps = card.getByRole("region", { name: /the longest order found/ }).locator("tbody tr");
    await expect(steps.first().locator("td").first().innerText()).resolves.toBe("5001");
  });

  it("draws bars in the order in which they happened", async () => {
    const run = small("invalid");
    const { page } = await open(run);
    const edges = await page
      .locator("#finding-1 svg .bar .body")
      .evaluateAll((bars) =>
        bars.map((bar) => [Number(bar.getAttribute("x")), Number(bar.getAttribute("width"))]),
      );
    const starts = edges.map(([x]) => x);
    expect(starts).toEqual(starts.toSorted((a = 0, b = 0) => a - b));
    // The first three of the fixture follow one another without overlapping.
    for (const [i, [x = 0, width = 0]] of edges.slice(0, 2).entries()) {
      expect(x + width).toBeLessThan(edges[i + 1]?.[0] ?? 0);
    }
  });

  it("goes from a finding to its window in the timeline, and to an operation's details", async () => {
    const { page } = await open(small("invalid"));
    await page
      .locator("#finding-1")
      .getByRole("button", { name: /Show in the timeline/ })
      .click();
    const { to } = await windowOf(page);
    expect(to).toBeLessThan(10);
    await page.locator("#finding-1 svg .bar").first().press("Enter");
    await expect(page.locator(".pinned .facts").innerText()).resolves.toContain("register/0");
  });

  it("filters by kind, outcome, node, process and key, and counts what is left", async () => {
    const run = small("valid");
    const { operations } = run.history;
    const { page } = await open(run);
    const expectMatches = async (wanted: (op: Operation) => boolean) => {
      const count = operations.filter(wanted).length;
      await expect
        .poll(() => page.locator("#timeline .status").innerText())
        .toContain(`${count.toLocaleString("en-US")} of`);
    };
    await page.getByLabel("Kind", { exact: true }).selectOption("cas");
    await expectMatches(({ input }) => input.f === "cas");
    await page.getByLabel("Outcome", { exact: true }).selectOption("info");
    await expectMatches(({ input, outcome }) => input.f === "cas" && outcome.type === "info");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByLabel("Node", { exact: true }).selectOption("n3");
    await expectMatches(({ node }) => node === "n3");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByLabel("Process", { exact: true }).fill("4");
    await expectMatches(({ process }) => process === 4);
    await page.getByRole("button", { name: "Clear filters" }).click();
    // A key's whole name means that key alone, not register/10 as well.
    await page.getByLabel("Key", { exact: true }).fill("register/1");
    await expectMatches(({ input }) => "key" in input && input.key === "register/1");
  });

  it("zooms and moves by keys alone, and keeps the view in the address", async () => {
    const { page } = await open(small("valid"));
    const whole = await windowOf(page);
    await page.locator(".timeline").focus();
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    const closer = await windowOf(page);
    expect(closer.to - closer.from).toBeCloseTo((whole.to - whole.from) / 4, 1);
    await page.keyboard.press("ArrowRight");
    expect((await windowOf(page)).from).toBeGreaterThan(closer.from);
    await page.keyboard.press("n");
    await page.waitForSelector(".pinned .facts");
    const chosen = await page.locator(".pinned .facts").innerText();
    await expect.poll(() => page.evaluate(() => location.hash)).toContain("op=");
    const there = await windowOf(page);
    const hash = await page.evaluate(() => location.hash);
    await context?.close();

    const again = (await open(small("valid"), { hash })).page;
    expect(await windowOf(again)).toEqual(there);
    await again.waitForSelector(".pinned .facts");
    await expect(again.locator(".pinned .facts").innerText()).resolves.toBe(chosen);
    await again.locator(".timeline").focus();
    await again.keyboard.press("Home");
    expect(await windowOf(again)).toEqual(whole);
  });

  it("zooms by the wheel once it has the focus, and lets the page scroll before", async () => {
    const { page } = await open(small("valid"));
    const canvas = page.locator("#timeline canvas");
    await canvas.scrollIntoViewIfNeeded();
    const whole = await windowOf(page);
    await canvas.hover({ position: { x: 500, y: 100 } });
    await page.mouse.wheel(0, -40);
    await nextFrames(page);
    expect(await windowOf(page)).toEqual(whole);
    await canvas.hover({ position: { x: 500, y: 100 } });
    await page.mouse.down();
    await page.mouse.up();
    await page.mouse.wheel(0, -200);
    await expect.poll(async () => (await windowOf(page)).from).toBeGreaterThan(whole.from);
  });

  it("moves by dragging", async () => {
    const { page } = await open(small("valid"), { hash: "#from=10&to=12" });
    const canvas = page.locator("#timeline canvas");
    await canvas.hover({ position: { x: 700, y: 100 } });
    await page.mouse.down();
    const box = await canvas.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 400, (box?.y ?? 0) + 100, { steps: 4 });
    await page.mouse.up();
    const { from, to } = await windowOf(page);
    expect(from).toBeGreaterThan(10.3);
    expect(to - from).toBeCloseTo(2, 2);
  });

  it("shows the operation under the pointer, and keeps it on a click", async () => {
    const run = small("valid");
    // One whose bar is long enough to be hit in the middle.
    const target = run.history.operations.find(
      ({ invokedAtNs, completedAtNs = 0 }) => completedAtNs - invokedAtNs > 3e8,
    );
    const middle = ((target?.invokedAtNs ?? 0) + (target?.completedAtNs ?? 0)) / 2e9;
    const { page } = await open(run, {
      hash: `#from=${middle - 1}&to=${middle + 1}&node=${target?.node}&process=${target?.process}`,
    });
    const canvas = page.locator("#timeline canvas");
    const box = await canvas.boundingBox();
    const x = 100 + ((box?.width ?? 0) - 112) / 2;
    const tooltip = page.locator(".tooltip");
    let y = 40;
    for (; y < (box?.height ?? 0) && (await tooltip.count()) === 0; y += 8) {
      await canvas.hover({ position: { x, y } });
      await nextFrames(page);
      await page.waitForTimeout(30);
    }
    await expect(tooltip.innerText()).resolves.toContain(`process ${target?.process}`);
    await canvas.click({ position: { x, y: y - 8 } });
    await page.waitForSelector(".pinned .facts");
    await expect(page.locator(".pinned .facts").innerText()).resolves.toContain(
      `(event ${target?.index})`,
    );
  });

  it("lists the operations in view as a table", async () => {
    const run = small("valid");
    const { page } = await open(run, { hash: "#from=1&to=1.5&kind=read" });
    await page.getByText("The operations in view as a table").click();
    await page.waitForSelector(".window tbody tr");
    const wanted = run.history.operations.filter(
      ({ input, invokedAtNs, completedAtNs = Infinity }) =>
        input.f === "read" && invokedAtNs <= 1.5e9 && completedAtNs >= 1e9,
    );
    await expect(page.locator(".window tbody tr").count()).resolves.toBe(wanted.length);
  });

  it("says why an inconclusive run proves nothing", async () => {
    const { page } = await open(small("unknown"));
    const text = await page.locator("#inconclusive").innerText();
    expect(text).toContain("Kind cas ended ok 3 times; at least 10 were wanted.");
    expect(text).toContain("repeat it with the command above");
    await expect(page.locator("#verdict .notice").innerText()).resolves.toContain("Incomplete");
  });

  it("says beside the verdict what must be known about the cluster", async () => {
    const run = small("valid");
    const { header } = run.history;
    const caveat = "This judged <b>no real etcd</b>.";
    const cluster = { ...header.cluster, caveat };
    const { sentence } = run.verdict;
    const { page } = await open({
      ...run,
      verdict: { ...run.verdict, sentence: `${sentence} ${caveat}` },
      history: { ...run.history, header: { ...header, cluster } },
    });
    await expect(page.locator("#verdict .notice").innerText()).resolves.toBe(caveat);
    await expect(page.locator("#verdict-title").innerText()).resolves.toBe(sentence);
  });

  it("shows which node ran which version when, where that changed", async () => {
    const run = small("valid");
    const { statuses } = run.history;
    const isLate = (atNs: number) => atNs > 10e9;
    const upgraded = statuses.map((event) =>
      event.status && event.node === "n2" && isLate(event.atNs)
        ? { ...event, status: { ...event.status, version: "3.6.1" } }
        : event,
    );
    const changes = [{ setUp: "new" as const, etcd: run.plan.etcd, config: run.plan.config }];
    const { page } = await open({
      ...run,
      plan: { ...run.plan, changes },
      history: { ...run.history, statuses: upgraded },
    });
    const chart = page.getByRole("img", { name: "Version of etcd on each node" });
    await expect(chart.getAttribute("aria-label")).resolves.toMatch(
      /n1 3\.5\.30 from 0 s; n2 3\.5\.30 from 0 s, 3\.6\.1 from 1\d s; n3/,
    );
    await expect(page.locator("#verdict").innerText()).resolves.toContain("3.5.30, 3.6.1");
    await expect(page.locator("#plan tbody tr").count()).resolves.toBe(10);

    const { page: unchanged } = await open(run);
    await expect(
      unchanged.getByRole("img", { name: "Version of etcd on each node" }).count(),
    ).resolves.toBe(0);
  });

  it("shows faults with their evidence, and names the one that went wrong", async () => {
    const { page } = await open(small("valid"));
    const rows = page.locator("#faults tbody tr");
    await expect(rows.count()).resolves.toBe(6);
    await expect(rows.nth(0).innerText()).resolves.toContain("probe packets were dropped");
    await expect(rows.nth(4).locator(".trouble").innerText()).resolves.toContain(
      "the leader changed before",
    );
  });

  it("shows hostile values as the text that they are", async () => {
    const hostile = `</script><img src=x onerror="document.title='owned'">&lt;b&gt;$&`;
    const run = small("invalid");
    const operations = run.history.operations.map((op) => ({
      ...op,
      node: op.node === "n1" ? hostile : op.node,
      input: { f: op.input.f, ...{ key: hostile, value: hostile } },
      outcome: { type: "ok", output: { value: hostile } } as const,
    }));
    const checkers = Object.fromEntries(
      Object.entries(run.verdict.checkers).map(([name, verdict]) => [
        name + hostile,
        {
          ...verdict,
          summary: hostile,
          findings: verdict.findings.map((finding) => withHostileWords(finding, hostile)),
          details: { [hostile]: hostile },
        },
      ]),
    );
    const { page, requests, complaints } = await open({
      plan: { ...run.plan, command: hostile, config: { [hostile]: hostile } },
      verdict: { ...run.verdict, sentence: hostile, checkers },
      history: {
        ...run.history,
        operations,
        logs: [{ index: 9e6, atNs: 1, node: hostile, level: "panic", line: hostile }],
        faults: run.history.faults.map((fault) => ({
          ...fault,
          spec: { ...fault.spec, nemesis: hostile, description: hostile },
          trouble: hostile,
        })),
      },
      logs: { [hostile]: [hostile] },
    });
    await page.locator(".timeline").focus();
    await page.keyboard.press("n");
    await page.waitForSelector(".pinned .facts");
    await expect(page.locator("h1").innerText()).resolves.toBe(hostile);
    await expect(page.locator(".pinned .facts").innerText()).resolves.toContain(
      JSON.stringify(hostile),
    );
    await expect(page.locator("img").count()).resolves.toBe(0);
    await expect(page.title()).resolves.not.toBe("owned");
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("runs no script but its own, should markup ever get in", async () => {
    const page = renderReport(small("valid")).replace(
      '<div id="app">',
      () => `<script>document.title = "owned"</script><div id="app">`,
    );
    const { page: opened } = await openPage(page);
    await expect(opened.title()).resolves.not.toBe("owned");
  });

  const looks = (["invalid", "unknown", "valid"] as const).flatMap((validity) =>
    (["light", "dark"] as const).map((colorScheme) => ({ validity, colorScheme })),
  );
  it.each(looks)(
    "has no flaw that axe knows of: $validity, $colorScheme",
    async ({ validity, colorScheme }) => {
      // A narrow view, so that the table of what is in it has few rows for axe to go through.
      const { page } = await open(small(validity), { colorScheme, hash: "#from=6&to=6.4" });
      await page.locator(".timeline").focus();
      await page.keyboard.press("n");
      await page.waitForSelector(".pinned .facts");
      for (const details of await page.locator("details > summary").all()) await details.click();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    },
  );

  it("changes its colours at the press of a button, canvas included", async () => {
    const { page } = await open(small("valid"));
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const picture = () =>
      page
        .locator("#timeline canvas")
        .evaluate((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ""));
    const before = { background: await background(), picture: await picture() };
    await page.getByRole("button", { name: "Dark" }).click();
    await nextFrames(page);
    expect(await background()).not.toBe(before.background);
    expect(await picture()).not.toBe(before.picture);
  });

  it("takes 100,000 operations, and draws them at any zoom", async () => {
    const run = fakeRun({ operations: 160_000, validity: "invalid" });
    expect(run.history.operations.length).toBeGreaterThan(100_000);
    const { page, complaints } = await open(run);
    const whole = await paintedPixels(page);
    expect(whole).toBeGreaterThan(20_000);
    await page.locator(".timeline").focus();
    for (let presses = 0; presses < 9; presses++) {
      await page.keyboard.press("+");
      await nextFrames(page);
      expect(await paintedPixels(page)).toBeGreaterThan(1000);
    }
    await page.getByLabel("Outcome", { exact: true }).selectOption("info");
    await nextFrames(page);
    const infos = run.history.operations.filter(({ outcome }) => outcome.type === "info").length;
    await expect(page.locator("#timeline .status").innerText()).resolves.toContain(
      `${infos.toLocaleString("en-US")} of`,
    );
    expect(complaints).toEqual([]);
  });

  it("opens a history without a single operation", async () => {
    const run = small("unknown");
    const { page, complaints } = await open({
      verdict: run.verdict,
      history: { ...run.history, operations: [], faults: [], statuses: [], phases: [] },
      logs: {},
    });
    await expect(page.locator("h1").innerText()).resolves.toBe(run.verdict.sentence);
    expect(complaints).toEqual([]);
  });

  it("says so when its data was cut off", async () => {
    const whole = renderReport(small("valid"));
    const cut = whole.slice(0, whole.indexOf('<script id="report-columns"'));
    const { page } = await openPage(`${cut}</body></html>`, { waitFor: "#app:not(:empty)" });
    await expect(page.locator("#app").innerText()).resolves.toContain("cut short");
  });
});

it.each(["light", "dark"] as const)(
  "lists runs without a flaw that axe knows of, in %s",
  async (scheme) => {
    const { verdict, plan } = small("invalid");
    const runs = [
      { name: "register-partition", time: "2026-11-02T00:00:00Z", path: "a/b", verdict, plan },
      { name: "register-kill", time: "2026-11-01T00:00:00Z", path: "a/c" },
    ];
    const { page, complaints } = await openPage(renderRunsPage(runs), {
      colorScheme: scheme,
      waitFor: "table",
    });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(complaints).toEqual([]);
  },
);

describe("a run that plays a known bug", () => {
  function withScenario(hostile = ""): ReportInput {
    const run = small("invalid");
    const scenario = {
      name: "watch-at-compacted-tombstone",
      issues: [18089],
      title: `a deletion is missed${hostile}`,
      guarantee: "Every event is delivered.",
      mechanism: ["A compaction drops it.", `The watch finds the rest.${hostile}`],
      consequence: "Somebody is misled.",
      fixedIn: "3.4.34",
      caughtBy: Object.keys(run.verdict.checkers).filter(
        (name) => run.verdict.checkers[name]?.validity === "invalid",
      ),
      isAffected: true,
    };
    const notes = [
      { index: 1, atNs: 1e9, kind: "round", text: "round 1 of at most 2" },
      { index: 2, atNs: 2e9, kind: "done", text: `compacts up to revision 6${hostile}` },
      { index: 3, atNs: 3e9, kind: "missed", text: "no leader came" },
    ] as const;
    const { history } = run;
    const leftOut = [{ shape: "a-shape", issue: 21174, summary: `crowded streams${hostile}` }];
    return {
      ...run,
      history: { ...history, header: { ...history.header, scenario }, notes },
      verdict: { ...run.verdict, leftOut },
    };
  }

  it("explains it, with its issue, what was done, and what came of it", async () => {
    const { page, complaints } = await open(withScenario());
    const section = page.locator("#scenario");
    const text = await section.innerText();
    expect(text).toContain("A deletion is missed (etcd #18089)");
    expect(text).toContain("etcd 3.5.30 is known to have it, and here it was caught.");
    expect(text).toContain("A compaction drops it.");
    expect(text).toContain("In 3.4.34.");
    expect(text).toContain("This round shows nothing: no leader came");
    expect(await section.locator("a").getAttribute("href")).toBe(
      "https://github.com/etcd-io/etcd/issues/18089",
    );
    expect(await page.locator("#verdict").innerText()).toMatch(
      /Left out by choice.*crowded streams \(etcd #21174\)/,
    );
    await section.locator("button", { hasText: "2.000 s" }).click();
    await page.waitForURL(/1\.5.*2\.5/);
    const { violations } = await new AxeBuilder({ page }).include("#scenario").analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("shows hostile words as what they are", async () => {
    const { page } = await open(withScenario("<img src=x onerror=alert(1)>"));
    expect(await page.locator("#scenario img, #verdict img").count()).toBe(0);
    expect(await page.locator("#scenario").innerText()).toContain("<img src=x onerror=alert(1)>");
  });
});
