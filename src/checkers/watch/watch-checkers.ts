import type { Checker } from "../../core/checker.js";
import type { Input } from "../../core/operation.js";
import { watchAgreement } from "./watch-agreement.js";
import { watchAtomic } from "./watch-atomic.js";
import { watchBookmarkable } from "./watch-bookmarkable.js";
import { watchCompaction } from "./watch-compaction.js";
import { watchEarlyBookmark } from "./watch-early-bookmark.js";
import { watchFilter } from "./watch-filter.js";
import { watchNoFuture } from "./watch-no-future.js";
import { watchOrdered } from "./watch-ordered.js";
import { watchPrevKv } from "./watch-prev-kv.js";
import type { WatchAdapter } from "./watch-record.js";
import { watchReliable } from "./watch-reliable.js";
import { watchResumable } from "./watch-resumable.js";
import { watchUnique } from "./watch-unique.js";

/** One for each promise of etcd's watch API, by name. */
export function watchCheckers<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Readonly<Record<string, Checker<I, Output>>> {
  return {
    "watch-ordered": watchOrdered(adapter),
    "watch-unique": watchUnique(adapter),
    "watch-atomic": watchAtomic(adapter),
    "watch-reliable": watchReliable(adapter),
    "watch-resumable": watchResumable(adapter),
    "watch-bookmarkable": watchBookmarkable(adapter),
    "watch-early-bookmark": watchEarlyBookmark(adapter),
    "watch-filter": watchFilter(adapter),
    "watch-prev-kv": watchPrevKv(adapter),
    "watch-no-future": watchNoFuture(adapter),
    "watch-compaction": watchCompaction(adapter),
    "watch-agreement": watchAgreement(adapter),
  };
}
