import type { Edn } from "./edn.js";
import { LineDamage } from "./line-damage.js";

/** All forms of a text. Throws LineDamage where it is no EDN. `firstLine` is the text's own line. */
export function readEdn(text: string, firstLine = 1): Edn[] {
  const place = startOf(text, { line: firstLine, isWhole: true });
  const forms: Edn[] = [];
  while (toNextForm(place)) forms.push(readForm(place));
  return forms;
}

/** The first form of a text, whatever comes after it; undefined where there is none. */
export function readFirstEdn(text: string, line: number): Edn | undefined {
  const place = startOf(text, { line, isWhole: true });
  return toNextForm(place) ? readForm(place) : undefined;
}

/** A text that is read form by form, and how far it was read. */
export interface EdnPlace {
  readonly text: string;
  /** False where more of the text will come. */
  readonly isWhole: boolean;
  at: number;
  /** Of `at`, from 1. */
  line: number;
  depth: number;
}

/** The text ends within a form: more of the text, if there is more, may complete it. */
export class CutShort extends LineDamage {}

export function startOf(
  text: string,
  { line, isWhole }: { readonly line: number; readonly isWhole: boolean },
): EdnPlace {
  return { text, isWhole, at: 0, line, depth: 0 };
}

/** No history nests its values as deep; a stack would not hold it. */
const deepest = 500;

const ordinary = 0;
const blank = 1;
const closing = 2;
/** By character code: what a symbol, a number or a keyword may consist of, and what ends it. */
const kinds = new Uint8Array(128);
for (const code of " \t\r\n\f\v,") kinds[code.charCodeAt(0)] = blank;
for (const code of `;"[](){}`) kinds[code.charCodeAt(0)] = closing;

function kindAt({ text }: EdnPlace, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return kinds[code] ?? ordinary;
  return /\s/.test(text.charAt(at)) ? blank : ordinary;
}

/** Passes over blanks, comments and discarded forms. False at the end of the text. */
export function toNextForm(place: EdnPlace): boolean {
  const { text } = place;
  while (place.at < text.length) {
    const char = text[place.at];
    if (char === "\n") place.line += 1;
    if (char === ";") skipToLineBreak(place);
    else if (char === "#" && text[place.at + 1] === "_") skipDiscarded(place);
    else if (kindAt(place, place.at) === blank) place.at += 1;
    else return true;
  }
  return false;
}

function skipToLineBreak(place: EdnPlace): void {
  const end = place.text.indexOf("\n", place.at);
  if (end === -1) requireWhole(place);
  place.at = end === -1 ? place.text.length : end;
}

function skipDiscarded(place: EdnPlace): void {
  const { line } = place;
  place.at += 2;
  following(place, "#_", line);
}

/** The form that begins here: `toNextForm` went before. Throws LineDamage where none does. */
export function readForm(place: EdnPlace): Edn {
  const { text, at, line } = place;
  switch (text[at]) {
    case "{":
      return mapOf(itemsUntil(place, 1, "}"), line);
    case "[":
      return { is: "vector", items: itemsUntil(place, 1, "]"), line };
    case "(":
      return { is: "list", items: itemsUntil(place, 1, ")"), line };
    case '"':
      return { is: "text", value: quotedText(place), line };
    case "\\":
      return { is: "scalar", text: character(place), line };
    case "#":
      return afterHash(place);
    case "^":
      skipMetadata(place);
      return following(place, "metadata", line);
    case "]":
    case ")":
    case "}":
      throw new LineDamage(line, `a "${text[at] ?? ""}" closes what is not open`);
    default:
      return { is: "scalar", text: scalarText(word(place)), line };
  }
}

/** Passes over what is said of the form after it, and is not part of its value: `^{:line 3}`. */
export function skipMetadata(place: EdnPlace): void {
  const { line } = place;
  place.at += 1;
  following(place, "^", line);
}

function afterHash(place: EdnPlace): Edn {
  const { text, at, line } = place;
  const next = text[at + 1];
  if (next === "{") return { is: "set", items: itemsUntil(place, 2, "}"), line };
  if (next === "#") return { is: "scalar", text: word(place), line };
  const tag = word(place).slice(1);
  return { is: "tagged", tag, form: following(place, `#${tag}`, line), line };
}

/** The form that must come next. */
function following(place: EdnPlace, what: string, line: number): Edn {
  descend(place, line);
  if (!toNextForm(place)) {
    throw new CutShort(line, `expected a value after ${what}, but the text ends`);
  }
  const form = readForm(place);
  place.depth -= 1;
  return form;
}

/** What stands between an opening, so many characters long, and its closing. */
function itemsUntil(place: EdnPlace, opening: number, end: "]" | ")" | "}"): Edn[] {
  const { text, line } = place;
  descend(place, line);
  place.at += opening;
  const items: Edn[] = [];
  for (;;) {
    if (!toNextForm(place)) throw new CutShort(line, `expected a "${end}" to what is opened here`);
    if (text[place.at] === end) break;
    items.push(readForm(place));
  }
  place.at += 1;
  place.depth -= 1;
  return items;
}

function descend(place: EdnPlace, line: number): void {
  place.depth += 1;
  if (place.depth > deepest) throw new LineDamage(line, "its values are nested too deeply");
}

function mapOf(items: readonly Edn[], line: number): Edn {
  if (items.length % 2 === 1) throw new LineDamage(line, "a map has a key without a value");
  return { is: "map", items, line };
}

/** Up to what cannot be part of it. */
function word(place: EdnPlace): string {
  const { text, at } = place;
  let end = at + 1;
  while (end < text.length && kindAt(place, end) === ordinary) end += 1;
  if (end === text.length) requireWhole(place);
  place.at = end;
  return text.slice(at, end);
}

/** What reaches the end of a text goes on in what follows it. */
function requireWhole({ isWhole, line }: EdnPlace): void {
  if (!isWhole) throw new CutShort(line, "the text ends here");
}

/** What follows the backslash is part of it whatever it is: \newline, \( and \; are characters. */
function character(place: EdnPlace): string {
  const { at } = place;
  place.at += 1;
  word(place);
  return place.text.slice(at, place.at);
}

function quotedText(place: EdnPlace): string {
  const { text, at, line } = place;
  let end = at + 1;
  let isPlain = true;
  for (; text[end] !== '"'; end += 1) {
    if (end >= text.length) throw new CutShort(line, "a text begins here that does not end");
    if (text[end] === "\n") place.line += 1;
    if (text[end] !== "\\") continue;
    isPlain = false;
    end += 1;
    if (text[end] === "\n") place.line += 1;
  }
  place.at = end + 1;
  const inside = text.slice(at + 1, end);
  return isPlain ? inside : unescaped(inside);
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

/** Numbers that are equal are written alike: +5, 5 and 5N; 1.50 and 1.5. */
function scalarText(found: string): string {
  if (!mayBeNumber(found) || /^[1-9]\d*$/.test(found)) return found;
  if (/^[+-]?\d+N?$/.test(found)) return String(BigInt(found.replace(/^\+|N$/g, "")));
  if (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(found)) {
    const text = String(Number(found));
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
  return found;
}

/** Most are keywords, which the patterns need not look at. */
function mayBeNumber(found: string): boolean {
  const code = found.charCodeAt(0);
  return code === 43 || code === 45 || (code >= 48 && code <= 57);
}
