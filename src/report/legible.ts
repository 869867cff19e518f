/**
 * Text from outside as a page, an XML file or a log can hold it: each character that XML 1.0
 * forbids, that a terminal would obey or that turns the direction of writing is shown as its
 * number instead. Tabs and line breaks stay.
 */
export function legible(text: string): string {
  return text.replaceAll(
    /[^\t\n\r\u{20}-\u{7e}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/** The same on one line. */
export function onOneLine(text: string): string {
  return legible(text)
    .replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, " ")
    .trim();
}

/** Cut after so many UTF-16 units, which is shown. */
export function clipped(text: string, limit: number): string {
  // Half a character may be left at the end.
  return text.length <= limit ? text : `${text.slice(0, limit).replace(/\p{Cs}$/u, "")}…`;
}
