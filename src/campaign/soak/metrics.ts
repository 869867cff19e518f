import { worstFirst } from "./cell-results.js";
import { type Cell, type Night, tallyOf } from "./night.js";

export interface Now {
  /** The cell of the run that is under way; undefined between runs. */
  readonly running?: Cell;
  /** Since the night began. */
  readonly elapsedMs: number;
}

/**
 * How a night stands, in Prometheus' text exposition format 0.0.4.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function prometheusText(night: Night, { running, elapsedMs }: Now): string {
  const { runs } = night;
  const tally = tallyOf(runs);
  const last = runs.at(-1);
  return [
    ...metric({
      name: "ordeal_soak_info",
      type: "gauge",
      help: "The night that is told of; always 1.",
      samples: [{ labels: labelsOf(night), value: 1 }],
    }),
    ...metric({
      name: "ordeal_soak_elapsed_seconds",
      type: "gauge",
      help: "Time since the night began.",
      samples: [{ value: elapsedMs / 1000 }],
    }),
    // No counter: a run that failed and is tried again changes its outcome.
    ...metric({
      name: "ordeal_soak_runs",
      type: "gauge",
      help: "Runs that have ended, by what came of their last attempt.",
      samples: worstFirst.map((outcome) => ({ labels: { outcome }, value: tally[outcome] })),
    }),
    ...metric({
      name: "ordeal_soak_retries_total",
      type: "counter",
      help: "Attempts that failed for reasons of infrastructure and were made again.",
      samples: [{ value: tally.retried }],
    }),
    ...metric({
      name: "ordeal_soak_operations_total",
      type: "counter",
      help: "Operations of all runs that were judged, by outcome.",
      samples: (["ok", "fail", "info"] as const).map((outcome) => ({
        labels: { outcome },
        value: runs.reduce((sum, { operations }) => sum + (operations?.[outcome] ?? 0), 0),
      })),
    }),
    ...metric({
      name: "ordeal_soak_current_run",
      type: "gauge",
      help: "The run that is under way; always 1.",
      samples: running ? [{ labels: cellLabels(running), value: 1 }] : [],
    }),
    ...metric({
      name: "ordeal_soak_last_run_wall_seconds",
      type: "gauge",
      help: "How long the run took that ended last.",
      samples: last ? [{ value: last.wallMs / 1000 }] : [],
    }),
    "",
  ].join("\n");
}

type Labels = Readonly<Record<string, string>>;

function labelsOf({ name, tool, seed, shard }: Night): Labels {
  return {
    night: name,
    tool,
    seed: String(seed),
    shard: shard ? `${shard.part}/${shard.of}` : "",
  };
}

function cellLabels({ workload, nemeses, etcd, nodes, config }: Cell): Labels {
  return {
    workload,
    nemeses: nemeses.join("+"),
    etcd,
    nodes: String(nodes),
    config: config ?? "",
  };
}

interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly samples: readonly { readonly labels?: Labels; readonly value: number }[];
}

function metric({ name, type, help, samples }: Metric): readonly string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`),
  ];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
