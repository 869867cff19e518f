/** Text that is HTML already: made by `html`, or a constant of ours. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | undefined | readonly Html[];

/** A template whose values are escaped, whatever they hold; HTML in them must come from `html`. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const rest = values.map((value, i) => render(value) + (strings[i + 1] ?? ""));
  return { html: (strings[0] ?? "") + rest.join("") };
}

/** For text and for attribute values in double or single quotes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string") return escapeHtml(part);
  if (typeof part === "number") return String(part);
  if ("html" in part) return part.html;
  return part.map((item) => item.html).join("");
}
