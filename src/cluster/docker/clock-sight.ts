import type { Proof } from "../../core/cluster.js";
import { parseProcesses } from "./node.js";

/** A clock was read while the machine's own went from `before` to `after`; all in ms since 1970. */
export interface Reading {
  readonly before: number;
  readonly told: number;
  readonly after: number;
}

/** What was seen of a node's clock. */
export interface Sight {
  readonly etcd: "running" | "stopped" | "none";
  /** The etcd that runs there goes by the page. */
  readonly isHooked: boolean;
  /** The wall clock by the page. */
  readonly page: Told;
  /** What etcd told in the closest of several readings, and a moment later; empty where it told nothing. */
  readonly readings: readonly Reading[];
}

interface Told {
  readonly aheadMs: number;
  readonly rate: number;
}

/** Bounds between which a quantity lies for certain. */
interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** A clock that is wrong by less than this is right. */
const tolerableMs = 1;
const tolerableRate = 0.005;
/** Where bounds lie further apart, the readings took too long to show that a clock is right. */
const closeRate = 0.05;

/** Reads what the script of clock.ts printed. */
export function parseSight(printed: string): Sight {
  const lines = printed.split("\n");
  const [process] = parseProcesses(printed);
  const etcd = !process ? "none" : process.state === "T" ? "stopped" : "running";
  const later = lines.indexOf("later");
  const batches = later < 0 ? [lines] : [lines.slice(0, later), lines.slice(later)];
  return {
    etcd,
    isHooked: process !== undefined && lines.includes(`hooked ${process.pid}`),
    page: pageOf(printed),
    readings: batches.flatMap((batch) => closest(batch.flatMap(readingOf))),
  };
}

function pageOf(printed: string): Told {
  const [, aheadNs = "0", billionths = "0"] = /^wall (-?\d+) (\d+)$/m.exec(printed) ?? [];
  return { aheadMs: Number(aheadNs) / 1e6, rate: Number(billionths) / 1e9 };
}

function readingOf(line: string): Reading[] {
  const match = /^told (\d+\.\d+) ([^ "]+)"\} (\d+\.\d+)$/.exec(line);
  if (!match) return [];
  const [, before, told = "", after] = match;
  return [{ before: Number(before) * 1e3, told: parseInstant(told), after: Number(after) * 1e3 }];
}

/** Milliseconds since 1970, with all the digits that RFC 3339 may have behind the point. */
export function parseInstant(text: string): number {
  const [, seconds = "", fraction = "", zone = ""] =
    /^(.*?)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  return Date.parse(`${seconds}${zone}`) + Number(`0${fraction}`) * 1e3;
}

function closest(readings: readonly Reading[]): Reading[] {
  const width = ({ before, after }: Reading) => after - before;
  return [...readings].sort((a, b) => width(a) - width(b)).slice(0, 1);
}

/** The clock that etcd goes by shows another time than the machine's, or runs at another speed. */
export function judgeSkewed(node: string, sight: Sight): Proof {
  const unsure = notAsked(node, sight);
  const { aheadMs, rate } = sight.page;
  if (unsure !== undefined) {
    const isWrong = Math.abs(aheadMs) >= tolerableMs || Math.abs(rate - 1) >= tolerableRate;
    return { holds: isWrong && mayGoByPage(sight), evidence: unsure };
  }
  const { ahead, speed } = measure(sight.readings);
  const isElsewhere = ahead.least > tolerableMs || ahead.most < -tolerableMs;
  const isOfAnotherSpeed =
    speed !== undefined && (speed.least > 1 + tolerableRate || speed.most < 1 - tolerableRate);
  return {
    holds: isElsewhere || isOfAnotherSpeed,
    evidence: told(node, sight),
  };
}

export function judgeReset(node: string, sight: Sight): Proof {
  const unsure = notAsked(node, sight);
  const { aheadMs, rate } = sight.page;
  const isRightByPage = Math.abs(aheadMs) < tolerableMs && Math.abs(rate - 1) < tolerableRate;
  if (unsure !== undefined) return { holds: isRightByPage && mayGoByPage(sight), evidence: unsure };
  const { ahead, speed } = measure(sight.readings);
  const isThere = ahead.least <= tolerableMs && ahead.most >= -tolerableMs;
  const hasSpeed =
    speed !== undefined &&
    speed.least <= 1 + tolerableRate &&
    speed.most >= 1 - tolerableRate &&
    speed.most - speed.least < closeRate;
  return { holds: isRightByPage && isThere && hasSpeed, evidence: told(node, sight) };
}

/** Where etcd could not be asked, the page that it goes by, or will, is all there is to see. */
function notAsked(node: string, { etcd, isHooked, page, readings }: Sight): string | undefined {
  const by = `by its page it is ${beside(page.aheadMs)} the machine's and runs at ${page.rate} times its speed`;
  if (etcd === "none") return `no etcd runs on ${node} to be asked for its clock: ${by}`;
  if (!isHooked) return `etcd on ${node} goes by the machine's clock`;
  if (etcd === "stopped")
    return `etcd on ${node} is stopped and cannot be asked for its clock: ${by}`;
  return readings.length === 0 ? `etcd on ${node} did not tell its time` : undefined;
}

function mayGoByPage({ etcd, isHooked }: Sight): boolean {
  return etcd === "none" || (etcd === "stopped" && isHooked);
}

/** How far ahead of the machine's clock it is for certain, and at how many times its speed it runs. */
function measure([first, second]: readonly Reading[]): {
  ahead: Bounds;
  speed: Bounds | undefined;
} {
  if (!first) return { ahead: { least: 0, most: 0 }, speed: undefined };
  const ahead = { least: first.told - first.after, most: first.told - first.before };
  if (!second) return { ahead, speed: undefined };
  const passed = second.told - first.told;
  const speed = {
    least: passed / (second.after - first.before),
    most: passed / (second.before - first.after),
  };
  return { ahead, speed };
}

function told(node: string, { readings }: Sight): string {
  const { ahead, speed } = measure(readings);
  const spread = (ahead.most - ahead.least) / 2;
  const runs = speed
    ? `, and ran at ${speed.least.toFixed(3)} to ${speed.most.toFixed(3)} times its speed`
    : "";
  return `the time that etcd on ${node} tells is ${beside((ahead.least + ahead.most) / 2)} the machine's clock (+-${spread.toFixed(1)} ms)${runs}`;
}

function beside(ms: number): string {
  return `${Math.abs(ms).toFixed(1)} ms ${ms < 0 ? "behind" : "ahead of"}`;
}
