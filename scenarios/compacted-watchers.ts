import type { PauseSpec } from "../nemeses/pause.js";
import type { Stage } from "../src/core/scenario.js";
import type { WatchWorkloadInput, WatchWorkloadOutput } from "../workloads/watch-input.js";
import {
  compact,
  hasReached,
  listenTo,
  put,
  putSome,
  revisionOf,
  toldBy,
  valuesOf,
  watchedKey,
} from "./watch-steps.js";

/** So long its requests may take to reach a member that stands still. */
const sendingMs = 1_000;
/** By then the member has looked at each of the watches. */
const catchingUpMs = 1_000;

/**
 * A client creates so many watches on one stream, all from a revision that is compacted, and listens
 * for a while; those that are taken to be up to date are told of a change in the end. The member
 * stands still while the requests are sent, so that it finds them all at once, however slow the
 * client is.
 */
export async function watchWhatIsCompacted(
  stage: Stage<WatchWorkloadInput, WatchWorkloadOutput>,
  { count, lifeMs }: { readonly count: number; readonly lifeMs: number },
): Promise<void> {
  const { client, inject, nodes, round, note, need, sleep } = stage;
  const [node = ""] = nodes;
  const [writer, watcher] = [client(node), client(node)];
  const [key, end] = [watchedKey(round, "watched"), watchedKey(round, "watched/end")];
  const { first } = await putSome(writer, key, valuesOf(round, "past", 10));
  const kept = await revisionOf(watcher, put(key, `${round}.kept`));
  await writer.must(compact(kept - 1));
  const witness = {
    id: 1,
    name: `witness ${round}`,
    key,
    rangeEnd: `${key}0`,
    startRevision: kept,
  };
  const witnessing = client(node).ask(listenTo([witness], { lifeMs: 20_000, untilKey: end }));
  note(
    `creates ${count} watches from revision ${first} on, of which all up to ${kept - 1} is gone`,
  );
  const fault = await inject(standsStill(node));
  const watches = Array.from({ length: count }, (_, place) => ({
    ...{ id: place + 1, name: `${round}/${place + 1}` },
    ...{ key, startRevision: first },
  }));
  const listening = watcher.ask(listenTo(watches, { lifeMs }));
  await sleep(sendingMs);
  await fault.heal();
  await sleep(catchingUpMs);
  await writer.must(put(key, `${round}.now`));
  const revision = await revisionOf(writer, put(end, `${round}.end`));
  const heard = toldBy(await listening).filter(
    ({ next, compacted }) => next !== undefined || compacted !== undefined,
  );
  need(
    `each of ${count} watches was cancelled or told of the last change, not only ${heard.length}`,
    heard.length === count,
  );
  need("another watch reached the newest change", hasReached(await witnessing, { revision }));
}

function standsStill(node: string): PauseSpec {
  return {
    ...({ nemesis: "pause", target: "one", method: "sigstop" } as const),
    nodes: [node],
    description: `${node} is paused with SIGSTOP while a client asks it for watches`,
  };
}
