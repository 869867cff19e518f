import type { Checker } from "../../core/checker.js";
import { startPace } from "../bank-pace.js";
import { ClientViews } from "./client-views.js";
import { CompactionLog } from "./compaction-log.js";
import type { KubernetesInput, KubernetesOutput } from "./kubernetes-operation.js";
import { listContents } from "./list-contents.js";
import { listPages } from "./list-pages.js";
import { ObjectLog } from "./object-log.js";
import { Troubles } from "./trouble.js";

/**
 * A list in pages is the content of its resource at one revision: the pages neither overlap nor
 * leave a gap, and what they show and leave out is what was there, as far as acknowledged writes,
 * reads, other lists and watches tell. Where etcd refuses to go back to a revision somebody had
 * asked to compact; where it does not refuse, no compaction beyond it had been acknowledged.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api/ (`RangeRequest.revision`, `more`, `count`);
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 * ("a consistent snapshot"). That an object vanishes is excused where its deletion may have happened
 * unseen, and of events always: they end with their lease.
 */
export const kubernetesList: Checker<KubernetesInput, KubernetesOutput> = {
  async check(history, context) {
    const pace = startPace(context);
    const troubles = new Troubles();
    const log = new ObjectLog();
    const compactions = new CompactionLog();
    const views = new ClientViews(history);
    const { operations } = history;
    let isWhole = await pace.through(operations, (operation) => {
      log.add(operation);
      compactions.add(operation);
      views.add(operation);
    });
    if (isWhole) {
      log.order();
      const contents = listContents(log);
      isWhole =
        (await pace.through(views.all, ({ list }) => {
          for (const trouble of listPages(list)) troubles.add(trouble);
        })) &&
        (await pace.through(operations, (operation) => {
          for (const trouble of contents(operation)) troubles.add(trouble);
          for (const trouble of compactions.troublesOf(operation)) troubles.add(trouble);
        }));
    }
    const lists = views.all.length;
    return troubles.verdict({
      holds: `Each of ${lists} lists shows one moment`,
      breaks: "A list contradicts itself or what is known",
      looked: { lists },
      ...(!isWhole && { stopped: pace.inWords() }),
    });
  },
};
