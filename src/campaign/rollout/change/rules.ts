import { isDeepStrictEqual } from "node:util";
import { settingsOf } from "./difference.js";
import type { KeyDifference, Remark } from "../rollout-record.js";
import {
  type Change,
  changeOf,
  type ChangeContext,
  type ConfiguredSide,
  plainName,
  reachesNodes,
} from "./rule-context.js";
import { valueKinds } from "./rule-table-kinds.js";
import { refusalRules, sideRules, tlsRules } from "./rule-table-refusals.js";
import { remarkRules } from "./rule-table-remarks.js";
import { versionRemarks } from "./rule-version-remarks.js";
import { isAtLeast } from "../../../core/version-step.js";
import { refusalOfStep } from "./version-step.js";

/** A change that ordeal does not begin to test, and why. */
export interface Refusal {
  /** The key, or "etcd" for the version. */
  readonly key: string;
  readonly sentence: string;
}

/**
 * Why a change cannot be made node by node, or why etcd would not start on either side of it, or why
 * there is nothing to test. Empty where the change can be tried.
 */
export function refusalsOf(context: ChangeContext): Refusal[] {
  const step = refusalOfStep(context.from.version, context.to.version);
  const refusals = [
    ...context.differences.flatMap(({ key }) => refusalOfKey(key)),
    ...refusalsOfTls(context),
    ...refusalsOfSide("The old configuration", context.from, context.tls),
    ...refusalsOfSide("The new configuration", context.to, context.tls),
    ...(step === undefined ? [] : [{ key: "etcd", sentence: step }]),
  ];
  return refusals.length > 0 ? refusals : nothingToTest(context);
}

function refusalOfKey(key: string): Refusal[] {
  const rule = refusalRules.find((row) => fits(row.key, key));
  return rule ? [{ key, sentence: rule.sentence }] : [];
}

function refusalsOfTls({ from, to }: ChangeContext): Refusal[] {
  return tlsRules
    .filter(({ section }) => hasTls(from, section) !== hasTls(to, section))
    .map(({ section, sentence }) => ({ key: section, sentence: `The change ${sentence}` }));
}

function hasTls({ config }: ConfiguredSide, section: string): boolean {
  const settings = settingsOf(config);
  const certificate = settings.get(`${section}.cert-file`) ?? "";
  return certificate !== "" || settings.get(`${section}.auto-tls`) === true;
}

function refusalsOfSide(subject: string, side: ConfiguredSide, tls: boolean): Refusal[] {
  const mistaken = mistakenKinds(subject, side);
  // What a value of the wrong kind comes to cannot be judged.
  if (mistaken.length > 0) return mistaken;
  return sideRules.flatMap(({ key, refuse }) => {
    const trouble = refuse(side, tls);
    return trouble === undefined ? [] : [{ key, sentence: `${subject} ${trouble}` }];
  });
}

function mistakenKinds(subject: string, { config, version }: ConfiguredSide): Refusal[] {
  return [...settingsOf(config)].flatMap(([key, value]) => {
    const kind = valueKinds.find(({ keys }) => keys.includes(plainName(key)));
    const isNewer = kind?.until !== undefined && isAtLeast(version, kind.until);
    if (!kind || isNewer || kind.fits(value)) return [];
    const sentence = `${subject} sets ${key} to something else than a ${kind.inWords}: etcd does not start with it.`;
    return [{ key, sentence }];
  });
}

function nothingToTest(context: ChangeContext): Refusal[] {
  const { differences, from, to, sameBinary } = context;
  if (from.version !== to.version || !sameBinary) return [];
  const [first] = differences;
  if (!first) {
    const sentence =
      "Nothing differs: both sides run the same etcd with the same configuration, so there is nothing to test.";
    return [{ key: "etcd", sentence }];
  }
  if (differences.some(({ key }) => reachesNodes(key, context))) return [];
  const keys = differences.map(({ key }) => key).join(", ");
  const sentence = `All that differs is what ordeal sets itself (${keys}), so there is nothing to test.`;
  return [{ key: first.key, sentence }];
}

/** What to know about the differences before anything starts. A key that no rule knows gets none. */
export function remarksOf(context: ChangeContext): Remark[] {
  return [
    ...context.differences.flatMap((difference) => remarksOfKey(difference, context)),
    ...versionRemarks(context),
  ];
}

function remarksOfKey({ key }: KeyDifference, context: ChangeContext): Remark[] {
  if (!reachesNodes(key, context)) {
    const sentence =
      "ordeal sets this itself, or leaves it out without --tls: no run here tries the change.";
    return [{ key, kind: "untested", sentence }];
  }
  const change = changeOf(key, context);
  if (isDeepStrictEqual(change.from, change.to)) {
    return [{ key, kind: "note", sentence: sameEffect }];
  }
  return remarkRules
    .filter((row) => fits(row.key, plainName(key)) || fits(row.key, key))
    .filter((row) => row.when?.(change) ?? true)
    .map((row) => ({ key, kind: row.kind, sentence: wordsOf(row.sentence, change) }));
}

const sameEffect =
  "This comes to the same on both sides: one says what etcd takes anyway, or says it by another name.";

function wordsOf(sentence: string | ((change: Change) => string), change: Change): string {
  return typeof sentence === "string" ? sentence : sentence(change);
}

function fits(pattern: string | RegExp, key: string): boolean {
  return typeof pattern === "string" ? pattern === key : pattern.test(key);
}
