import type { Report } from "../data/load.js";

/** Why a run proves nothing, and what to do about it. */
export function InconclusiveSection({ report }: { report: Report }) {
  const { verdict, torn } = report.data;
  if (verdict.validity !== "unknown") return null;
  const doubtful = Object.entries(verdict.checkers).filter(
    ([, { validity }]) => validity === "unknown",
  );
  return (
    <section id="inconclusive" aria-labelledby="inconclusive-title">
      <h2 id="inconclusive-title">Why nothing was proved</h2>
      <p class="lead">
        No violation was found, but this run is no proof that there is none. It does not count as a
        pass.
      </p>
      <ul class="reasons">
        {doubtful.map(([name, { summary, findings }]) => (
          <li key={name}>
            <strong>{name}</strong>: {summary}
            {findings.length > 0 && (
              <ul>
                {findings.map(({ message }, number) => (
                  <li key={number}>{message}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      <h3>What to do</h3>
      <ul>
        {(verdict.incomplete || torn) && (
          <li>The run did not come to its end: repeat it with the command above.</li>
        )}
        <li>
          If a gate was missed (too few operations, a fault that was never in force): see{" "}
          <em>Faults</em> and <em>Errors</em> below for what stood in the way, then run longer, or
          with fewer faults at a time.
        </li>
        <li>
          If a checker reached its limit of time or memory: judge the saved history again with a
          higher limit, or run with fewer operations for each key. The cluster is not needed for
          that.
        </li>
      </ul>
    </section>
  );
}
