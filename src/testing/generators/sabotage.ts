import { logKinds, type RegisterLog, type RegisterShape } from "./register-shape.js";

/**
 * How a history is made invalid for certain. One client, the saboteur, does three things in turn:
 * it writes u, it writes another value, it reads u. From the second's call to the third's return
 * nobody else has anything under way that writes u, and nothing that never returned wrote u at all:
 * so whatever the others did, u was not there to be read. In a "stale" history the second write took
 * effect and the read is a lie; in a "lost" one the read is true and the second write never took
 * effect, while all other writes wait, so that everybody sees u.
 */
export interface Sabotage {
  readonly outcome: RegisterShape["outcome"];
  /** It begins after so many calls. */
  readonly startsAt: number;
  /** u, where few values are in use; nothing that never returns writes it. Else u is a new value. */
  readonly reserved: number | undefined;
  stage: Stage;
  /** Operations of others under way that may write `reserved` to the key. */
  producersOpen: number;
  /** The three operations, once called. */
  readonly plan: number[];
}

/**
 * "clearing": nobody starts to write u any more, until nobody does. Then, by the saboteur's own
 * operation: called first, done first, and so on.
 */
export type Stage = "waiting" | "clearing" | "writing u" | "u is there" | "over";

export const saboteur = 0;
export const sabotagedKey = 0;

export function createSabotage(shape: RegisterShape): Sabotage {
  const { operations, clients, outcome, values } = shape;
  const room = Math.max(Math.floor(operations / 50), 10 * clients);
  return {
    outcome,
    startsAt: Math.floor(outcome === "lost" ? operations / 2 : operations - room),
    reserved: values === "few" ? 0 : undefined,
    stage: outcome === "valid" ? "over" : "waiting",
    producersOpen: 0,
    plan: [],
  };
}

/** Whether nobody else may write `value` to `key` now. */
export function isForbidden({ reserved, stage }: Sabotage, key: number, value: number): boolean {
  return value === reserved && key === sabotagedKey && stage !== "waiting" && stage !== "over";
}

/** Whether what others do to `key` waits, so that u stays. */
export function isFrozen({ outcome, stage }: Sabotage, key: number): boolean {
  return outcome === "lost" && stage === "u is there" && key === sabotagedKey;
}

/** Which of its three operations a client that is about to call has to do, if any. */
export function nextOfPlan(
  sabotage: Sabotage,
  client: number,
  called: number,
): "write u" | "overwrite u" | "read u" | undefined {
  if (sabotage.stage === "waiting" && called >= sabotage.startsAt) sabotage.stage = "clearing";
  if (client !== saboteur) return undefined;
  switch (sabotage.stage) {
    case "waiting":
    case "over":
      return undefined;
    case "clearing":
      if (sabotage.producersOpen > 0) return undefined;
      sabotage.stage = "writing u";
      return "write u";
    case "writing u":
    case "u is there":
      return sabotage.plan.length === 1 ? "overwrite u" : "read u";
  }
}

/** Whether `log` bears out what is said above of the three operations. */
export function proves({ plan, outcome }: Sabotage, log: RegisterLog): boolean {
  if (outcome === "valid") return true;
  const [first, second, third] = plan;
  if (first === undefined || second === undefined || third === undefined) return false;
  const value = log.left[first];
  const from = log.call[second] ?? Infinity;
  const to = log.returned[third] ?? Infinity;
  const isInOrder = before(log, first, second) && before(log, second, third) && Number.isFinite(to);
  if (!isInOrder || log.left[second] === value || log.found[third] !== value) return false;
  for (let other = 0; other < log.count; other++) {
    const writes = log.kind[other] === logKinds.write || log.kind[other] === logKinds.swap;
    if (!writes || log.left[other] !== value || log.key[other] !== sabotagedKey) continue;
    const isOver = (log.returned[other] ?? Infinity) < from;
    const isLater = (log.call[other] ?? 0) > to;
    if (!isOver && !isLater) return false;
  }
  return true;
}

function before(log: RegisterLog, a: number, b: number): boolean {
  return (log.returned[a] ?? Infinity) < (log.call[b] ?? 0);
}
