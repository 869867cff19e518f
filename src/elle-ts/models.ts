import { implies, type Model, models } from "./model-hierarchy.js";
import type { AnomalyType } from "./result.js";

/** The weakest models that forbid each anomaly. */
const forbiddenBy: Readonly<Record<AnomalyType, readonly Model[]>> = {
  "garbage-read": ["read-uncommitted"],
  "duplicate-elements": ["read-uncommitted"],
  "incompatible-versions": ["read-uncommitted"],
  "cyclic-versions": ["read-uncommitted"],
  "cyclic-versions-process": ["strong-session-serializable"],
  "cyclic-versions-realtime": ["strict-serializable"],
  "incompatible-order": ["read-committed"],
  G1a: ["read-committed"],
  "dirty-update": ["read-committed"],
  G1b: ["read-committed"],
  "future-read": ["read-committed"],
  internal: ["snapshot-isolation"],
  "lost-update": ["consistent-view", "repeatable-read"],
  // What is gone may be so only for those who looked for it later.
  "lost-append": ["strong-snapshot-isolation"],

  G0: ["read-uncommitted"],
  G1c: ["read-committed"],
  "G-single": ["consistent-view", "repeatable-read"],
  "G-nonadjacent": ["snapshot-isolation", "repeatable-read"],
  "G2-item": ["repeatable-read"],

  "G0-process": ["strong-session-read-uncommitted"],
  "G1c-process": ["strong-session-read-committed"],
  "G-single-process": ["strong-session-snapshot-isolation"],
  "G-nonadjacent-process": ["strong-session-snapshot-isolation"],
  "G2-item-process": ["strong-session-serializable"],

  "G0-realtime": ["strong-read-uncommitted"],
  "G1c-realtime": ["strong-read-committed"],
  "G-single-realtime": ["strong-snapshot-isolation"],
  "G-nonadjacent-realtime": ["strong-snapshot-isolation"],
  "G2-item-realtime": ["strict-serializable"],
};

/** Models that cannot hold where there are anomalies of these types. */
export function violatedBy(types: readonly AnomalyType[]): ReadonlySet<Model> {
  const weakest = types.flatMap((type) => forbiddenBy[type]);
  return new Set(models.filter((model) => weakest.some((weaker) => implies(model, weaker))));
}

/** Whether an anomaly violates a model that those of the other types do not. */
export function rulesOutMore(type: AnomalyType, others: readonly AnomalyType[]): boolean {
  const violated = violatedBy(others);
  return [...violatedBy([type])].some((model) => !violated.has(model));
}

/** What anomalies of these types say: the weakest models that they violate, the strongest they spare. */
export function modelsAgainst(types: readonly AnomalyType[]): {
  violated: Model[];
  mayHold: Model[];
} {
  const violated = violatedBy(types);
  const spared = models.filter((model) => !violated.has(model));
  const isAlone = (model: Model, related: (other: Model) => boolean) =>
    !models.some((other) => other !== model && related(other));
  return {
    violated: [...violated].filter((model) =>
      isAlone(model, (other) => violated.has(other) && implies(model, other)),
    ),
    mayHold: spared.filter((model) =>
      isAlone(model, (other) => !violated.has(other) && implies(other, model)),
    ),
  };
}
