import { type Proof, registerTrial } from "../proof.js";

const watch = { ...registerTrial, workload: "watch", timeLimitMs: 2_000 };
/** With enough transactions of several keys, and watches that start below what is compacted. */
const longer = { ...watch, timeLimitMs: 5_000 };
const cutOff = { ...watch, nemeses: ["partition"], nemesisIntervalMs: 2_000 };

export const watchProofs: readonly Proof[] = [
  { bug: "reordered-watch", trial: watch, checkers: ["watch-ordered"] },
  { bug: "lost-watch-event", trial: watch, checkers: ["watch-reliable"] },
  { bug: "duplicate-watch-event", trial: watch, checkers: ["watch-unique"] },
  { bug: "watch-event-before-commit", trial: watch, checkers: ["watch-no-future"] },
  {
    bug: "watch-loses-event-at-compaction",
    // Somebody must watch from where a key was deleted while that is what is compacted.
    trial: { ...watch, timeLimitMs: 8_000 },
    checkers: ["watch-resumable"],
  },
  { bug: "watch-ignores-filters", trial: watch, checkers: ["watch-filter"] },
  { bug: "watch-wrong-prev-kv", trial: watch, checkers: ["watch-prev-kv"] },
  { bug: "watch-splits-revision", trial: longer, checkers: ["watch-atomic"] },
  { bug: "watch-survives-compaction", trial: longer, checkers: ["watch-compaction"] },
  { bug: "watch-cancelled-again", trial: longer, checkers: ["watch-compaction"] },
  { bug: "progress-notification-too-early", trial: watch, checkers: ["watch-bookmarkable"] },
  { bug: "diverging-member", trial: watch, checkers: ["watch-agreement", "watch-no-future"] },
  {
    bug: "lost-write",
    trial: { ...cutOff, timeLimitMs: 25_000 },
    checkers: ["watch-reliable", "watch-no-future"],
  },
  {
    bug: "split-brain",
    trial: { ...cutOff, timeLimitMs: 40_000 },
    checkers: ["watch-agreement", "watch-no-future"],
  },
];
