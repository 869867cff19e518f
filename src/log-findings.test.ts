import { expect, it } from "vitest";
import { memoryRecorder } from "./testing/memory-recorder.js";
import { virtualClock } from "./testing/virtual-clock.js";
import { logFindings } from "./log-findings.js";

it("keeps what comes early, passes it on, and drops what comes after the end", () => {
  const logs = logFindings();
  const recorder = memoryRecorder(virtualClock());
  const say = (line: string) => {
    logs.add({ node: "n1", level: "panic", line });
  };
  say("early");
  logs.passOnTo(recorder);
  say("under way");
  logs.passOnNoMore();
  say("late");
  const lines = recorder.events.flatMap((event) => (event.kind === "log" ? [event.line] : []));
  expect(lines).toEqual(["early", "under way"]);
});
