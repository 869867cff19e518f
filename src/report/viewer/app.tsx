import { useMemo, useState } from "preact/hooks";
import { ChartsSection } from "./charts/charts-section.js";
import { findingsOf } from "./data/findings.js";
import type { Report } from "./data/load.js";
import { CheckersSection } from "./sections/checkers-section.js";
import { CountsSection } from "./sections/counts-section.js";
import { FaultsSection } from "./sections/faults-section.js";
import { FindingsSection } from "./sections/findings-section.js";
import { InconclusiveSection } from "./sections/inconclusive-section.js";
import { LogsSection } from "./sections/logs-section.js";
import { MembersSection } from "./sections/members-section.js";
import { PlanSection } from "./sections/plan-section.js";
import { ScenarioSection } from "./sections/scenario-section.js";
import { ValidityBadge } from "./sections/validity.js";
import { VerdictSection } from "./sections/verdict-section.js";
import { Timeline } from "./timeline/timeline.js";
import { goTo } from "./view/go-to.js";
import { isDark, toggleTheme } from "./view/theme.js";
import type { ViewStore } from "./view/view-state.js";

export function App({ report, store }: { report: Report; store: ViewStore }) {
  const findings = useMemo(() => findingsOf(report), [report]);
  const { verdict } = report.data;
  return (
    <>
      <Bar report={report} hasFindings={findings.length > 0} />
      <main>
        <VerdictSection report={report} />
        <ScenarioSection report={report} store={store} />
        <InconclusiveSection report={report} />
        <FindingsSection report={report} findings={findings} store={store} />
        <CheckersSection report={report} />
        <FaultsSection report={report} store={store} />
        <Timeline report={report} store={store} findings={findings} />
        <ChartsSection report={report} store={store} />
        <CountsSection report={report} store={store} />
        <MembersSection report={report} />
        <LogsSection report={report} />
        <PlanSection report={report} />
      </main>
      <footer>
        Run {verdict.run} · judged {verdict.judgedAt} · times are seconds since the run began
      </footer>
    </>
  );
}

function Bar({ report, hasFindings }: { report: Report; hasFindings: boolean }) {
  const [dark, setDark] = useState(isDark());
  const places: readonly (readonly [string, string])[] = [
    ...(report.data.header.scenario ? [["scenario", "Bug"] as const] : []),
    ...(hasFindings ? [["findings", "Findings"] as const] : []),
    ["checkers", "Checkers"],
    ["faults", "Faults"],
    ["timeline", "Timeline"],
    ["charts", "Charts"],
    ["counts", "Errors"],
    ["members", "Members"],
    ["logs", "Logs"],
    ["plan", "Plan"],
  ];
  return (
    <header class="top">
      <div class="top-inner">
        <span class="brand">ordeal</span>
        <ValidityBadge validity={report.data.verdict.validity} />
        <nav aria-label="Parts of the report">
          {places.map(([id, name]) => (
            <button
              key={id}
              type="button"
              class="link"
              onClick={() => {
                goTo(id);
              }}
            >
              {name}
            </button>
          ))}
        </nav>
        <button
          type="button"
          class="theme"
          onClick={() => {
            toggleTheme();
            setDark(isDark());
          }}
        >
          {dark ? "Light" : "Dark"}
        </button>
      </div>
    </header>
  );
}
