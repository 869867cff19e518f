import { availabilityDuring, outageDuring, recoveryAfter } from "./fault-metrics.js";
import {
  type FiguresPair,
  type Metric,
  ofRates,
  ofShares,
  ofValues,
  share,
  time,
} from "./metric.js";
import {
  changeNemesis,
  type Comparison,
  type Latencies,
  type RunFigures,
  type Thresholds,
} from "../rollout-record.js";

/** Below so many seconds of calm time, what is counted by time says too little. */
const leastCalmSeconds = 3;

/**
 * All metrics of a leg in reading order, for the faults and errors that its runs had. The nodes of the
 * legs `forward` and `back` are restarted one by one, so that most of their figures are worse for a
 * known reason: there, what is judged is whether the others went on serving.
 */
export function metricsOf(leg: Comparison["leg"], pairs: readonly FiguresPair[]): Metric[] {
  const runs = pairs.flatMap(({ baseline, compared }) => [baseline, compared]);
  const nemeses = sortedNames(runs.flatMap(({ faults }) => faults.map(({ nemesis }) => nemesis)));
  const others = nemeses.filter((nemesis) => nemesis !== changeNemesis);
  const all = [
    availability(),
    ...(leg === "candidate" ? [] : [availabilityElsewhere()]),
    ...others.map(availabilityDuring),
    longestOutage(),
    ...(leg === "candidate" ? [] : [outageElsewhere()]),
    ...others.map(outageDuring),
    ...others.map(recoveryAfter),
    ...throughput(pairs),
    ...([50, 95, 99] as const).map((percentile) => latency(percentile, pairs)),
    ...leaderChanges(pairs),
    ...sortedNames(runs.flatMap(({ errors }) => Object.keys(errors))).map(errorShare),
  ];
  return leg === "candidate" ? all : all.map(unlessOthersServing);
}

/** The metrics by which the legs in which nodes are changed are judged. */
const judgedWhileChanging: readonly string[] = ["availability-elsewhere", "outage-elsewhere"];

function unlessOthersServing({ threshold, ...metric }: Metric): Metric {
  const isJudged = threshold && judgedWhileChanging.includes(metric.metric);
  return { ...metric, ...(isJudged && { threshold }) };
}

function sortedNames(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function availability(): Metric {
  return {
    metric: "availability",
    title: "availability",
    ...share,
    threshold: "availabilityPoints",
    measure: ofShares(({ operations: { ok, fail, info } }) => ({ ok, all: ok + fail + info })),
  };
}

function availabilityElsewhere(): Metric {
  return {
    metric: "availability-elsewhere",
    title: "availability of the others during changes",
    ...share,
    threshold: "availabilityPoints",
    measure: ofShares(({ elsewhere }) => elsewhere),
  };
}

function longestOutage(): Metric {
  return {
    metric: "outage",
    title: "longest outage",
    ...time,
    threshold: "outageMs",
    measure: ofValues(({ longestOutageMs }) => longestOutageMs),
  };
}

function outageElsewhere(): Metric {
  return {
    metric: "outage-elsewhere",
    title: "longest outage by changes",
    ...time,
    threshold: "outageMs",
    measure: ofValues(({ elsewhere: { all, longestOutageMs } }) =>
      all > 0 ? longestOutageMs : undefined,
    ),
  };
}

/** Judged in calm time, where every run had enough of it: what faults cost is told by other figures. */
function throughput(pairs: readonly FiguresPair[]): Metric[] {
  const rate = { unit: "ops/s", scale: "percent", worse: "lower" } as const;
  const calm: Metric = {
    metric: "throughput-calm",
    title: "throughput in calm time",
    ...rate,
    measure: ofValues(({ calm: { operations, seconds } }) =>
      seconds >= leastCalmSeconds ? operations.ok / seconds : undefined,
    ),
  };
  const all: Metric = {
    metric: "throughput",
    title: "throughput",
    ...rate,
    measure: ofValues(({ operations, seconds }) =>
      seconds > 0 ? operations.ok / seconds : undefined,
    ),
  };
  return judgedFirst({ calm, all, threshold: "throughputPercent" }, pairs);
}

/** The one of calm time is judged where every run had enough of that, else the other. */
function judgedFirst(
  { calm, all, threshold }: { calm: Metric; all: Metric; threshold: keyof Thresholds },
  pairs: readonly FiguresPair[],
): Metric[] {
  const isCalm = pairs.every((pair) => calm.measure(pair) !== undefined);
  return isCalm ? [{ ...calm, threshold }, all] : [{ ...all, threshold }, calm];
}

/** In calm time, where every run had enough of it; else under the faults, which both runs have. */
function latency(percentile: 50 | 95 | 99, pairs: readonly FiguresPair[]): Metric {
  const inCalm = latencyOf(percentile, ({ calm }) =>
    calm.seconds >= leastCalmSeconds ? { ...calm, ok: calm.operations.ok } : { ok: 0 },
  );
  const isCalm = pairs.every((pair) => inCalm(pair) !== undefined);
  return {
    metric: `latency-p${percentile}`,
    title: isCalm ? `latency p${percentile} in calm time` : `latency p${percentile}`,
    unit: "ms",
    scale: "percent",
    worse: "higher",
    threshold: "latencyPercent",
    measure: isCalm
      ? inCalm
      : latencyOf(percentile, ({ operations: { ok }, latencyMs }) => ({
          ok,
          ...(latencyMs && { latencyMs }),
        })),
  };
}

function latencyOf(
  percentile: 50 | 95 | 99,
  partOf: (figures: RunFigures) => { readonly ok: number; readonly latencyMs?: Latencies },
): Metric["measure"] {
  return ofValues((figures) => {
    const { ok, latencyMs } = partOf(figures);
    // Of fewer operations it is no percentile but their maximum.
    return ok * (100 - percentile) >= 100 ? latencyMs?.[`p${percentile}`] : undefined;
  });
}

function leaderChanges(pairs: readonly FiguresPair[]): Metric[] {
  const rate = { unit: "1/min", scale: "difference", worse: "higher" } as const;
  const calm: Metric = {
    metric: "leader-changes-calm",
    title: "leader changes in calm time",
    ...rate,
    measure: ofRates(({ leaderChanges: { calm: events }, calm: { seconds } }) => ({
      events,
      seconds: seconds >= leastCalmSeconds ? seconds : 0,
    })),
  };
  const all: Metric = {
    metric: "leader-changes",
    title: "leader changes",
    ...rate,
    measure: ofRates(({ leaderChanges: { all: events }, seconds }) => ({ events, seconds })),
  };
  return judgedFirst({ calm, all, threshold: "leaderChanges" }, pairs);
}

function errorShare(name: string): Metric {
  return {
    metric: `errors/${name}`,
    title: `errors: ${name}`,
    unit: "%",
    scale: "difference",
    worse: "higher",
    measure: ofShares(({ errors, operations: { ok, fail, info } }) => ({
      ok: errors[name] ?? 0,
      all: ok + fail + info,
    })),
  };
}
