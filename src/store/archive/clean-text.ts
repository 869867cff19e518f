import type { MachineWords } from "./machine-words.js";

/** A text without machine paths and secrets. */
export type CleanText = (text: string) => string;

interface Rule {
  readonly pattern: RegExp;
  readonly instead: (...found: string[]) => string;
}

/** Where people's files are, on whatever machine the run was made. */
const homes = /(?<![\w.~-])\/(?:home|Users)\/[^\s/"'\\,;:)\]}]+/g;
const rootHome = /(?<![\w.~-])\/root(?=\/)/g;
const windowsHomes = /\b[A-Z]:(?:\\{1,2}|\/)Users(?:\\{1,2}|\/)[^\s\\/"',;:)\]}]+/g;
const elsewhere =
  /(?<![\w.~/-])\/(?:tmp|private|var\/folders|var\/tmp|run\/user|mnt|media|Volumes|workspace|srv|opt)\/(?:[^\s/"'\\,;:)\]}]+\/)*([^\s/"'\\,;:)\]}]*)/g;

const privateKeys =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;
const loginsInUrls = /(:\/\/)[^\s/@:"']*:[^\s/@"']+@/g;
const namedSecrets =
  /((?:password|passwd|secret|api[-_]?key|access[-_]?key)[\w-]*\\?["']?\s*[:=]\s*\\?["']?)([^\s"'\\,;}]+)/gi;

export const removed = "[removed]";

const secretRules: readonly Rule[] = [
  { pattern: privateKeys, instead: () => "[private key removed]" },
  { pattern: loginsInUrls, instead: (_, scheme = "") => `${scheme}${removed}@` },
  { pattern: namedSecrets, instead: (_, name = "") => `${name}${removed}` },
];

const pathRules: readonly Rule[] = [
  { pattern: homes, instead: () => "~" },
  { pattern: rootHome, instead: () => "~" },
  { pattern: windowsHomes, instead: () => "~" },
  { pattern: elsewhere, instead: (_, name = "") => `./${name}` },
];

/** Rules in their order: what is known is told better than what is only of a form. */
export function cleanerOf({ paths, names }: MachineWords): CleanText {
  const known = [...paths]
    // The longest first: each may be the beginning of another.
    .sort(([a], [b]) => b.length - a.length)
    .map(([path, instead]): Rule => ({
      pattern: new RegExp(`(?<![\\w.~-])${escaped(path)}(?![\\w-])`, "g"),
      instead: () => instead,
    }));
  const called = [...names].map(([name, instead]): Rule => ({
    pattern: new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`, "g"),
    instead: () => instead,
  }));
  const rules = [...secretRules, ...known, ...pathRules, ...called];
  return (text) =>
    rules.reduce((cleaned, { pattern, instead }) => cleaned.replaceAll(pattern, instead), text);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** What an operation asked and found is evidence, and the words of the format are no texts. */
const untouched = new Set([
  ...["input", "output", "type", "f", "node", "nodes", "phase", "stage", "level"],
  ...["ordeal", "validity", "kind", "nemesis", "nemeses", "name", "workload", "run"],
]);

/** The same value with its texts cleaned, whatever JSON it is. */
export function cleanValue(value: unknown, clean: CleanText): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inside]) => [
      name,
      untouched.has(name) ? inside : cleanValue(inside, clean),
    ]),
  );
}
