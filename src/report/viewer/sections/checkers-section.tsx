import type { Report } from "../data/load.js";
import { ValidityBadge } from "./validity.js";

export function CheckersSection({ report }: { report: Report }) {
  const checkers = Object.entries(report.data.verdict.checkers);
  return (
    <section id="checkers" aria-labelledby="checkers-title">
      <h2 id="checkers-title">Checkers</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of checkers">
        <table>
          <thead>
            <tr>
              <th scope="col">Checker</th>
              <th scope="col">Verdict</th>
              <th scope="col">What came out</th>
            </tr>
          </thead>
          <tbody>
            {checkers.map(([name, { validity, summary, details }]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <ValidityBadge validity={validity} />
                </td>
                <td>
                  {summary}
                  {details && Object.keys(details).length > 0 && (
                    <details>
                      <summary>Figures</summary>
                      <pre>{JSON.stringify(details, null, 2)}</pre>
                    </details>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
