import type { Html } from "../../report/html.js";

/** Of the page of nights, beyond what all pages have. */
export const soakStyle: Html = {
  html: `
:root { --failed: #7b3fa0; --sunk: #f3f4f5; --invalid-bg: #fbecec;
  --unknown-bg: #fbf2de; --failed-bg: #f4ecf9; --bar: #9aa3ad; }
@media (prefers-color-scheme: dark) { :root { --failed: #c9a0ec; --sunk: #20252b;
  --invalid-bg: #321b1e; --unknown-bg: #2d2616; --failed-bg: #2a2033;
  --bar: #6d7782; } }
main { overflow-wrap: anywhere; } td { overflow-wrap: normal; }
.eyebrow { margin: 0 0 8px; color: var(--soft); font-size: 13px; }
h2, h4 { font-size: 19px; line-height: 1.3; margin: 40px 0 12px; }
h4 { font-size: 16px; margin-top: 28px; }
.count, .soft { color: var(--soft); } .count { font-weight: 400; }
.tally { margin: 8px 0 16px; }
.facts { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 0; font-size: 13px; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; }
.verdict.failed { color: var(--failed); }
caption { text-align: left; color: var(--soft); font-size: 13px; padding-bottom: 4px; }
td:last-child { min-width: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.troubles { list-style: none; margin: 0; padding: 0; }
.troubles li { padding: 12px 16px; margin-bottom: 12px; border-left: 4px solid var(--line);
  background: var(--sunk); }
.troubles li.invalid { border-color: var(--invalid); background: var(--invalid-bg); }
.troubles li.unknown { border-color: var(--unknown); background: var(--unknown-bg); }
.troubles li.failed { border-color: var(--failed); background: var(--failed-bg); }
.troubles p { margin: 0 0 4px; }
pre { margin: 8px 0 0; white-space: pre-wrap; font: 13px/1.5 ui-monospace, "SF Mono", Menlo,
  Consolas, monospace; }
.matrix th, .matrix td, .runs th, .runs td { padding-left: 12px; padding-right: 12px; }
.matrix th { min-width: 9em; max-width: 24em; } .matrix td { min-width: 10em; }
.matrix td.invalid { background: var(--invalid-bg); }
.matrix td.unknown { background: var(--unknown-bg); }
.matrix td.failed { background: var(--failed-bg); }
.matrix th:first-child { position: sticky; left: 0; min-width: 7em; background: var(--bg); }
.matrix tbody th { color: var(--text); }
.matrix ul { list-style: none; margin: 0; padding: 0; font-size: 13px; }
tbody:target { outline: 2px solid var(--link); }
.runs td, .runs thead th, .trends td, .trends th { padding-top: 5px; padding-bottom: 5px; }
.runs tbody th { padding-top: 20px; color: var(--text); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 20px 32px;
  margin-bottom: 24px; }
figure { margin: 0; } figcaption { font-size: 13px; color: var(--soft); }
figcaption b { color: var(--text); }
svg { display: block; width: 100%; height: 56px; border-bottom: 1px solid var(--line); }
rect { fill: var(--bar); } rect:last-of-type { fill: var(--link); }
details.night { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: 10px 0; }
summary h3 { display: inline; font: inherit; }
`,
};
