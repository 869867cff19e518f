import fc from "fast-check";
import { expect, it } from "vitest";
import { internCuttings, internTexts } from "./intern-texts.js";

const anyText = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("\ud800"));

it.each([
  ["texts", internTexts],
  ["cuttings", internCuttings],
])("gives %s as they are", (_, make) => {
  fc.assert(
    fc.property(fc.array(anyText), (texts) => {
      const intern = make();
      expect(texts.map((text) => intern(text))).toEqual(texts);
    }),
  );
});

it("copies a text once, however often it comes", () => {
  const copied: string[] = [];
  const intern = internTexts((text) => {
    copied.push(text);
    return text;
  });
  for (const text of ["a", "b", "a", "b", "a"]) intern(text);
  expect(copied).toEqual(["a", "b"]);
});

it("goes on when more texts came than it keeps", () => {
  const intern = internTexts();
  const texts = Array.from({ length: 25_000 }, (_, i) => `text ${i}`);
  expect(texts.map(intern)).toEqual(texts);
});
