import { z } from "zod";
import { targetKinds } from "../core/asked-targets.js";
import { type HistoryHeader, historyVersion } from "../core/history.js";
import { Damage, shown } from "./fields.js";

const markSchema = z.looseObject({ ordeal: z.literal("history"), version: z.int().min(1) });

/** Fields that a later version of this code added stay, which is why the objects are loose. */
const headerSchema = z.looseObject({
  ordeal: z.literal("history"),
  version: z.literal(historyVersion),
  run: z.string(),
  startedAt: z.string(),
  seed: z.number(),
  cluster: z.looseObject({
    kind: z.string(),
    nodes: z.array(z.string()),
    versions: z.record(z.string(), z.string()),
    caveat: z.string().exactOptional(),
  }),
  workload: z.looseObject({
    name: z.string(),
    options: z.looseObject({
      opsPerKey: z.number(),
      serializable: z.boolean(),
      shapes: z.array(z.string()).exactOptional(),
    }),
  }),
  nemeses: z.array(z.string()),
  target: z
    .looseObject({
      kinds: z.array(z.enum(targetKinds)).exactOptional(),
      nodes: z.array(z.string()).exactOptional(),
    })
    .exactOptional(),
  concurrency: z.number(),
  rate: z.number(),
  timeLimitMs: z.number(),
  selfCheck: z.string().exactOptional(),
  asksMembers: z.literal(true).exactOptional(),
  scenario: z
    .looseObject({
      name: z.string(),
      issues: z.array(z.int()),
      title: z.string(),
      guarantee: z.string(),
      mechanism: z.array(z.string()),
      consequence: z.string(),
      fixedIn: z.string().exactOptional(),
      caughtBy: z.array(z.string()),
      isAffected: z.boolean(),
    })
    .exactOptional(),
  shrunkFrom: z.looseObject({ run: z.string(), operations: z.int().min(0) }).exactOptional(),
});

/** The first line of a history. Throws Damage where it is not one, or not one for this version. */
export function parseHeader(line: string): HistoryHeader {
  const value = parseJson(line);
  const mark = markSchema.safeParse(value);
  if (!mark.success) throw notOurs(line);
  if (mark.data.version > historyVersion) {
    throw new Damage(
      `it is of format ${mark.data.version} and this ordeal reads formats up to ${historyVersion}: use a newer ordeal`,
    );
  }
  const header = headerSchema.safeParse(value);
  if (header.success) return header.data;
  throw new Damage(`its header is not as it should be: ${reasonOf(header.error)}`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // What is wrong with it matters more than where the parser stopped.
    throw line.startsWith('{"ordeal":"history"')
      ? new Damage("its header is cut off or broken, so nothing can be said about the run")
      : notOurs(line);
  }
}

function notOurs(line: string): Damage {
  return new Damage(
    `it is no history of ordeal: expected a first line with "ordeal":"history" in it, got ${shown(line)}`,
  );
}

function reasonOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}
