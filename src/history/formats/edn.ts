import { LineDamage } from "./line-damage.js";

/** A form of EDN (github.com/edn-format/edn), and the line at which it begins. */
export type Edn = EdnScalar | EdnText | EdnSequence | EdnMap | EdnTagged;

/** nil, true, a number, a keyword with its colon, a symbol or a character, as it is written. */
export interface EdnScalar {
  readonly is: "scalar";
  readonly text: string;
  readonly line: number;
}

export interface EdnText {
  readonly is: "text";
  readonly value: string;
  readonly line: number;
}

export interface EdnSequence {
  readonly is: "vector" | "list" | "set";
  readonly items: readonly Edn[];
  readonly line: number;
}

export interface EdnMap {
  readonly is: "map";
  readonly entries: readonly (readonly [Edn, Edn])[];
  readonly line: number;
}

/** Such as #inst "2026-11-22": a reader that does not know the tag keeps it. */
export interface EdnTagged {
  readonly is: "tagged";
  readonly tag: string;
  readonly form: Edn;
  readonly line: number;
}

/** All forms of a text. Throws LineDamage where it is no EDN. `firstLine` is the text's own line. */
export function readEdn(text: string, firstLine = 1): Edn[] {
  const reader = new EdnReader(text, firstLine);
  const forms: Edn[] = [];
  for (let form = reader.next(); form; form = reader.next()) forms.push(form);
  return forms;
}

/** The first form of a text, whatever comes after it; undefined where there is none. */
export function readFirstEdn(text: string, line: number): Edn | undefined {
  return new EdnReader(text, line).next();
}

/**
 * A text that forms share if and only if they are equal: lists equal vectors of the same items, the
 * order of sets and maps does not matter, and 2 is not 2.0.
 */
export function textOf(form: Edn): string {
  switch (form.is) {
    case "scalar":
      return form.text;
    case "text":
      return JSON.stringify(form.value);
    case "vector":
    case "list":
      return `[${form.items.map(textOf).join(" ")}]`;
    case "set":
      return `#{${form.items.map(textOf).sort().join(" ")}}`;
    case "map":
      return `{${form.entries
        .map(([key, value]) => `${textOf(key)} ${textOf(value)}`)
        .sort()
        .join(", ")}}`;
    case "tagged":
      return `#${form.tag} ${textOf(form.form)}`;
  }
}

export function isNil(form: Edn): boolean {
  return form.is === "scalar" && form.text === "nil";
}

/** The two items of a vector or list; undefined for anything else. */
export function pairOf(form: Edn | undefined): readonly [Edn, Edn] | undefined {
  if (form?.is !== "vector" && form?.is !== "list") return undefined;
  const [first, second, ...more] = form.items;
  return first && second && more.length === 0 ? [first, second] : undefined;
}

const blank = /(?:[\s,]|;[^\n]*)+/y;
const token = /"(?:[^"\\]|\\[^])*"|#[_{]|\\(?:[^\s][^\s,;"[\](){}]*)|[[\](){}]|[^\s,;"[\](){}]+/y;
const closings: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}", "#{": "}" };

/** No history nests its values as deep; a stack would not hold it. */
const deepest = 500;

class EdnReader {
  private readonly text: string;
  private line: number;
  private position = 0;
  private depth = 0;

  constructor(text: string, line: number) {
    this.text = text;
    this.line = line;
  }

  /** Undefined at the end of the text. */
  next(): Edn | undefined {
    const line = this.lineOfNext();
    const found = this.take(token);
    if (found === undefined) {
      if (this.position === this.text.length) return undefined;
      throw new LineDamage(line, "a text begins here that does not end");
    }
    if (found === "#_") {
      this.following("#_", line);
      return this.next();
    }
    return this.form(found, line);
  }

  private form(found: string, line: number): Edn {
    const closing = closings[found];
    if (closing !== undefined) return collectionOf(found, this.until(closing, line), line);
    if ("])}".includes(found)) throw new LineDamage(line, `a "${found}" closes what is not open`);
    if (found.startsWith('"')) return { is: "text", value: unescaped(found.slice(1, -1)), line };
    if (found.startsWith("#") && found !== "##") {
      if (found.startsWith("##")) return { is: "scalar", text: found, line };
      return { is: "tagged", tag: found.slice(1), form: this.following(found, line), line };
    }
    return { is: "scalar", text: scalarText(found), line };
  }

  private following(what: string, line: number): Edn {
    const form = this.nested(line, () => this.next());
    if (!form) throw new LineDamage(line, `expected a value after ${what}, but the text ends`);
    return form;
  }

  private until(closing: string, line: number): Edn[] {
    const items: Edn[] = [];
    for (;;) {
      this.lineOfNext();
      if (this.text.startsWith(closing, this.position)) {
        this.position += closing.length;
        return items;
      }
      // Discarded forms may be the last before the closing.
      if (this.text.startsWith("#_", this.position)) {
        this.position += 2;
        this.following("#_", line);
        continue;
      }
      const item = this.nested(line, () => this.next());
      if (!item) throw new LineDamage(line, `expected a "${closing}" to what is opened here`);
      items.push(item);
    }
  }

  private nested<T>(line: number, read: () => T): T {
    if (++this.depth > deepest) throw new LineDamage(line, "its values are nested too deeply");
    const result = read();
    this.depth -= 1;
    return result;
  }

  private lineOfNext(): number {
    this.take(blank);
    return this.line;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.position += found.length;
    for (let at = found.indexOf("\n"); at >= 0; at = found.indexOf("\n", at + 1)) this.line += 1;
    return found;
  }
}

function collectionOf(opening: string, items: readonly Edn[], line: number): Edn {
  if (opening === "#{") return { is: "set", items, line };
  if (opening !== "{") return { is: opening === "[" ? "vector" : "list", items, line };
  if (items.length % 2 === 1) throw new LineDamage(line, "a map has a key without a value");
  const entries: [Edn, Edn][] = [];
  for (const [i, key] of items.entries()) {
    const value = items[i + 1];
    if (i % 2 === 0 && value) entries.push([key, value]);
  }
  return { is: "map", entries, line };
}

/** Numbers that are equal are written alike: +5, 5 and 5N; 1.50 and 1.5. */
function scalarText(found: string): string {
  if (/^[+-]?\d+N?$/.test(found)) return String(BigInt(found.replace(/^\+|N$/g, "")));
  if (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(found)) {
    const text = String(Number(found));
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
  return found;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|([^]))/g,
    (_, code: string | undefined, letter = "") =>
      code !== undefined
        ? String.fromCharCode(parseInt(code, 16))
        : (escapes[String(letter)] ?? String(letter)),
  );
}
