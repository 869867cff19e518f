import type { Operation } from "../../porcupine-ts/model.js";
import type { Complaint } from "./examine.js";
import type { HistoryOf } from "./subject.js";

/** A test to paste, which fails as long as the trouble is there. */
export function asTestCase(
  subject: string,
  { message, expected }: Complaint,
  history: HistoryOf<unknown, unknown>,
): string {
  const claim = expected
    ? `  expect(validity).toBe("${expected}");`
    : `  // The engines do not agree: ${message}.`;
  return [
    `it("${subject}: ${message.replaceAll('"', "'")}", async () => {`,
    "  const history = [",
    ...history.map((operation) => `    ${operationText(operation)},`),
    "  ];",
    '  const { validity } = await check(model, history, { engine: "both" });',
    claim,
    "});",
  ].join("\n");
}

function operationText({ input, output, ...times }: Operation<unknown, unknown>): string {
  const outcome = output === undefined ? {} : { output };
  return literal({ input, ...outcome, ...times });
}

/** As one would write it: names without quotes where they need none. */
function literal(thing: unknown): string {
  if (Array.isArray(thing)) return `[${thing.map(literal).join(", ")}]`;
  if (typeof thing !== "object" || thing === null) return JSON.stringify(thing);
  const fields = Object.entries(thing).map(([name, value]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
    return `${key}: ${literal(value)}`;
  });
  return `{ ${fields.join(", ")} }`;
}
