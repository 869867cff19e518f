import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textOf } from "./edn.js";
import { readEdn, readFirstEdn } from "./edn-reader.js";

const textsOf = (text: string) => readEdn(text).map(textOf);

describe("reads", () => {
  it.each<[string, string, string[]]>([
    ["nothing", " ,; a comment", []],
    [
      "scalars",
      "nil true :a/b sym \\newline \\[ 3",
      ["nil", "true", ":a/b", "sym", "\\newline", "\\[", "3"],
    ],
    ["commas as blanks", "[1,2,,3]", ["[1 2 3]"]],
    ["comments to the end of their lines", "[1 ; ] 2\n 3]", ["[1 3]"]],
    ["texts with brackets, semicolons and escapes", '"a;[\\"\\\\\\n\\u00e4"', ['"a;[\\"\\\\\\nä"']],
    ["nested collections", "[(1 [2]) #{3} {:a {:b nil}}]", ["[[1 [2]] #{3} {:a {:b nil}}]"]],
    ["tagged values", '#inst "2026" #a.B{:x 1}', ['#inst "2026"', "#a.B {:x 1}"]],
    ["no discarded values, wherever", "[#_ 1 2 #_[3 4]] #_ 5", ["[2]"]],
    ["two values discarded by two marks", "[#_ #_ 1 2 3]", ["[3]"]],
    ["no metadata", "^{:line 3} [^:a ^b 1 2]", ["[1 2]"]],
    [
      "characters, brackets and blanks' names among them",
      "[\\a \\( \\; \\u00e4 \\space]",
      ["[\\a \\( \\; \\u00e4 \\space]"],
    ],
    [
      "ratios and special numbers",
      "1/2 -1/2 ##Inf ##NaN 1.5M",
      ["1/2", "-1/2", "##Inf", "##NaN", "1.5M"],
    ],
    ["texts of several lines", '"a\nb"', ['"a\\nb"']],
    [
      "what others cannot read, by its tag",
      '#object[a.B 0x1 "x"] #"a+"',
      ['#object [a.B 0x1 "x"]', '# "a+"'],
    ],
    ["letters of every script, and a byte order mark", "\ufeff:größe ключ", [":größe", "ключ"]],
    [
      "whole numbers beyond doubles",
      "9007199254740993 9007199254740992N",
      ["9007199254740993", "9007199254740992"],
    ],
  ])("%s", (_, text, expected) => {
    expect(textsOf(text)).toEqual(expected);
  });

  it("the first form alone, whatever comes after", () => {
    expect(readFirstEdn("[4 2] #<a reason that is no EDN", 1)).toMatchObject({ is: "vector" });
    expect(readFirstEdn("", 1)).toBeUndefined();
  });
});

describe("has one text", () => {
  it.each([
    ["(1 2)", "[1 2]"],
    ["#{2 1}", "#{1 2}"],
    ["{:a 1 :b 2}", "{:b 2, :a 1}"],
    ["+5", "5N"],
    ["1.50", "1.5"],
    ["-0", "0"],
    ["007", "7"],
    ["1e3", "1000.0"],
    ["#{#{1 2} 3}", "#{3 #{2 1}}"],
    ["^{:line 3} [1]", "[1]"],
  ])("for %s and %s, which are equal", (a, b) => {
    expect(textsOf(a)).toEqual(textsOf(b));
  });

  it.each([
    ["1", '"1"'],
    [":a", '":a"'],
    ["nil", '"nil"'],
    ["2", "2.0"],
    ["[1]", "#{1}"],
    ["-1", "1"],
    ["1/2", "-1/2"],
    ["1/2", "0.5"],
    ["\\a", '"a"'],
    ["a", ":a"],
    ["{:a 1}", "[:a 1]"],
    ['#inst "2026-01-01"', '"2026-01-01"'],
    ['["a b"]', '["a" "b"]'],
  ])("for each of %s and %s, which differ", (a, b) => {
    expect(textsOf(a)).not.toEqual(textsOf(b));
  });
});

/** A form as a writer may put it, and the text by which it is compared. */
interface Written {
  readonly written: string;
  readonly text: string;
}

/** What may stand before any form and is not part of it. */
const ignored = fc.constantFrom(
  " ",
  ",\n",
  ' ; ] "\n',
  " #_[1 {:a \\]}] ",
  ' #_ #_ 1 "}" ',
  " ^:a ",
  ' ^{:b "("} ',
);

const scalar = fc.constantFrom("nil", "true", ":a/b", "sym", "-7", "1/2", "0.5", "\\a", "\\]");

function collection(
  item: fc.Arbitrary<Written>,
  [open, close]: readonly [string, string],
  textOfAll: (texts: string[]) => string,
): fc.Arbitrary<Written> {
  return fc.array(fc.tuple(ignored, item), { maxLength: 4 }).map((items) => ({
    written: `${open}${items.map(([before, { written }]) => before + written).join(" ")}${close}`,
    text: textOfAll(items.map(([, { text }]) => text)),
  }));
}

const { form: anyForm } = fc.letrec<{ form: Written }>((tie) => ({
  form: fc.oneof(
    { depthSize: "small" },
    scalar.map((text) => ({ written: text, text })),
    fc.string({ unit: "binary" }).map((value) => ({
      written: `"${value.replaceAll(/["\\]/g, "\\$&")}"`,
      text: JSON.stringify(value),
    })),
    collection(tie("form"), ["[", "]"], (texts) => `[${texts.join(" ")}]`),
    collection(tie("form"), ["(", ")"], (texts) => `[${texts.join(" ")}]`),
    collection(tie("form"), ["#{", "}"], (texts) => `#{${texts.sort().join(" ")}}`),
    fc.tuple(ignored, tie("form")).map(([before, { written, text }]) => ({
      written: `#some/tag${before}${written}`,
      text: `#some/tag ${text}`,
    })),
  ),
}));

it("reads any form back, whatever stands between its parts", () => {
  fc.assert(
    fc.property(fc.array(anyForm, { maxLength: 3 }), (forms) => {
      const written = forms.map((form) => form.written).join("\n");
      expect(textsOf(written)).toEqual(forms.map(({ text }) => text));
    }),
    { numRuns: 500 },
  );
});

it.each<[string, string, number]>([
  ["an open vector", "1\n[2\n3", 2],
  ["an open text", '1\n\n"two', 3],
  ["a closing too many", "[1]\n]", 2],
  ["a closing of another kind", "[1\n)", 2],
  ["a key without a value", "\n{:a 1 :b}", 2],
  ["a tag without a value", "\n#inst", 2],
  ["a discard without a value", "\n#_", 2],
  ["metadata of nothing", "\n^:a", 2],
  ["a closing after a text of two lines", '"\n" )', 2],
  ["nesting without end", `\n${"[".repeat(100_000)}`, 2],
])("tells the line of %s", (_, text, line) => {
  expect(() => readEdn(text)).toThrow(expect.objectContaining({ line }) as Error);
});
