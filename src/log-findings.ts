import type { LogEvent } from "./core/history.js";
import type { HistoryWriter } from "./history/writer.js";

type LogFinding = Omit<LogEvent, "index" | "atNs">;

/** What members say in their logs that is a finding by itself, on its way to the history. */
export interface LogFindings {
  readonly add: (finding: LogFinding) => void;
  /** What came before there was a recorder is passed on at once. */
  passOnTo(recorder: HistoryWriter): void;
  /** The history is about to be closed. What comes later is in the nodes' logs alone. */
  passOnNoMore(): void;
}

export function logFindings(): LogFindings {
  const early: LogFinding[] = [];
  let pass = (finding: LogFinding): void => {
    early.push(finding);
  };
  return {
    add: (finding) => {
      pass(finding);
    },
    passOnTo(recorder) {
      pass = (finding) => {
        recorder.log(finding);
      };
      for (const finding of early) pass(finding);
    },
    passOnNoMore() {
      pass = () => undefined;
    },
  };
}
