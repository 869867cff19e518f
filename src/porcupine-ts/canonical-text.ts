/**
 * A text that two pieces of plain data share if and only if they are equal by structure: numbers,
 * strings, booleans, bigints, null, undefined, arrays, plain objects, maps, sets. Throws TypeError
 * for anything else, such as a function, rather than take different things for equal.
 */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "0" : String(value);
    case "bigint":
      return `${value}n`;
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : objectText(value);
    default:
      throw new TypeError(
        `states and inputs must be plain data, or the model must say how they compare: got a ${typeof value}`,
      );
  }
}

function objectText(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (value instanceof Map) return `map{${sortedPairs([...value.entries()])}}`;
  if (value instanceof Set) return `set{${[...value].map(canonicalText).sort().join(",")}}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return `{${sortedPairs(Object.entries(value))}}`;
  }
  throw new TypeError(
    `states and inputs must be plain data, or the model must say how they compare: got a ${value.constructor.name}`,
  );
}

function sortedPairs(pairs: readonly (readonly [unknown, unknown])[]): string {
  return pairs
    .map(([key, value]) => `${canonicalText(key)}:${canonicalText(value)}`)
    .sort()
    .join(",");
}
