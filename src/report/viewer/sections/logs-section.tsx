import { momentOfNs, plural } from "../data/format.js";
import type { Report } from "../data/load.js";

export function LogsSection({ report }: { report: Report }) {
  const { logs, excerpts, header } = report.data;
  const nodes = [...new Set([...header.cluster.nodes, ...Object.keys(excerpts)])].filter(
    (node) => (excerpts[node] ?? []).length > 0,
  );
  return (
    <section id="logs" aria-labelledby="logs-title">
      <h2 id="logs-title">Logs of the nodes</h2>
      {logs.length > 0 && (
        <ul class="alarms">
          {logs.map(({ index, atNs, node, level, line }) => (
            <li key={index}>
              <strong>
                {node}, {level}, {momentOfNs(atNs)}
              </strong>
              <pre>{line}</pre>
            </li>
          ))}
        </ul>
      )}
      {nodes.length === 0 ? (
        <p class="soft">No log lines are kept in this report.</p>
      ) : (
        <p class="lead">Excerpts; the whole logs are beside this file in logs/.</p>
      )}
      {nodes.map((node) => (
        <details key={node} class="log">
          <summary>
            {node} <span class="soft">{plural((excerpts[node] ?? []).length, "line")}</span>
          </summary>
          <pre tabIndex={0} role="region" aria-label={`Log of ${node}`}>
            {(excerpts[node] ?? []).join("\n")}
          </pre>
        </details>
      ))}
    </section>
  );
}
