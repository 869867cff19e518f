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
  /** Keys and values in turn. */
  readonly items: readonly Edn[];
  readonly line: number;
}

/** Such as #inst "2026-11-22": a reader that does not know the tag keeps it. */
export interface EdnTagged {
  readonly is: "tagged";
  readonly tag: string;
  readonly form: Edn;
  readonly line: number;
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
      return `{${entriesOf(form)
        .map(([key, value]) => `${textOf(key)} ${textOf(value)}`)
        .sort()
        .join(", ")}}`;
    case "tagged":
      return `#${form.tag} ${textOf(form.form)}`;
  }
}

/** As `textOf`, short enough for a sentence. */
export function shownEdn(form: Edn): string {
  const text = textOf(form);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

export function isNil(form: Edn): boolean {
  return form.is === "scalar" && form.text === "nil";
}

/** The two items of a vector or list; undefined for anything else. */
export function pairOf(form: Edn | undefined): readonly [Edn, Edn] | undefined {
  if (form?.is !== "vector" && form?.is !== "list") return undefined;
  const [first, second] = form.items;
  return first && second && form.items.length === 2 ? [first, second] : undefined;
}

function entriesOf({ items }: EdnMap): [Edn, Edn][] {
  return items.flatMap((key, i): [Edn, Edn][] => {
    const value = items[i + 1];
    return i % 2 === 0 && value ? [[key, value]] : [];
  });
}
