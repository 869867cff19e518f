import { type Edn, type EdnMap, shownEdn } from "./edn.js";
import {
  CutShort,
  type EdnPlace,
  readForm,
  skipMetadata,
  startOf,
  toNextForm,
} from "./edn-reader.js";
import type { ForeignReader } from "./foreign-reader.js";
import { LineDamage } from "./line-damage.js";

/**
 * Maps in EDN: in a vector, in a list or one after the other, tagged as records or not. They are
 * handed on one by one, whatever the whole is in. `what` is what each of them is taken for: an
 * operation, a transaction.
 */
export function readEdnMaps(what: string, takeMap: (map: EdnMap) => void): ForeignReader {
  /** The vector or list that is open, if one is. */
  let open: { readonly line: number; readonly closing: string } | undefined;
  /** What was not read yet, in pieces, and its line. */
  let pieces: string[] = [];
  let line = 1;
  /** Not to be looked at before it is so long. */
  let wanted = 0;

  function read(isWhole: boolean): void {
    const text = pieces.join("");
    const place = startOf(text, { line, isWhole });
    let readTo = 0;
    try {
      while (toNextForm(place)) {
        takeNext(place);
        readTo = place.at;
        line = place.line;
      }
    } catch (error) {
      if (isWhole || !(error instanceof CutShort)) throw error;
    }
    pieces = [text.slice(readTo)];
    // A form that is longer than all pieces so far is looked at anew only when twice as much is
    // there, or it would be read as often as there are pieces.
    wanted = readTo > 0 ? 0 : 2 * text.length;
  }

  function takeNext(place: EdnPlace): void {
    const char = place.text[place.at];
    if (!open && (char === "[" || char === "(")) {
      open = { line: place.line, closing: char === "[" ? "]" : ")" };
      place.at += 1;
    } else if (char !== undefined && char === open?.closing) {
      open = undefined;
      place.at += 1;
    } else if (char === "^") {
      skipMetadata(place);
    } else {
      takeForm(readForm(place));
    }
  }

  function takeForm(form: Edn): void {
    const inside = form.is === "tagged" ? form.form : form;
    if (inside.is === "map") {
      takeMap(inside);
    } else if (form.is === "tagged" && (inside.is === "vector" || inside.is === "list")) {
      for (const item of inside.items) takeForm(item);
    } else {
      throw new LineDamage(form.line, `expected ${what}'s map, got ${shownEdn(form)}`);
    }
  }

  return {
    take(piece) {
      pieces.push(piece);
      const length = pieces.reduce((sum, each) => sum + each.length, 0);
      if (length >= wanted) read(false);
    },
    end() {
      read(true);
      if (open) {
        throw new LineDamage(open.line, `expected a "${open.closing}" to what is opened here`);
      }
    },
  };
}
