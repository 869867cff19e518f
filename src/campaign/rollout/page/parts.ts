import { type Html, html } from "../../../report/html.js";

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** The first cell of a row names it. */
export type Row = readonly Html[];

export interface TableOnPage {
  /** What it is, for those who hear it. No two tables of a page have the same. */
  readonly label: string;
  readonly columns: readonly Column[];
  readonly groups: readonly { readonly title?: Html; readonly rows: readonly Row[] }[];
}

/**
 * A table that becomes cards on a narrow screen, where each cell is told its column by the style.
 * Roles are written down, since browsers forget them of what is no longer laid out as a table.
 */
export function tableOf({ label, columns, groups }: TableOnPage): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(
            (column) =>
              html`<th scope="col" role="columnheader" class="${kindOf(column)}">${column.title}</th>`,
          )}
        </tr>
      </thead>
      ${groups.map(
        ({ title, rows }) =>
          html`<tbody role="rowgroup">
            ${title && html`<tr role="row" class="title"><th scope="rowgroup" role="rowheader" colspan="${columns.length}">${title}</th></tr>`}
            ${rows.map((row) => rowOf(row, columns))}
          </tbody>`,
      )}
    </table>
  </div>`;
}

function rowOf([name, ...cells]: Row, [, ...columns]: readonly Column[]): Html {
  return html`<tr role="row">
    <th scope="row" role="rowheader">${name}</th>
    ${columns.map(
      (column, index) =>
        html`<td role="cell" class="${kindOf(column)}" data-column="${column.title}"><div>${cells[index]}</div></td>`,
    )}
  </tr>`;
}

function kindOf({ isNumber = false }: Column): string {
  return isNumber ? "number" : "words";
}

/** A command that a person can copy, on lines as the page is wide. */
export function commandOf(command: string, about: string): Html {
  return html`<pre tabindex="0" role="region" aria-label="Command: ${about}"><code>${command}</code></pre>`;
}
