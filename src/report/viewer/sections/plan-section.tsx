import type { EtcdBuild, Plan, PlannedSetUp } from "../../../core/run.js";
import type { Report } from "../data/load.js";

/** Everything that is needed to ask for the run again. */
export function PlanSection({ report }: { report: Report }) {
  const { plan, header } = report.data;
  return (
    <section id="plan" aria-labelledby="plan-title">
      <h2 id="plan-title">Plan</h2>
      {plan ? (
        <PlanTables plan={plan} />
      ) : (
        <p class="soft">The run’s plan was not at hand; this is what the history says of it.</p>
      )}
      {!plan && <Options options={{ ...header }} />}
    </section>
  );
}

function PlanTables({ plan }: { plan: Plan }) {
  const changes: readonly PlannedSetUp[] =
    plan.changes ?? (plan.changedTo ? [{ setUp: "new", ...plan.changedTo }] : []);
  const builds = [
    ...Object.entries(plan.etcd).map(([node, build]) => ({ node, setUp: "", build })),
    ...changes.flatMap(({ setUp, etcd }) =>
      Object.entries(etcd).map(([node, build]) => ({ node, setUp, build })),
    ),
  ];
  const configs = [
    ...Object.entries(plan.config).map(([node, text]) => ({ node, setUp: "", text })),
    ...changes.flatMap(({ setUp, config }) =>
      Object.entries(config).map(([node, text]) => ({ node, setUp, text })),
    ),
  ];
  return (
    <>
      <h3>Options</h3>
      <Options options={plan.options} />
      <h3>etcd on each node</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label="etcd on each node">
        <table>
          <thead>
            <tr>
              <th scope="col">Node</th>
              {changes.length > 0 && <th scope="col">Set-up</th>}
              <th scope="col">Version</th>
              <th scope="col">Source</th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {builds.map(({ node, setUp, build }) => (
              <tr key={`${node} ${setUp}`}>
                <th scope="row">{node}</th>
                {changes.length > 0 && <td class="nowrap">{setUp || "old"}</td>}
                <BuildCells build={build} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="soft">
        ordeal {plan.tool}
        {plan.engine
          ? ` · ${plan.engine.name} ${plan.engine.version} (API ${plan.engine.api})`
          : ""}
        {plan.image ? ` · image ${plan.image.reference}` : ""}
      </p>
      <h3>Configuration</h3>
      {configs.map(({ node, setUp, text }) => {
        const after = setUp ? `, set-up ${setUp}` : "";
        return (
          <details key={`${node} ${setUp}`} class="log">
            <summary>
              {node}: etcd-config.yml{after}
            </summary>
            <pre tabIndex={0} role="region" aria-label={`etcd-config.yml of ${node}${after}`}>
              {text}
            </pre>
          </details>
        );
      })}
    </>
  );
}

function BuildCells({ build }: { build: EtcdBuild }) {
  return (
    <>
      <td class="nowrap">
        {build.version}
        {build.gitSha === undefined ? "" : ` (${build.gitSha})`}
      </td>
      <td>{build.source}</td>
      <td class="mono wrap">{build.sha256}</td>
    </>
  );
}

function optionText(value: unknown): string {
  if (typeof value === "string") return value === "" ? "–" : value;
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isList ? value.join(", ") || "none" : JSON.stringify(value);
}

function Options({ options }: { options: Readonly<Record<string, unknown>> }) {
  return (
    <dl class="options">
      {Object.entries(options).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="wrap">{optionText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
