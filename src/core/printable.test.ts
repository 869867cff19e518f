import { expect, it } from "vitest";
import { printable } from "./printable.js";

it("shows what a terminal would obey", () => {
  expect(printable("\u001b[2Jgone\u0007\nnext\u009b1m")).toBe(
    "\\u001b[2Jgone\\u0007\\u000anext\\u009b1m",
  );
  expect(printable("a\u202eb")).toBe("a\\u202eb");
});

it("leaves everything else as it is", () => {
  const text = 'wrote "grün", 日本 and 🙂 \\ with 100 % of it';
  expect(printable(text)).toBe(text);
});
