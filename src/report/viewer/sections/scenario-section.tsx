import type { NoteEvent } from "../../../core/history.js";
import { momentOfNs } from "../data/format.js";
import type { Report } from "../data/load.js";
import { goTo } from "../view/go-to.js";
import type { ViewStore } from "../view/view-state.js";

/** Shown around the moment of a step, in seconds to either side. */
const margin = 0.5;

/** The known bug that the run was about: what it is, how it comes about, and what was done for it. */
export function ScenarioSection({ report, store }: { report: Report; store: ViewStore }) {
  const { scenario } = report.data.header;
  if (!scenario) return null;
  const { issues, title, guarantee, mechanism, consequence, fixedIn } = scenario;
  return (
    <section id="scenario" aria-labelledby="scenario-title">
      <h2 id="scenario-title">The bug that this run is about</h2>
      <p class="lead">
        {capitalised(title)}
        {issues.length > 0 ? " (" : ""}
        {issues.map((issue, place) => (
          <span key={issue}>
            {place > 0 ? ", " : ""}
            <a href={`https://github.com/etcd-io/etcd/issues/${issue}`} rel="noreferrer">
              etcd #{issue}
            </a>
          </span>
        ))}
        {issues.length > 0 ? ")" : ""}. {outcomeOf(report)}
      </p>
      <dl class="bug-facts">
        <dt>Promised</dt>
        <dd>{guarantee}</dd>
        <dt>What goes wrong</dt>
        <dd>
          <ol>
            {mechanism.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </dd>
        <dt>What it means</dt>
        <dd>{consequence}</dd>
        <dt>Fixed</dt>
        <dd>{fixedIn === undefined ? "In no release that is known." : `In ${fixedIn}.`}</dd>
      </dl>
      <Steps notes={report.data.notes ?? []} store={store} />
    </section>
  );
}

function Steps({ notes, store }: { notes: readonly NoteEvent[]; store: ViewStore }) {
  if (notes.length === 0) return null;
  const show = ({ atNs }: NoteEvent) => {
    store.set({ from: Math.max(0, atNs / 1e9 - margin), to: atNs / 1e9 + margin });
    goTo("timeline");
  };
  return (
    <>
      <h3>What was done</h3>
      <ol class="steps">
        {notes.map((note) => (
          <li key={note.index} class={note.kind}>
            <button
              type="button"
              class="link"
              onClick={() => {
                show(note);
              }}
            >
              {momentOfNs(note.atNs)}
            </button>{" "}
            {note.kind === "missed" ? "This round shows nothing: " : ""}
            {note.text}
          </li>
        ))}
      </ol>
    </>
  );
}

/** What the verdict says of it, on the version that ran. */
function outcomeOf({ data }: Report): string {
  const { scenario, cluster } = data.header;
  const { checkers, validity } = data.verdict;
  if (!scenario) return "";
  const version = [...new Set(Object.values(cluster.versions))].join(", ");
  const caught = scenario.caughtBy.some((name) => checkers[name]?.validity === "invalid");
  const has = scenario.isAffected ? "is known to have it" : "is not known to have it";
  if (caught) return `etcd ${version} ${has}, and here it was caught.`;
  if (validity === "invalid") return `etcd ${version} ${has}; what was found is something else.`;
  if (validity === "unknown") return `etcd ${version} ${has}; this run does not show either.`;
  return `etcd ${version} ${has}, and nothing was found.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
