import { z } from "zod";
import type { MemberEvent } from "../core/history.js";
import { Damage, type Fields } from "./fields.js";

const alarm = z.object({ memberId: z.string(), alarm: z.string() });

const listed = z.object({ id: z.string(), name: z.string(), isLearner: z.boolean() });

const hash = z.object({ revision: z.int(), hash: z.int(), compactRevision: z.int() });

const entry = z.object({
  key: z.string(),
  value: z.string(),
  createRevision: z.int(),
  modRevision: z.int(),
  version: z.int(),
  lease: z.string(),
});

const page = z.object({
  from: z.string(),
  keys: z.int(),
  digest: z.string(),
  entries: z.array(entry).exactOptional(),
});

const said = z.object({
  node: z.string(),
  toldRevision: z.int().exactOptional(),
  readRevision: z.int().exactOptional(),
  revision: z.int().exactOptional(),
  version: z.string().exactOptional(),
  hash: hash.exactOptional(),
  contents: z.object({ keys: z.int(), pages: z.array(page) }).exactOptional(),
  alarms: z.array(alarm).exactOptional(),
  members: z.array(listed).exactOptional(),
  unanswered: z.array(z.object({ question: z.string(), error: z.string() })),
});

/** One line for each member: few enough for a schema. Throws Damage where it is not as written. */
export function memberEventOf(fields: Fields, index: number, atNs: number): MemberEvent {
  const read = said.safeParse(fields);
  if (read.success) return { index, atNs, ...read.data };
  const issues = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Damage(`what a member said is not as it should be: ${issues.join("; ")}`);
}
