import { type Html, html } from "../../../report/html.js";
import { legible } from "../../../report/legible.js";
import { valueInWords } from "../compare/comparison-in-words.js";
import { changesOf, type RoundFault, roundFaults, spanOf } from "./fault-bands.js";
import { pointsOf, ticksUpTo } from "./plot-scale.js";
import { figuresOfRound } from "./rounds.js";
import { comparedWords, legWords } from "./words.js";
import type { FaultFigures, Leg, LegRun, RunFigures } from "../rollout-record.js";
import { meanOf } from "../../student-t.js";

/** The drawing's own units; it is stretched to the width there is. */
const width = 1000;
const height = 200;
/** More labels than these would stand in each other's way. */
const labelsAtMost = 20;

/** The load of each leg of a round over time, beside that of the old set-up, on the same scale. */
export function plotsOf(runs: readonly LegRun[], round: number): Html {
  const figures = figuresOfRound(runs, round);
  const scale = {
    seconds: [...figures.values()].reduce((most, { seconds }) => Math.max(most, seconds), 1),
    highest:
      [...figures.values()].reduce((most, each) => Math.max(most, highestOf(okOf(each))), 1) * 1.05,
  };
  const faults = roundFaults(figures);
  const compared = ["candidate", "forward", "back"] as const;
  return html`${compared.map((leg) =>
    plotOf({
      leg,
      round,
      scale,
      faults,
      old: figures.get("baseline"),
      figures: figures.get(leg),
    }),
  )}`;
}

function highestOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Operations of each second; a last one that was no whole second would look like an outage. */
function okOf({ seconds, timeline }: RunFigures): readonly number[] {
  return timeline.ok.slice(0, Math.max(1, Math.floor(seconds + 0.05)));
}

interface Scale {
  readonly seconds: number;
  readonly highest: number;
}

interface Plot {
  readonly leg: Exclude<Leg, "baseline">;
  readonly round: number;
  readonly scale: Scale;
  readonly faults: readonly RoundFault[];
  readonly old: RunFigures | undefined;
  readonly figures: RunFigures | undefined;
}

function plotOf(plot: Plot): Html {
  const { leg, round, scale, old, figures } = plot;
  const { title } = comparedWords[leg];
  const shown = figures ?? (leg === "candidate" ? old : undefined);
  if (!shown) {
    return html`<h4>${title}</h4>
      <p class="soft">There is nothing to draw: no such run of this round has figures.</p>`;
  }
  const faults = plot.faults.flatMap(({ number, met }) => {
    const fault = met.get(figures ? leg : "baseline");
    return fault ? [{ fault, label: String(number) }] : [];
  });
  const changes = changesOf(shown).map((fault) => ({
    fault,
    label: `▼ ${fault.nodes.join(", ")}`,
  }));
  const lines = [
    ...(old ? [{ kind: leg === "candidate" ? "old" : "old faint", figures: old }] : []),
    ...(figures ? [{ kind: "compared", figures }] : []),
  ];
  return html`<figure class="plot">
    <figcaption>
      <h4>${title}</h4>
      ${legendOf(plot, { hasFaults: faults.length > 0, hasChanges: changes.length > 0 })}
    </figcaption>
    <p class="axis">Operations that end ok, each second (ops/s)</p>
    <div class="canvas">
      <svg
        role="img"
        aria-label="${title}, round ${round}: ${spokenOf(plot)}"
        viewBox="0 0 ${width} ${height}"
        preserveAspectRatio="none"
      >
        ${ticksUpTo(scale.highest, 4).map(
          (value) => html`<line class="grid" x1="0" x2="${width}" ${levels(yOf(value, scale))} />`,
        )}
        ${faults.map(({ fault, label }) => bandOf(fault, { scale, label, kind: "fault" }))}
        ${changes.map(({ fault, label }) => bandOf(fault, { scale, label, kind: "change" }))}
        ${lines.map(
          ({ kind, figures: drawn }) =>
            html`<polyline class="${kind}" points="${pathOf(okOf(drawn), scale)}" />`,
        )}
      </svg>
      ${ticksUpTo(scale.highest, 4).map(
        (value) =>
          html`<span class="tick y" style="bottom:${percent(value / scale.highest)}">${value.toLocaleString("en")}</span>`,
      )}
      ${ticksUpTo(scale.seconds, 6).map(
        (value) =>
          html`<span class="tick x" style="left:${percent(value / scale.seconds)}">${value} s</span>`,
      )}
      ${labelsOf(faults, scale, "fault")} ${labelsOf(changes, scale, "change")}
    </div>
  </figure>`;
}

interface Marked {
  readonly fault: FaultFigures;
  readonly label: string;
}

/** Text is not part of the drawing, since it would be stretched with it. */
function labelsOf(marked: readonly Marked[], scale: Scale, kind: "fault" | "change"): Html {
  if (marked.length > labelsAtMost) return html``;
  return html`${marked.map(({ fault, label }) => {
    const { from, to } = spanOf(fault, scale.seconds);
    const at = kind === "fault" ? (from + to) / 2 : from;
    return html`<span class="mark ${kind}" aria-hidden="true" style="left:${percent(at / scale.seconds)}">${legible(label)}</span>`;
  })}`;
}

function bandOf(
  fault: FaultFigures,
  about: { readonly scale: Scale; readonly label: string; readonly kind: "fault" | "change" },
): Html {
  const { scale, label, kind } = about;
  const { from, to } = spanOf(fault, scale.seconds);
  const x = tidy((from / scale.seconds) * width);
  const end = tidy((to / scale.seconds) * width);
  const until = fault.overAtMs === undefined ? "never seen to be over" : `over at ${moment(to)}`;
  return html`<g class="${kind}">
    <title>${legible(`${label}: ${fault.description}, from ${moment(from)}, ${until}`)}</title>
    <rect x="${x}" y="0" width="${tidy(end - x)}" height="${height}" />
    <line x1="${x}" x2="${x}" y1="0" y2="${height}" />
  </g>`;
}

function moment(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

function pathOf(perSecond: readonly number[], scale: Scale): string {
  return pointsOf(perSecond)
    .points.map(([at, value]) => `${tidy((at / scale.seconds) * width)},${yOf(value, scale)}`)
    .join(" ");
}

function yOf(value: number, { highest }: Scale): number {
  return tidy(height - (value / highest) * height);
}

function levels(y: number): Html {
  return html`y1="${y}" y2="${y}"`;
}

function legendOf(
  { leg, old, figures }: Plot,
  { hasFaults, hasChanges }: { readonly hasFaults: boolean; readonly hasChanges: boolean },
): Html {
  const { secondsEach } = pointsOf((figures ?? old)?.timeline.ok ?? []);
  const whose = legWords[figures ? leg : "baseline"].toLowerCase();
  return html`<ul class="legend">
    ${old && html`<li>${lineSample(leg === "candidate" ? "old" : "old faint")} ${legWords.baseline}</li>`}
    ${figures ? html`<li>${lineSample("compared")} ${legWords[leg]}</li>` : html`<li class="soft">${legWords[leg]}: no figures</li>`}
    ${hasFaults ? html`<li><span class="sample fault">1</span> fault (${whose}), numbered as below</li>` : undefined}
    ${hasChanges ? html`<li><span class="sample change">▼</span> a node is changed</li>` : undefined}
    ${secondsEach > 1 ? html`<li>each point is the mean of ${secondsEach} s</li>` : undefined}
  </ul>`;
}

function lineSample(kind: string): Html {
  return html`<svg class="sample" aria-hidden="true" viewBox="0 0 24 8" width="24" height="8">
    <polyline class="${kind}" points="0,4 24,4" />
  </svg>`;
}

/** The drawing for those who do not see it. */
function spokenOf({ leg, old, figures }: Plot): string {
  const told = [
    ...(old ? [{ name: legWords.baseline, figures: old }] : []),
    ...(figures ? [{ name: legWords[leg], figures }] : []),
  ].map(({ name, figures: drawn }) => {
    const ok = okOf(drawn);
    const [first, ...others] = ok;
    if (first === undefined) return `${name}: no second was measured`;
    const least = others.reduce((lowest, value) => Math.min(lowest, value), first);
    return `${name}: ${valueInWords(meanOf(ok), "ops/s")} on average, ${valueInWords(least, "ops/s")} in the worst second`;
  });
  return told.join("; ");
}

function percent(part: number): string {
  return `${tidy(Math.min(part, 1) * 100)}%`;
}

function tidy(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
