import { useMemo } from "preact/hooks";
import { faultBands } from "../data/fault-bands.js";
import { momentOfNs, plural, span } from "../data/format.js";
import type { Report } from "../data/load.js";
import { goTo } from "../view/go-to.js";
import { type ViewStore } from "../view/view-state.js";

/** What was done to the cluster, and how it was seen to have been done. */
export function FaultsSection({ report, store }: { report: Report; store: ViewStore }) {
  const { faults } = report.data;
  const bands = useMemo(() => faultBands(report), [report]);
  const troubled = faults.filter(({ trouble }) => trouble !== undefined).length;
  const show = (fault: number) => {
    const band = bands.find((candidate) => candidate.fault === fault);
    if (!band) return;
    const margin = Math.max(0.1, 0.15 * (band.to - band.from));
    store.set({ from: band.from - margin, to: band.to + margin });
    goTo("timeline");
  };
  return (
    <section id="faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Faults</h2>
      {faults.length === 0 ? (
        <p class="lead">No fault was injected in this run.</p>
      ) : (
        <>
          <p class="lead">
            {plural(faults.length, "fault")}
            {troubled > 0 ? `, of which ${troubled} did not go as intended` : ""}. Each was probed
            from outside: once to see that it was in force, once to see that it was over.
          </p>
          <div class="scroll" tabIndex={0} role="region" aria-label="Table of faults">
            <table class="faults">
              <thead>
                <tr>
                  <th scope="col">Fault</th>
                  <th scope="col">When</th>
                  <th scope="col">In force</th>
                  <th scope="col">Over</th>
                </tr>
              </thead>
              <tbody>
                {faults.map((fault) => {
                  const kind = bands.find((band) => band.fault === fault.fault)?.kind ?? 0;
                  return (
                    <tr key={fault.fault}>
                      <td>
                        <span class={`dot fault-${(kind % 6) + 1}`} aria-hidden="true" />
                        <strong>{fault.spec.nemesis}</strong>
                        <br />
                        {fault.spec.description}
                        {fault.trouble !== undefined && (
                          <p class="trouble">
                            <span aria-hidden="true">▲</span> {fault.trouble}
                          </p>
                        )}
                      </td>
                      <td class="nowrap">
                        <button
                          type="button"
                          class="link"
                          onClick={() => {
                            show(fault.fault);
                          }}
                        >
                          {momentOfNs(fault.injectedAtNs)}
                        </button>
                        {fault.overAtNs !== undefined && (
                          <>
                            <br />
                            <span class="soft">
                              for {span((fault.overAtNs - fault.injectedAtNs) / 1e9)}
                            </span>
                          </>
                        )}
                      </td>
                      <td>
                        <Stage at={fault.inForceAtNs} evidence={fault.inForceEvidence} />
                      </td>
                      <td>
                        <Stage at={fault.overAtNs} evidence={fault.overEvidence} />
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

function Stage({ at, evidence }: { at: number | undefined; evidence: string | undefined }) {
  if (at === undefined) {
    return (
      <span class="trouble">
        <span aria-hidden="true">▲</span> never seen
      </span>
    );
  }
  return (
    <>
      <span class="nowrap">{momentOfNs(at)}</span>
      {evidence !== undefined && (
        <>
          <br />
          <span class="soft">{evidence}</span>
        </>
      )}
    </>
  );
}
