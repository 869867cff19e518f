import type { Validity } from "../../../core/checker.js";
import { validityWords } from "../../report-data.js";

const icons: Readonly<Record<Validity, string>> = { valid: "✓", invalid: "✕", unknown: "?" };

/** A verdict as an icon, a word and a colour. */
export function ValidityBadge({ validity }: { validity: Validity }) {
  return (
    <span class={`badge ${validity}`}>
      <span aria-hidden="true">{icons[validity]}</span> {validityWords[validity]}
    </span>
  );
}

export function ValidityIcon({ validity }: { validity: Validity }) {
  return (
    <span class={`big-icon ${validity}`} aria-hidden="true">
      {icons[validity]}
    </span>
  );
}
