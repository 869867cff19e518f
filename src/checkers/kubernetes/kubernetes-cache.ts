import type { Checker } from "../../core/checker.js";
import { startPace } from "../bank-pace.js";
import { cacheAgainstOthers } from "./cache-against-others.js";
import { followView } from "./cache-by-itself.js";
import { ClientViews, type RecordedView } from "./client-views.js";
import type { KubernetesInput, KubernetesOutput } from "./kubernetes-operation.js";
import { ListIndex } from "./list-index.js";
import { ObjectLog } from "./object-log.js";
import { Troubles } from "./trouble.js";

/**
 * Whoever lists a resource at a revision and watches it from the next one on misses nothing and is
 * told nothing twice: the list and the events make a cache that is, at each revision that the
 * watches have come to, what was in etcd then. Judged by the events themselves, each of which names
 * the version before it, by all changes that anybody is known to have made meanwhile, and by the
 * lists and reads of others.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes;
 * https://etcd.io/docs/v3.5/learning/api_guarantees/ (watch: ordered, unique, reliable, resumable).
 * What comes late is not missed: nothing is said of revisions beyond the last event.
 */
export const kubernetesCache: Checker<KubernetesInput, KubernetesOutput> = {
  async check(history, context) {
    const pace = startPace(context);
    const troubles = new Troubles();
    const log = new ObjectLog();
    const views = new ClientViews(history);
    let watched: readonly RecordedView[] = [];
    let events = 0;
    let isWhole = await pace.through(history.operations, (operation) => {
      log.add(operation);
      views.add(operation);
    });
    if (isWhole) {
      log.order();
      const against = cacheAgainstOthers(log, new ListIndex(views.all.map(({ list }) => list)));
      watched = views.all.filter(({ watches }) => watches.length > 0);
      isWhole = await pace.through(watched, (view) => {
        const cache = followView(view);
        events += cache.told.size;
        for (const trouble of cache.troubles) troubles.add(trouble);
        for (const trouble of against(view, cache)) troubles.add(trouble);
      });
    }
    return troubles.verdict({
      holds: `Each of ${watched.length} caches was right after each of ${events} events`,
      breaks: "A cache was misled",
      looked: { caches: watched.length, events },
      ...(!isWhole && { stopped: pace.inWords() }),
    });
  },
};
