import { type Html, html } from "../../../report/html.js";
import { legible } from "../../../report/legible.js";
import { type DifferenceRow, differenceRows } from "./difference-rows.js";
import { tableOf } from "./parts.js";
import { remarkWords } from "./words.js";
import type { Remark, RolloutRecord } from "../rollout-record.js";

/** What changes, key by key, and what there is to know of it. */
export function differenceSection(record: RolloutRecord): Html {
  const rows = differenceRows(record);
  const differing = rows.filter(({ change }) => change).length;
  return html`<section>
    <h2>What changes</h2>
    ${
      differing === 0
        ? html`<p>Nothing: both sides have the same version and the same configuration.</p>`
        : undefined
    }
    ${
      rows.length > 0
        ? tableOf({
            label: "What changes, key by key",
            columns: [{ title: "Key" }, { title: "Old" }, { title: "New" }, { title: "Remark" }],
            groups: [{ rows: rows.map(cellsOf) }],
          })
        : undefined
    }
  </section>`;
}

function cellsOf({ key, change, remarks }: DifferenceRow): readonly Html[] {
  const values = change
    ? [change.from, change.to].map(valueOf)
    : [html`<span class="soft">the same</span>`, html`<span class="soft">the same</span>`];
  return [html`<code>${legible(key)}</code>`, ...values, html`${remarks.map(remarkOf)}`];
}

function valueOf(value: string | undefined): Html {
  return value === undefined
    ? html`<span class="soft">not set</span>`
    : html`<code>${value}</code>`;
}

function remarkOf({ kind, sentence }: Remark): Html {
  return html`<p class="remark">
    <b class="${kind}"><span aria-hidden="true">${icons[kind]}</span> ${remarkWords[kind]}.</b>
    ${legible(sentence)}
  </p>`;
}

const icons = { dangerous: "▲", unprovable: "?", untested: "○", note: "i" } as const;
