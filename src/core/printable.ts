/**
 * Values and names come from histories, and may hold what a terminal would obey: each control
 * character, and each that turns the direction of writing, is shown as its number instead.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
