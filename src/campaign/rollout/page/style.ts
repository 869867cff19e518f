import type { Html } from "../../../report/html.js";

/** Of the page of a rollout, beyond what all pages have. */
export const rolloutStyle: Html = {
  html: `
:root { --failed: #7b3fa0; --sunk: #f3f4f5; --valid-bg: #e9f4ed; --invalid-bg: #fbecec;
  --unknown-bg: #fbf2de; --fault: #7a4fbf; --change: #0f8a80; --mark: #6b737d; }
@media (prefers-color-scheme: dark) { :root { --failed: #c9a0ec; --sunk: #20252b; --valid-bg: #172a20;
  --invalid-bg: #321b1e; --unknown-bg: #2d2616; --fault: #a98be6; --change: #4fc1b5; --mark: #9aa3ad; } }
main { overflow-wrap: anywhere; }
section { margin-top: 56px; }
.eyebrow { margin: 0 0 12px; color: var(--soft); font-size: 13px; }
.soft { color: var(--soft); } .spoken { position: absolute; clip-path: inset(50%); }
h1 { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 16px; margin-bottom: 20px; }
.badge { padding: 4px 14px; border: 2px solid; border-radius: 8px; white-space: nowrap; }
.badge.valid { color: var(--valid); background: var(--valid-bg); }
.badge.invalid { color: var(--invalid); background: var(--invalid-bg); }
.badge.unknown { color: var(--unknown); background: var(--unknown-bg); }
.sides { font-size: 20px; font-weight: 600; }
h2 { font-size: 21px; line-height: 1.3; margin: 0 0 10px; }
h3 { font-size: 17px; line-height: 1.3; margin: 32px 0 8px; } h4 { font-size: 15px; margin: 0; }
p { margin: 0 0 12px; max-width: 84ch; } ul { margin: 0; padding-left: 20px; }
.reasons, .caveats { padding: 14px 18px; margin-bottom: 16px; border-left: 4px solid var(--line);
  background: var(--sunk); }
.reasons p { font-weight: 600; margin: 0 0 6px; } .caveats h2 { font-size: 15px; margin: 0 0 6px; }
.reasons.valid { border-color: var(--valid); background: var(--valid-bg); }
.reasons.invalid { border-color: var(--invalid); background: var(--invalid-bg); }
.reasons.unknown { border-color: var(--unknown); background: var(--unknown-bg); }
pre { margin: 8px 0; padding: 10px 14px; white-space: pre-wrap; background: var(--sunk);
  border-radius: 6px; }
pre, code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
td p:last-child, td ul { margin-bottom: 0; } td p { margin-bottom: 4px; } td ul { padding-left: 16px; }
tbody th { color: var(--text); font-size: 15px; font-weight: 500; }
tr.title th { padding-top: 22px; font-weight: 600; }
th, td { padding-right: 24px; } td:last-child { min-width: 0; } tr > :last-child { padding-right: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number > div { white-space: nowrap; }
.remark b.dangerous { color: var(--invalid); } .remark b.unprovable { color: var(--unknown); }
.remark b.untested, .remark b.note { color: var(--soft); }
.verdict.failed { color: var(--failed); } .trouble { color: var(--unknown); }
summary { cursor: pointer; padding: 10px 0; color: var(--link); } td summary { padding: 0; }
th .soft { font-weight: 400; font-size: 13px; }
details.round { border-top: 1px solid var(--line); margin-top: 24px; }
details.round > summary { font-size: 17px; font-weight: 600; }
.forest { display: block; margin-top: 4px; max-width: 100%; overflow: hidden; }
.forest text { font-size: 11px; fill: var(--soft); }
.forest .zero { stroke: var(--mark); } .forest .limit { stroke: var(--invalid); stroke-dasharray: 3 2; }
.forest .beyond { fill: var(--invalid); opacity: .13; }
.forest .interval { stroke: currentColor; stroke-width: 2; }
.forest .estimate { fill: currentColor; stroke: currentColor; }
.forest .lone { fill: var(--bg); stroke-width: 2; }
.forest.within { color: var(--valid); } .forest.beyond { color: var(--invalid); }
.forest.open { color: var(--unknown); }
.plot { margin: 0; padding-bottom: 24px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 24px; list-style: none; padding: 0; margin: 4px 0 8px;
  font-size: 13px; color: var(--soft); }
.axis { font-size: 12px; color: var(--soft); margin: 0; }
.canvas { position: relative; height: 200px; margin: 40px 14px 28px 44px; }
.canvas svg { position: absolute; width: 100%; height: 100%; border-bottom: 1px solid var(--mark); }
.canvas svg *, .sample * { vector-effect: non-scaling-stroke; }
.grid { stroke: var(--line); }
polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
polyline.old { stroke: var(--mark); stroke-dasharray: 5 3; } polyline.faint { opacity: .6; }
polyline.compared { stroke: var(--link); }
.canvas .fault rect { fill: var(--fault); opacity: .12; }
.canvas .fault line { stroke: var(--fault); opacity: .5; }
.canvas .change rect { fill: var(--change); opacity: .16; } .canvas .change line { stroke: var(--change); }
.tick, .mark { position: absolute; font-size: 12px; line-height: 1; color: var(--soft);
  white-space: nowrap; font-variant-numeric: tabular-nums; }
.tick.x { top: calc(100% + 7px); transform: translateX(-50%); }
.tick.y { right: calc(100% + 7px); transform: translateY(50%); }
.mark { bottom: calc(100% + 4px); transform: translateX(-50%); font-weight: 600; }
.mark.change { bottom: calc(100% + 20px); transform: translateX(-5px); color: var(--change); }
.mark.fault { color: var(--fault); }
span.sample { display: inline-block; min-width: 1.4em; text-align: center; font-weight: 600; }
span.sample.fault { color: var(--fault); background: color-mix(in srgb, var(--fault) 14%, transparent); }
span.sample.change { color: var(--change); }
svg.sample { display: inline-block; vertical-align: middle; }
@media (max-width: 760px) {
  main { padding: 28px 16px; } h1 { font-size: 22px; } .sides { font-size: 17px; }
  thead { position: absolute; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; }
  tbody tr { border-bottom: 1px solid var(--line); padding: 10px 0; }
  th, td { border: 0; padding: 2px 0; }
  tbody th { font-weight: 600; }
  tr.title { border: 0; }
  td { display: grid; grid-template-columns: 7.5em minmax(0, 1fr); gap: 12px; }
  td.number { text-align: left; } td .verdict { white-space: normal; } td:has(> div:empty) { display: none; }
  td::before { content: attr(data-column); color: var(--soft); font-size: 13px; }
  td.number > div { white-space: normal; }
}
`,
};
