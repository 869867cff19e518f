/** What is wrong with a line, in words that follow "line 7: ". */
export class Damage extends Error {
  override readonly name = "Damage";
}

/** A JSON object as it came, its fields not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/*
 * Checked by hand: a history has a million lines, and a schema for each would take longer than
 * everything else together.
 */

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Damage(`expected ${what} to be a JSON object, got ${shown(value)}`);
}

export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw new Damage(`expected a text as "${name}", got ${shown(value)}`);
}

export function wholeIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Damage(`expected a whole number as "${name}", got ${shown(value)}`);
}

export function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number" && value >= 0) return value;
  throw new Damage(`expected a number as "${name}", got ${shown(value)}`);
}

export function flagIn(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value === "boolean") return value;
  throw new Damage(`expected true or false as "${name}", got ${shown(value)}`);
}

export function choiceIn<Choice extends string>(
  fields: Fields,
  name: string,
  choices: readonly Choice[],
): Choice {
  const value = fields[name];
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new Damage(`expected one of ${choices.join(", ")} as "${name}", got ${shown(value)}`);
}

/** A value in an error message: recognisable, short and harmless to a terminal whatever it is. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
