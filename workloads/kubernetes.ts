import type {
  KubernetesInput,
  KubernetesOutput,
} from "../src/checkers/kubernetes/kubernetes-operation.js";
import { eventPrefix } from "../src/checkers/kubernetes/kubernetes-operation.js";
import { kubernetesCache } from "../src/checkers/kubernetes/kubernetes-cache.js";
import { kubernetesList } from "../src/checkers/kubernetes/kubernetes-list.js";
import { resourceVersion } from "../src/checkers/kubernetes/resource-version.js";
import { watchCheckers } from "../src/checkers/watch/watch-checkers.js";
import { kubernetesWatches } from "./kubernetes-watches.js";
import { linearizableObjects } from "../src/checkers/kubernetes/linearizable-objects.js";
import { monotonicRevision } from "../src/checkers/monotonic-revision.js";
import type { Workload } from "../src/core/workload.js";
import { askKubernetes } from "./kubernetes-invoke.js";
import { compactKey, prefixEnd, prefixes } from "./kubernetes-keys.js";
import { kubernetesThread } from "./kubernetes-thread.js";

/**
 * What the API servers of Kubernetes ask of etcd: objects that are created, updated and deleted in
 * transactions guarded by mod_revision, lists in pages at one revision, watches from a list on,
 * events with a lease, compactions by whoever comes first. Finds what would mislead a controller:
 * lists that show no moment, watches that leave something out, revisions that run backwards.
 *
 * No request is serializable, and no watch asks for its progress, which etcd up to 3.4.24 and 3.5.7
 * answers before what goes before it (etcd issue 15220).
 */
export function kubernetes(): Workload<KubernetesInput, KubernetesOutput> {
  return {
    name: "kubernetes",
    whyNoRewind:
      "one watch, or one paginated list, may be answered by several clusters, and its caches would mistake revisions that come again for those they know",
    // Most claims are refused, and compactions are as few as the claims that are not.
    kinds: ["create", "update", "delete", "get", "list", "watch", "event", "claim"],
    thread: kubernetesThread,
    failsOver: true,
    isReadOnly: ({ f }) => f === "get" || f === "list" || f === "watch",
    invoke: askKubernetes,
    finalOperations: lastLooks,
    checkers: {
      "kubernetes-object": linearizableObjects,
      "kubernetes-list": kubernetesList,
      "kubernetes-cache": kubernetesCache,
      "resource-version": resourceVersion,
      "monotonic-revision": monotonicRevision(),
      ...watchCheckers(kubernetesWatches),
    },
  };
}

/** All of every resource, from every node. */
function* lastLooks(nodes: readonly string[]) {
  for (const node of nodes) {
    for (const key of [...prefixes, eventPrefix]) {
      const input: KubernetesInput = { f: "list", key, rangeEnd: prefixEnd(key) };
      yield { node, input };
    }
    const input: KubernetesInput = { f: "get", key: compactKey };
    yield { node, input };
  }
}
