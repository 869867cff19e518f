import { validityWords } from "../../report-data.js";
import { count, plural, span } from "../data/format.js";
import type { Report } from "../data/load.js";
import { CopyButton } from "./copy-button.js";
import { ValidityIcon } from "./validity.js";

/** What came out, how to ask for it again, and what was run. */
export function VerdictSection({ report }: { report: Report }) {
  const { data } = report;
  const { verdict, plan, header } = data;
  const { caveat } = header.cluster;
  return (
    <section id="verdict" class={`verdict ${verdict.validity}`} aria-labelledby="verdict-title">
      <div class="headline">
        <ValidityIcon validity={verdict.validity} />
        <div>
          <p class="kicker">
            {validityWords[verdict.validity]}
            {caveat === undefined ? "" : ` · ${header.cluster.kind} cluster`}
          </p>
          <h1 id="verdict-title">{without(verdict.sentence, caveat)}</h1>
        </div>
      </div>
      {caveat !== undefined && <p class="notice">{caveat}</p>}
      {(verdict.incomplete || data.torn) && (
        <p class="notice">
          <strong>Incomplete:</strong> the history ended before the run did
          {data.torn ? ", in the middle of a line" : ""}
          {interruption(report)}. The verdict is about what was recorded up to{" "}
          {span(report.duration)}.
        </p>
      )}
      {verdict.leftOut !== undefined && verdict.leftOut.length > 0 && (
        <p class="notice">
          <strong>Left out by choice</strong>, since no release of etcd is right there:{" "}
          {verdict.leftOut.map(({ shape, issue, summary }, place) => (
            <span key={shape}>
              {place > 0 ? "; " : ""}
              {summary}
              {issue !== undefined && (
                <>
                  {" "}
                  (
                  <a href={`https://github.com/etcd-io/etcd/issues/${issue}`} rel="noreferrer">
                    etcd #{issue}
                  </a>
                  )
                </>
              )}
            </span>
          ))}
          .
        </p>
      )}
      {plan && (
        <div class="command">
          <h2 class="small">Repeat this run</h2>
          <div class="command-line">
            <code id="command">
              {plan.command.split(" ").flatMap((word, number) => [
                " ",
                // A browser would break a line after the hyphen of an option's name.
                <span key={number}>{word}</span>,
              ])}
            </code>
            <CopyButton text={plan.command} sourceId="command" />
          </div>
        </div>
      )}
      <FactsLine report={report} />
    </section>
  );
}

function interruption({ data }: Report): string {
  const reason = data.phases.find((phase) => phase.reason !== undefined)?.reason;
  return reason === undefined ? "" : ` (${reason})`;
}

function FactsLine({ report }: { report: Report }) {
  const { header, counts, faults, versions: seen } = report.data;
  const sum = (outcome: "ok" | "fail" | "info") =>
    counts.reduce((total, line) => total + line[outcome], 0);
  const began = Object.values(header.cluster.versions);
  const versions = [...new Set([...began, ...seen.map(({ version }) => version)])];
  const facts: readonly (readonly [string, string])[] = [
    ["etcd", versions.length === 0 ? "unknown" : versions.join(", ")],
    ["Cluster", `${plural(header.cluster.nodes.length, "node")}, ${header.cluster.kind}`],
    ...(header.scenario ? [["Scenario", header.scenario.name] as const] : []),
    ["Workload", header.workload.name],
    ["Faults", `${header.nemeses.join(", ") || "none"} · ${count(faults.length)} injected`],
    ["Lasted", span(report.duration)],
    [
      "Operations",
      `${count(sum("ok"))} ok · ${count(sum("fail"))} fail · ${count(sum("info"))} info`,
    ],
    ["Seed", String(header.seed)],
    ["Began", header.startedAt.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")],
  ];
  return (
    <dl class="facts-line">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The verdict's sentence ends with it, and it stands below by itself. */
function without(sentence: string, caveat: string | undefined): string {
  return caveat !== undefined && sentence.endsWith(caveat)
    ? sentence.slice(0, -caveat.length).trim()
    : sentence;
}
