/**
 * Consistency models, and which weaker ones each implies at once: A. Adya, "Weak Consistency", 1999;
 * P. Bailis and others, "Highly Available Transactions", VLDB 2013; A. Cerone and others, "A Framework
 * for Transactional Consistency Models", CONCUR 2015. Strong ones count real time too, and those of
 * strong sessions the order of each process.
 */
const implied = {
  "strict-serializable": ["strong-session-serializable", "strong-snapshot-isolation"],
  "strong-session-serializable": ["serializable", "strong-session-snapshot-isolation"],
  "strong-snapshot-isolation": ["strong-session-snapshot-isolation", "strong-read-committed"],
  "strong-session-snapshot-isolation": ["snapshot-isolation", "strong-session-read-committed"],
  "strong-read-committed": ["strong-session-read-committed", "strong-read-uncommitted"],
  "strong-session-read-committed": ["read-committed", "strong-session-read-uncommitted"],
  "strong-read-uncommitted": ["strong-session-read-uncommitted"],
  "strong-session-read-uncommitted": ["read-uncommitted"],
  serializable: ["repeatable-read", "snapshot-isolation"],
  "snapshot-isolation": ["parallel-snapshot-isolation"],
  "parallel-snapshot-isolation": ["consistent-view"],
  "repeatable-read": ["read-committed"],
  "consistent-view": ["read-committed"],
  "read-committed": ["read-uncommitted"],
  "read-uncommitted": [],
} as const;

export type Model = keyof typeof implied;

export const models = Object.keys(implied) as Model[];

/** Each model and all that are weaker. */
const impliedByAll = new Map(models.map((model) => [model, withWeaker(model)]));

function withWeaker(model: Model): ReadonlySet<Model> {
  return new Set([model, ...implied[model].flatMap((weaker) => [...withWeaker(weaker)])]);
}

/** Whether one model is the other or stronger. */
export function implies(model: Model, weaker: Model): boolean {
  return impliedByAll.get(model)?.has(weaker) === true;
}
