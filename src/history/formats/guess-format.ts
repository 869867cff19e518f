import { type Edn, type EdnMap, textOf } from "./edn.js";
import {
  CutShort,
  type EdnPlace,
  readForm,
  skipMetadata,
  startOf,
  toNextForm,
} from "./edn-reader.js";
import { LineDamage } from "./line-damage.js";

/** Who wrote a history: its format by name, or what can be said of it where that is not clear. */
export type Guess = { readonly format: string } | { readonly unclear: string };

/** So much of a file is enough, in characters: a log says other things before its operations. */
export const guessedFrom = 1 << 20;

const mapsLookedAt = 20;
const logLine = /(?:^|\s)jepsen\.util(?:\s+-|:)?\s+\d+\s+:(?:invoke|ok|fail|info)\s/;
const operationTypes = [":invoke", ":ok", ":fail", ":info"];
const kvFunctions = [":get", ":put", ":append"];
const microOperations = [":append", ":r", ":w"];

/** Goes by the beginning of a file. */
export function guessFormat(start: string): Guess {
  const text = start.trimStart();
  if (text === "") return { unclear: "it is empty" };
  if (/^\{\s*"[^"]*":/.test(text)) return guessJson(text);
  if (logLine.test(text)) return { format: "jepsen-log" };
  const { maps, isBare } = firstMaps(start);
  const operations = maps.map(fieldsOf).filter(isOperation);
  if (operations.length > 0) return { format: ednFormat(operations, isBare) };
  return {
    unclear: maps.length > 0 ? "it is EDN, but of no operations" : "it looks like none of them",
  };
}

/** A header that was cut off is one of ours all the same: its reader says what is wrong. */
function guessJson(text: string): Guess {
  if (/^\{\s*"ordeal":\s*"history"/.test(text)) return { format: "ordeal" };
  const [, kind] = /^\{\s*"ordeal":\s*"([a-z]+)"/.exec(text) ?? [];
  if (kind === undefined) return { unclear: "it is JSON, but no history of ordeal" };
  return { unclear: `it is a ${kind} of ordeal and not a history` };
}

/** As far as they can be read, and whether they stand in no vector or list, each on its own line. */
function firstMaps(text: string): { readonly maps: EdnMap[]; readonly isBare: boolean } {
  const place = startOf(text, { line: 1, isWhole: text.length < guessedFrom });
  const maps: EdnMap[] = [];
  let isBare = true;
  try {
    while (maps.length < mapsLookedAt && toNextForm(place)) {
      const char = text[place.at];
      if (char === "^") skipMetadata(place);
      else if (maps.length === 0 && isBare && (char === "[" || char === "(")) {
        isBare = false;
        place.at += 1;
      } else if (!takeMap(place, maps)) break;
    }
  } catch (error) {
    if (!(error instanceof LineDamage)) throw error;
    // A form that is only cut off says nothing against those before it; what is no EDN does.
    if (!(error instanceof CutShort) && maps.length === 0) return { maps: [], isBare };
  }
  const lines = new Set(maps.map(({ line }) => line));
  return { maps, isBare: isBare && lines.size === maps.length };
}

/** False where the next form is no map, nor a record or a tagged vector of maps. */
function takeMap(place: EdnPlace, maps: EdnMap[]): boolean {
  const form = readForm(place);
  const inside = form.is === "tagged" ? form.form : form;
  if (inside.is === "map") {
    maps.push(inside);
    return true;
  }
  if (form.is !== "tagged" || (inside.is !== "vector" && inside.is !== "list")) return false;
  maps.push(...inside.items.filter((item) => item.is === "map").slice(0, mapsLookedAt));
  return false;
}

type Fields = ReadonlyMap<string, Edn>;

function fieldsOf({ items }: EdnMap): Fields {
  const fields = new Map<string, Edn>();
  for (let i = 0; i + 1 < items.length; i += 2) {
    const name = items[i];
    const value = items[i + 1];
    if (name && value) fields.set(textOf(name), value);
  }
  return fields;
}

function isOperation(fields: Fields): boolean {
  const type = fields.get(":type");
  return type !== undefined && operationTypes.includes(keyword(type));
}

/** Texts stand for keywords, as in JSON that was turned into EDN. */
function keyword(form: Edn): string {
  return form.is === "text" ? `:${form.value}` : textOf(form);
}

/**
 * Elle's operations are transactions: vectors of micro-operations such as [:append x 1] and
 * [:r x nil]. Porcupine's key-value histories name the key apart, a map a line.
 */
function ednFormat(operations: readonly Fields[], isBare: boolean): string {
  if (operations.some(isTransaction)) return "elle-edn";
  return isBare && operations.some(isKv) ? "porcupine-kv" : "jepsen-edn";
}

function isTransaction(fields: Fields): boolean {
  const f = fields.get(":f");
  if (f && keyword(f) === ":txn") return true;
  const value = fields.get(":value");
  return (
    value?.is === "vector" && value.items.length > 0 && value.items.every((item) => isMicro(item))
  );
}

function isMicro(form: Edn): boolean {
  if (form.is !== "vector" || form.items.length !== 3) return false;
  const [f] = form.items;
  return f?.is === "scalar" && microOperations.includes(f.text);
}

function isKv(fields: Fields): boolean {
  const f = fields.get(":f");
  return f !== undefined && kvFunctions.includes(keyword(f)) && fields.has(":key");
}
