import { logKinds, type RegisterLog, type RegisterShape } from "./register-shape.js";

/**
 * How a history is made invalid for certain. One client, the saboteur, does three things in turn:
 * it writes u, it writes another value, it reads u. From the second's call to the third's return
 * nobody else has anything under way that writes u, and nothing that never returned wrote u at all:
 * so whatever the others did, u was not there to be read. In a "stale" history the second write took
 * effect and the read is a lie; in a "lost" one the read is true and the second write never took
 * effect, while all other writes wait, so that everybody sees u.
 *
 * In an "overspent" one the saboteur writes something else and reads u, over and over. Each of these
 * reads needs a write of u of its own, after the saboteur's write before it. Nobody else has any
 * under way, and of those that never returned there is one too few. A checker has to find out that
 * these do not suffice, however they are used, which is the hardest way to be wrong.
 */
export interface Sabotage {
  readonly outcome: RegisterShape["outcome"];
  /** It begins after so many calls. */
  readonly startsAt: number;
  /** u, where few values are in use. Else u is a new value. */
  readonly reserved: number | undefined;
  /** How many more writes of `reserved` may never return. */
  unanswered: number;
  stage: Stage;
  /** Operations of others under way that may write `reserved` to the key. */
  producersOpen: number;
  /** The saboteur's operations, once called. */
  readonly plan: number[];
}

/**
 * "clearing": nobody starts to write u any more, until nobody does. Then, by the saboteur's own
 * operation: called first, done first, and so on.
 */
export type Stage = "waiting" | "clearing" | "writing u" | "u is there" | "over";

export const saboteur = 0;
export const sabotagedKey = 0;

/** Writes of u that never return, in an "overspent" history. */
const unansweredWrites = 3;
const overspentPlan = 2 * (unansweredWrites + 1);

export function createSabotage(shape: RegisterShape): Sabotage {
  const { operations, clients, outcome, values } = shape;
  const isOverspent = outcome === "overspent";
  if (isOverspent && values !== "few") throw new RangeError("only few values can be overspent");
  const room = Math.max(Math.floor(operations / 50), (isOverspent ? 18 : 10) * clients);
  return {
    outcome,
    startsAt: Math.floor(outcome === "lost" ? operations / 2 : operations - room),
    reserved: values === "few" ? 0 : undefined,
    stage: outcome === "valid" ? "over" : "waiting",
    unanswered: isOverspent ? unansweredWrites : 0,
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

/** Whether nothing follows in the plan. */
export function isLastOfPlan({ plan, outcome }: Sabotage, operation: number): boolean {
  const last = outcome === "overspent" ? overspentPlan - 1 : 2;
  return plan[last] === operation;
}

/** Which of its operations a client that is about to call has to do, if any. */
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
      sabotage.stage = sabotage.outcome === "overspent" ? "u is there" : "writing u";
      return sabotage.outcome === "overspent" ? "overwrite u" : "write u";
    case "writing u":
    case "u is there":
      if (sabotage.outcome === "overspent") {
        return sabotage.plan.length % 2 === 0 ? "overwrite u" : "read u";
      }
      return sabotage.plan.length === 1 ? "overwrite u" : "read u";
  }
}

/** Whether `log` bears out what is said above. */
export function proves(sabotage: Sabotage, log: RegisterLog): boolean {
  switch (sabotage.outcome) {
    case "valid":
      return true;
    case "overspent":
      return provesOverspending(sabotage, log);
    case "stale":
    case "lost":
      return provesWrongRead(sabotage, log);
  }
}

function provesWrongRead({ plan }: Sabotage, log: RegisterLog): boolean {
  const [first, second, third] = plan;
  if (first === undefined || second === undefined || third === undefined) return false;
  const value = log.left[first] ?? NaN;
  const isInOrder = before(log, first, second) && before(log, second, third);
  if (!isInOrder || log.left[second] === value || log.found[third] !== value) return false;
  return producersBetween(log, value, second, third) === 0;
}

function provesOverspending({ plan, reserved = NaN }: Sabotage, log: RegisterLog): boolean {
  const [first, last] = [plan[0], plan[overspentPlan - 1]];
  if (first === undefined || last === undefined) return false;
  const isInOrder = plan.every(
    (operation, turn) => turn === 0 || before(log, plan[turn - 1] ?? NaN, operation),
  );
  const isAsPlanned = plan.every((operation, turn) =>
    turn % 2 === 0 ? log.left[operation] !== reserved : log.found[operation] === reserved,
  );
  if (!isInOrder || !isAsPlanned) return false;
  return producersBetween(log, reserved, first, last) <= unansweredWrites;
}

/** Writes of `value` that may take effect between the call of `from` and the return of `to`. */
function producersBetween(log: RegisterLog, value: number, from: number, to: number): number {
  const start = log.call[from] ?? NaN;
  const end = log.returned[to] ?? NaN;
  if (!Number.isFinite(end)) return Infinity;
  let producers = 0;
  for (let other = 0; other < log.count; other++) {
    const writes = log.kind[other] === logKinds.write || log.kind[other] === logKinds.swap;
    if (!writes || log.left[other] !== value || log.key[other] !== sabotagedKey) continue;
    const isOver = (log.returned[other] ?? Infinity) < start;
    const isLater = (log.call[other] ?? 0) > end;
    if (!isOver && !isLater) producers++;
  }
  return producers;
}

function before(log: RegisterLog, a: number, b: number): boolean {
  return (log.returned[a] ?? Infinity) < (log.call[b] ?? 0);
}
