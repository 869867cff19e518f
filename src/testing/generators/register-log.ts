import { intAt } from "../../porcupine-ts/at.js";
import { type Draw, drawFrom } from "../register-histories.js";
import {
  emptyLog,
  fewValues,
  logKinds,
  nil,
  type RegisterLog,
  type RegisterShape,
} from "./register-shape.js";
import {
  createSabotage,
  isForbidden,
  isFrozen,
  isLastOfPlan,
  nextOfPlan,
  proves,
  type Sabotage,
  sabotagedKey,
} from "./sabotage.js";

/**
 * Plays clients against registers. Each turn one client goes a step: it calls, its operation takes
 * effect, it returns. Four in five clients are under way at a time. Undefined where a short history
 * ended before what makes it invalid: see fittingLog.
 */
export function registerLog(shape: RegisterShape): RegisterLog | undefined {
  const play = createPlay(shape);
  while (play.finished < shape.operations) {
    const client = play.draw(shape.clients);
    switch (intAt(play.step, client)) {
      case idle:
        call(play, client);
        break;
      case called:
        takeEffect(play, client);
        break;
      default:
        giveAnswer(play, client);
    }
  }
  return proves(play.sabotage, play.log) ? play.log : undefined;
}

/** Of the first seed from the shape's on whose history has room for what is to happen in it. */
export function fittingLog(shape: RegisterShape): {
  readonly shape: RegisterShape;
  readonly log: RegisterLog;
} {
  for (let seed = shape.seed; seed < shape.seed + 100; seed++) {
    const fitting = { ...shape, seed };
    const log = registerLog(fitting);
    if (log) return { shape: fitting, log };
  }
  throw new RangeError(`${shape.operations} operations have no room for a ${shape.outcome} one`);
}

/** The steps of a client. */
const idle = 0;
const called = 1;
const done = 2;

interface Play {
  readonly shape: RegisterShape;
  readonly draw: Draw;
  readonly log: RegisterLog;
  /** By client: its step, and its last operation. */
  readonly step: Int32Array;
  readonly operation: Int32Array;
  /** By key. */
  readonly held: Int32Array;
  readonly heldSince: Int32Array;
  /** Operations that never return and have yet to take effect. */
  readonly late: number[];
  readonly sabotage: Sabotage;
  written: number;
  revision: number;
  now: number;
  asked: number;
  finished: number;
}

function createPlay(shape: RegisterShape): Play {
  return {
    shape,
    draw: drawFrom(shape.seed),
    log: emptyLog(shape.operations),
    step: new Int32Array(shape.clients),
    operation: new Int32Array(shape.clients),
    held: new Int32Array(shape.keys ?? 1).fill(nil),
    heldSince: new Int32Array(shape.keys ?? 1),
    late: [],
    sabotage: createSabotage(shape),
    written: 0,
    revision: 1,
    now: 0,
    asked: 0,
    finished: 0,
  };
}

function call(play: Play, client: number): void {
  const { log, sabotage } = play;
  if (play.asked === play.shape.operations) return;
  const operation = play.asked++;
  play.step[client] = called;
  play.operation[client] = operation;
  log.call[operation] = play.now++;
  const planned = nextOfPlan(sabotage, client, operation);
  if (!planned) {
    const isUnknown = play.draw(100) < play.shape.unknownPercent;
    log.returned[operation] = isUnknown ? Infinity : 0;
    choose(play, operation, isUnknown);
    if (isProducer(play, operation)) sabotage.producersOpen++;
    return;
  }
  sabotage.plan.push(operation);
  log.key[operation] = sabotagedKey;
  log.kind[operation] = planned === "read u" ? logKinds.read : logKinds.write;
  if (planned === "write u") log.left[operation] = sabotage.reserved ?? ++play.written;
  if (planned === "overwrite u") log.left[operation] = newValue(play, operation, false);
}

/** Half reads; of the rest, where there are swaps, two in five are writes; before that, deletions. */
function choose(play: Play, operation: number, isUnknown: boolean): void {
  const { draw, log, held, shape } = play;
  const key = held.length === 1 ? 0 : draw(held.length);
  log.key[operation] = key;
  const kind = draw(10);
  if (kind < 5) return;
  if (shape.deletes && draw(5) === 0) {
    log.kind[operation] = logKinds.deletion;
    return;
  }
  log.left[operation] = newValue(play, operation, isUnknown);
  log.kind[operation] = logKinds.write;
  if (kind < 7 || shape.kinds === "read-write") return;
  log.kind[operation] = logKinds.swap;
  log.expected[operation] = draw(2) === 0 ? intAt(held, key) : anyValue(play);
}

function anyValue({ draw, shape, written }: Play): number {
  return shape.values === "few" ? draw(fewValues) : 1 + draw(Math.max(1, written));
}

function newValue(play: Play, operation: number, isUnknown: boolean): number {
  const { shape, log, sabotage, draw } = play;
  if (shape.values === "unique") return ++play.written;
  const value = draw(fewValues);
  const isUnanswered = isUnknown && value === sabotage.reserved;
  const isSpared = isUnanswered && sabotage.unanswered === 0;
  if (isUnanswered && !isSpared) sabotage.unanswered -= 1;
  // Another one then, but not always the same.
  return isSpared || isForbidden(sabotage, intAt(log.key, operation), value)
    ? 1 + draw(fewValues - 1)
    : value;
}

function takeEffect(play: Play, client: number): void {
  const { log, draw } = play;
  const operation = intAt(play.operation, client);
  if (log.returned[operation] !== Infinity) {
    if (!mustWait(play, operation)) {
      apply(play, operation);
      play.step[client] = done;
    }
    return;
  }
  // The client gives up on it, and goes on as a new one.
  play.step[client] = idle;
  play.finished++;
  const fate = draw(4);
  if (fate === 0) play.late.push(operation);
  if (fate === 1 && !isFrozen(play.sabotage, intAt(log.key, operation))) apply(play, operation);
}

function mustWait({ sabotage, log }: Play, operation: number): boolean {
  const isOfPlan = sabotage.plan.includes(operation);
  const isRead = log.kind[operation] === logKinds.read;
  return !isOfPlan && !isRead && isFrozen(sabotage, intAt(log.key, operation));
}

function apply(play: Play, operation: number): void {
  const { log, held, heldSince, sabotage } = play;
  const key = intAt(log.key, operation);
  const found = intAt(held, key);
  log.found[operation] = found;
  log.revision[operation] = intAt(heldSince, key);
  const turn = sabotage.plan.indexOf(operation);
  if (turn >= 0) {
    applyPlanned(play, operation, turn);
  } else if (log.kind[operation] === logKinds.write) {
    put(play, operation);
  } else if (log.kind[operation] === logKinds.deletion) {
    if (found !== nil) put(play, operation);
  } else if (log.kind[operation] === logKinds.swap) {
    if (intAt(log.expected, operation) === found) put(play, operation);
    else if (log.returned[operation] !== Infinity) log.kind[operation] = logKinds.refusal;
  }
}

function put(play: Play, operation: number): void {
  const { log, held, heldSince } = play;
  const key = intAt(log.key, operation);
  play.revision += 1;
  held[key] = intAt(log.left, operation);
  heldSince[key] = play.revision;
  log.revision[operation] = play.revision;
}

function applyPlanned(play: Play, operation: number, turn: number): void {
  const { log, sabotage } = play;
  const [first = operation] = sabotage.plan;
  if (sabotage.outcome === "overspent") {
    if (turn % 2 === 0) put(play, operation);
    else log.found[operation] = sabotage.reserved ?? nil;
  } else if (turn === 0) {
    put(play, operation);
    sabotage.stage = "u is there";
  } else if (turn === 1) {
    if (sabotage.outcome === "stale") put(play, operation);
    // It was told of a revision all the same.
    else log.revision[operation] = ++play.revision;
  } else {
    log.found[operation] = intAt(log.left, first);
    log.revision[operation] = intAt(log.revision, first);
  }
}

function giveAnswer(play: Play, client: number): void {
  const { log, sabotage, late, draw } = play;
  const operation = intAt(play.operation, client);
  log.returned[operation] = play.now++;
  play.step[client] = idle;
  play.finished++;
  if (isProducer(play, operation)) sabotage.producersOpen--;
  if (isLastOfPlan(sabotage, operation)) sabotage.stage = "over";
  if (late.length > 0 && draw(50) === 0 && sabotage.stage !== "u is there") takeLateEffect(play);
  if (draw(2) === 0) call(play, client);
}

function takeLateEffect(play: Play): void {
  const [operation] = play.late.splice(play.draw(play.late.length), 1);
  if (operation !== undefined) apply(play, operation);
}

/** A refusal counts as what it was when it was called. */
function isProducer({ log, sabotage }: Play, operation: number): boolean {
  return (
    !sabotage.plan.includes(operation) &&
    log.returned[operation] !== Infinity &&
    log.kind[operation] !== logKinds.read &&
    log.left[operation] === sabotage.reserved &&
    log.key[operation] === sabotagedKey
  );
}
