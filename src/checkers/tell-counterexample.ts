import type { Counterexample, Finding } from "../core/checker.js";
import type { Input, Operation } from "../core/operation.js";
import { describeOperation, describeState } from "../porcupine-ts/describe.js";
import { type Case, outputOf } from "./case.js";
import { tellAttempts } from "./tell-attempts.js";
import { plural } from "../core/plural.js";
import { capital, type Wording } from "./words.js";

/**
 * Bounds of a finding's size. Minimal counterexamples are far below them; where time ran out before
 * one was found, or a history is long, the rest is counted.
 */
const mostNamed = 100;
const mostSteps = 200;
const mostStuck = 50;
const longestText = 300;

/** A counterexample as a finding in words; undefined where the part has none. */
export function tellCounterexample<State, I extends Input, Output>(
  told: Case<State, I, Output>,
): Finding | undefined {
  const { part, subject } = told;
  const { counterexample } = part;
  if (!counterexample) return undefined;
  const actors = actorsOf(told, counterexample.operations, counterexample.pending);
  const culprit = lastReturned(actors);
  if (!culprit) return undefined;
  const conflict = conflictWith(culprit, actors);
  const named = readingOrder(actors, culprit).slice(-mostNamed);
  return {
    message: `${subject}: ${sentence(told, culprit, conflict)}`,
    operations: named.map(({ operation }) => operation.index),
    explanation: explanation(told, named, culprit, conflict),
    counterexample: inWords(told, named),
  };
}

/** One of the few operations that contradict each other. */
interface Actor {
  readonly operation: Operation;
  readonly position: number;
  readonly description: string;
  readonly calledAt: number;
  /** Undefined where it had not returned when the contradiction was complete. */
  readonly returnedAt: number | undefined;
  readonly produced: string | number | undefined;
  readonly observed: string | number | null | undefined;
}

function actorsOf<State, I extends Input, Output>(
  { model, operations }: Case<State, I, Output>,
  positions: readonly number[],
  pending: readonly number[],
): Actor[] {
  const isPending = new Set(pending);
  return positions.flatMap((position) => {
    const operation = operations[position];
    if (!operation) return [];
    const output = isPending.has(position) ? undefined : outputOf(operation);
    return {
      operation,
      position,
      description: describeOperation(model, operation.input, outputOf(operation)),
      calledAt: operation.index,
      returnedAt: isPending.has(position) ? undefined : operation.completedIndex,
      produced: model.produces?.(operation.input, output),
      observed: model.observes?.(operation.input, output),
    };
  });
}

/** Without it the others have an order, so it is the one whose answer cannot be. */
function lastReturned(actors: readonly Actor[]): Actor | undefined {
  return actors
    .filter(({ returnedAt }) => returnedAt !== undefined)
    .reduce<Actor | undefined>(
      (last, actor) => ((actor.returnedAt ?? 0) > (last?.returnedAt ?? -1) ? actor : last),
      undefined,
    );
}

/** What the culprit found was gone, and `proof` shows it. */
interface Conflict {
  /** The one that had produced what the culprit found; undefined where it was there at first. */
  readonly source?: Actor;
  readonly proof: Actor;
  /**
   * `proof` began after `source` was over, and "replaced" the value or has "seen" another. Or it
   * has "taken" the value: found and replaced it as the culprit did, and it was there only once.
   */
  readonly how: "replaced" | "seen" | "taken";
}

/**
 * Looks for the plainest contradiction: everything that could have produced what the culprit found
 * was over before `proof` began, `proof` was over before the culprit began, and `proof` left or
 * found another value. Else for one that took the same value away.
 */
function conflictWith(culprit: Actor, actors: readonly Actor[]): Conflict | undefined {
  const value = culprit.observed;
  if (value === undefined || value === null) return undefined;
  const others = actors.filter((actor) => actor !== culprit);
  const sources = others.filter(({ produced }) => produced === value);
  const proofs = others.filter(
    (actor) =>
      precedes(actor, culprit) &&
      (actor.produced ?? actor.observed ?? value) !== value &&
      sources.every((source) => precedes(source, actor)),
  );
  // The one that replaced the value says more than one that saw it replaced.
  const proof = proofs.find(({ produced }) => produced !== undefined) ?? proofs[0];
  const [source] = sources;
  const from = source && { source };
  if (proof) return { ...from, proof, how: proof.produced === undefined ? "seen" : "replaced" };
  const rival = others.find((actor) => actor.returnedAt !== undefined && replaces(actor, value));
  return rival && replaces(culprit, value) && sources.length <= 1
    ? { ...from, proof: rival, how: "taken" }
    : undefined;
}

function replaces({ observed, produced }: Actor, value: string | number): boolean {
  return observed === value && produced !== undefined && produced !== value;
}

function precedes(earlier: Actor, later: Actor): boolean {
  return earlier.returnedAt !== undefined && earlier.returnedAt < later.calledAt;
}

function sentence<State, I extends Input, Output>(
  told: Case<State, I, Output>,
  culprit: Actor,
  conflict: Conflict | undefined,
): string {
  const { who, between } = told.wording;
  const act = `${who(culprit.operation)} ${culprit.description}`;
  if (!conflict) return `${act}, ${otherwise(told, culprit)}`;
  const { proof, how, source } = conflict;
  const before = between(proof.operation, culprit.operation);
  const other = `${who(proof.operation)} ${proof.description}`;
  if (how === "taken") return `${act} although ${other}: only one of them can have found it`;
  if (how === "seen") return `${act} although ${other}, done ${before} before`;
  const replaced = source ? ", which had replaced that" : ", done";
  return `${act} although ${other}${replaced} ${before} before`;
}

function otherwise<State, I extends Input, Output>(
  { model, operations, part }: Case<State, I, Output>,
  { position, observed, operation }: Actor,
): string {
  if (observed !== undefined && observed !== null) {
    const writers = [...part.operations]
      .flatMap((index) => operations[index] ?? [])
      .filter((other) => other !== operation)
      .filter((other) => model.produces?.(other.input, outputOf(other)) === observed);
    if (part.counterexample?.operations.length === 1) {
      if (writers.length === 0) return "which nothing in the history had put there";
      const { completedIndex = Infinity } = operation;
      if (writers.every(({ index }) => index > completedIndex)) {
        return "which was put there only later";
      }
    }
  }
  const reason = part.counterexample?.stuck.find((stuck) => stuck.operation === position)?.reason;
  const detail = reason === undefined ? "" : `; in the order that came farthest, ${reason}`;
  return `which no order of the operations allows${detail}`;
}

/** By time of call, the culprit last. */
function readingOrder(actors: readonly Actor[], culprit: Actor): Actor[] {
  return [...actors.filter((actor) => actor !== culprit), culprit];
}

function explanation<State, I extends Input, Output>(
  { part, subject, wording }: Case<State, I, Output>,
  actors: readonly Actor[],
  culprit: Actor,
  conflict: Conflict | undefined,
): string[] {
  const { counterexample } = part;
  const steps = actors.map((actor) => step(actor, wording));
  const leftOut = (counterexample?.operations.length ?? 0) - actors.length;
  if (leftOut > 0) steps.push(`And ${plural(leftOut, "operation")} more, called before these.`);
  if (conflict) steps.push(...argument(culprit, conflict, wording));
  else {
    steps.push(
      actors.length === 1
        ? "No state that the operations before it can have led to gives this answer."
        : `No order of these ${actors.length + leftOut} operations agrees with their times and with all of their answers.`,
    );
  }
  const { linearizablePrefix = [], stuck = [], isMinimal = true } = counterexample ?? {};
  if (stuck.length > 0) {
    steps.push(
      `Of all operations on ${subject}, ${linearizablePrefix.length} could be put in an order, ` +
        `and then none could come next.`,
    );
  }
  if (!isMinimal) {
    steps.push("Time ran out while looking for fewer operations: some of these may not matter.");
  }
  return steps;
}

function step({ operation, description, returnedAt }: Actor, wording: Wording): string {
  const { who, askedAt, answeredAt } = wording;
  const answered = returnedAt === undefined ? undefined : answeredAt(operation);
  const until =
    answered === undefined
      ? "and had not been answered when the contradiction was complete"
      : `and was answered at ${answered}`;
  return `${capital(who(operation))} ${description}: it asked at ${askedAt(operation)} ${until}.`;
}

function argument(culprit: Actor, { source, proof, how }: Conflict, { who }: Wording): string[] {
  const name = ({ operation, description }: Actor) => `${who(operation)} ("${description}")`;
  if (how === "taken") {
    return [
      `Both found the same value and replaced it, but it was there only once: ${source ? `${name(source)} alone put it there` : "nobody put it there again"}.`,
    ];
  }
  const done = how === "replaced" ? "took effect" : "saw another value";
  return [
    source
      ? `${capital(name(proof))} asked only when ${name(source)} had been answered, so it ${done} after that.`
      : `${capital(name(proof))} ${done} at some time before it was answered.`,
    `${capital(name(culprit))} asked only after that, when what it found was gone.`,
  ];
}

/** The core's form: event indexes and words in place of positions and states. */
function inWords<State, I extends Input, Output>(
  told: Case<State, I, Output>,
  actors: readonly Actor[],
): Counterexample {
  const { model, operations, part, subject, wording } = told;
  const { counterexample } = part;
  const named = (position: number) => {
    const operation = operations[position];
    if (!operation) throw new RangeError(`there is no operation ${position}`);
    const description = describeOperation(model, operation.input, outputOf(operation));
    return {
      index: operation.index,
      description: brief(`${wording.who(operation)} ${description}`),
    };
  };
  const {
    operations: few = [],
    linearizablePrefix = [],
    stuck = [],
    attempts,
  } = counterexample ?? {};
  const positions = actors.map(({ position }) => position).sort((a, b) => a - b);
  const operationsLeftOut = few.length - positions.length;
  const stepsLeftOut = Math.max(0, linearizablePrefix.length - mostSteps);
  return {
    subject,
    operations: positions.map(named),
    ...(operationsLeftOut > 0 && { operationsLeftOut }),
    ...(attempts && isTelling(told) && { attempts: tellAttempts(told, attempts, brief) }),
    linearizablePrefix: linearizablePrefix.slice(stepsLeftOut).map(({ operation, state }) => ({
      ...named(operation),
      state: brief(describeState(model, state)),
    })),
    ...(stepsLeftOut > 0 && { stepsLeftOut }),
    stuck: stuck.slice(0, mostStuck).map(({ operation, reason }) => ({
      index: named(operation).index,
      reason: brief(reason),
    })),
  };
}

/**
 * Of a model that does not say what operations produce, those that led to an answer may be left out
 * with all others. Of an answer alone there is nothing to try; what stood in its way is told by the
 * longest order.
 */
function isTelling<State, I extends Input, Output>({
  model,
  part,
}: Case<State, I, Output>): boolean {
  return model.produces !== undefined || (part.counterexample?.operations.length ?? 0) > 1;
}

function brief(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}
