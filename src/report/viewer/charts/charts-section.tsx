import { useMemo } from "preact/hooks";
import { faultBands } from "../data/fault-bands.js";
import { span } from "../data/format.js";
import type { Report } from "../data/load.js";
import { bucketWidth, seriesOf } from "../data/series.js";
import { usePalette } from "../view/theme.js";
import type { ViewStore } from "../view/view-state.js";
import { Latency } from "./latency.js";
import { Leaders } from "./leaders.js";
import { Throughput } from "./throughput.js";
import { haveChanged, Versions } from "./versions.js";

/** The same time axis and the same bands as the timeline. */
export function ChartsSection({ report, store }: { report: Report; store: ViewStore }) {
  const palette = usePalette();
  const bands = useMemo(() => faultBands(report), [report]);
  const series = useMemo(() => seriesOf(report.columns, report.duration), [report]);
  const bucket = span(bucketWidth(report.duration));
  const shared = { report, series, bands, palette, store };
  return (
    <section id="charts" aria-labelledby="charts-title">
      <h2 id="charts-title">Latency, throughput and leaders</h2>
      <p class="lead">
        All of them follow the timeline’s zoom; drag across a chart to zoom there. Faults are
        shaded.
      </p>
      <h3>Latency</h3>
      <p class="note">
        A dot for each ok operation, a cross for a fail, a ring for an info, placed by when it was
        invoked and how long it took. Lines: percentiles of the ok ones in buckets of {bucket}.
      </p>
      <Latency {...shared} />
      <h3>Throughput</h3>
      <p class="note">Operations that ended, a second, in buckets of {bucket}.</p>
      <Throughput {...shared} />
      <h3>Leader and term</h3>
      <p class="note">
        Whom each node held for the leader, and its raft term, when ordeal asked it. A star marks a
        node that held itself for the leader.
      </p>
      {report.data.statuses.length === 0 ? (
        <p class="soft">No member was asked in this run.</p>
      ) : (
        <Leaders report={report} bands={bands} store={store} />
      )}
      {haveChanged(report) && (
        <>
          <h3>Version of etcd</h3>
          <p class="note">
            What each node said that it ran, when ordeal asked it. A gap: it did not answer.
          </p>
          <Versions report={report} bands={bands} store={store} />
        </>
      )}
    </section>
  );
}
