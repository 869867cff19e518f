import { codeName } from "../../describe.js";
import type { KindCount } from "../../report-data.js";
import { count } from "../data/format.js";
import type { Report } from "../data/load.js";
import { goTo } from "../view/go-to.js";
import { type ViewStore } from "../view/view-state.js";
import { Outcome } from "./outcome.js";

/** What was asked, and what became of it. */
export function CountsSection({ report, store }: { report: Report; store: ViewStore }) {
  const { counts, errors } = report.data;
  const showFirst = (index: number) => {
    const position = report.positionOf(index);
    if (position < 0) return;
    const at = report.columns.start[position] ?? 0;
    store.set({ from: at - 0.5, to: at + 0.5 });
    store.select(position);
    goTo("timeline");
  };
  return (
    <section id="counts" aria-labelledby="counts-title">
      <h2 id="counts-title">Operations and errors</h2>
      <h3>By kind and outcome</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label="Operations by kind and outcome">
        <table class="counts">
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Phase</th>
              <th scope="col" class="number">
                <Outcome outcome="ok" />
              </th>
              <th scope="col" class="number">
                <Outcome outcome="fail" />
              </th>
              <th scope="col" class="number">
                <Outcome outcome="info" />
              </th>
              <th scope="col" class="number">
                All
              </th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {counts.map((line) => (
              <tr key={`${line.phase} ${line.f}`}>
                <th scope="row">{line.f}</th>
                <td>{line.phase}</td>
                <td class="number">{count(line.ok)}</td>
                <td class="number">{count(line.fail)}</td>
                <td class="number">{count(line.info)}</td>
                <td class="number">{count(line.ok + line.fail + line.info)}</td>
                <td>
                  <Share line={line} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h3 id="errors">Errors by class</h3>
      {errors.length === 0 ? (
        <p class="soft">Every operation ended ok.</p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Errors by class">
          <table>
            <thead>
              <tr>
                <th scope="col" class="number">
                  Times
                </th>
                <th scope="col">Outcome</th>
                <th scope="col">Class</th>
                <th scope="col">gRPC code</th>
                <th scope="col">What the first of them said</th>
                <th scope="col" class="number">
                  First
                </th>
              </tr>
            </thead>
            <tbody>
              {errors.map((error) => (
                <tr key={error.first}>
                  <td class="number">{count(error.count)}</td>
                  <td>
                    <Outcome outcome={error.outcome} />
                  </td>
                  <td>{error.name}</td>
                  <td>
                    {error.code === undefined ? "–" : `${error.code} ${codeName(error.code)}`}
                  </td>
                  <td class="wrap">{error.details}</td>
                  <td class="number">
                    <button
                      type="button"
                      class="link"
                      aria-label={`Show event ${error.first}, the first of these`}
                      onClick={() => {
                        showFirst(error.first);
                      }}
                    >
                      {error.first}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Share({ line }: { line: KindCount }) {
  const total = line.ok + line.fail + line.info;
  const percent = (part: number) => `${((100 * part) / Math.max(1, total)).toFixed(1)}%`;
  return (
    <span
      class="share"
      role="img"
      aria-label={`${percent(line.ok)} ok, ${percent(line.fail)} fail, ${percent(line.info)} info`}
    >
      <span class="ok" style={{ width: percent(line.ok) }} />
      <span class="fail" style={{ width: percent(line.fail) }} />
      <span class="info" style={{ width: percent(line.info) }} />
    </span>
  );
}
