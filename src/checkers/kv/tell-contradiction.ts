import type { CheckContext, Finding } from "../../core/checker.js";
import { describeAnswer, describeRequest, describeStore } from "../../models/etcd/describe.js";
import { changesKeys, etcdModel, looksOnly } from "../../models/etcd/model.js";
import type { EtcdState } from "../../models/etcd/state.js";
import { illegal } from "../../porcupine-ts/model.js";
import { capital, byClock, who } from "../words.js";
import type { Found, Placed, Question } from "./order-search.js";
import type { Entry } from "./timeline.js";

export interface Telling {
  readonly left: () => CheckContext;
  readonly findOrder: (question: Question, context: CheckContext) => Promise<Found>;
}

/** So many operations are named at most: those that were answered last. */
const mostNamed = 12;
const mostSteps = 20;
const longestText = 300;
/** So many reads at most are tried to be left out. */
const mostTried = 60;

/**
 * A question that has no answer, in words: the first answer that no order accounts for, whatever
 * other reads it cannot be reconciled with, and the last writes before it. What writes is never left
 * out of the question, since every answer after it would be impossible without it.
 */
export async function tellContradiction(
  question: Question,
  { left, findOrder }: Telling,
): Promise<Finding> {
  // What was answered later is open now: so it may have made a revision that it is known to have.
  const open = { ...question, mayMake: () => true, mayMatter: () => true };
  const isImpossible = async (entries: readonly Entry[]) =>
    (await findOrder({ ...open, entries }, left())).validity === "invalid";

  const ends = question.entries.filter(({ end }) => end < Infinity).map(({ end }) => end);
  ends.sort((a, b) => a - b);
  const until = (rank: number) => beginningUpTo(question.entries, ends[rank] ?? Infinity);
  // If what came up to an answer has no order, nor has what came up to a later one.
  let [possible, impossible] = [-1, ends.length - 1];
  while (impossible - possible > 1) {
    const middle = (possible + impossible) >> 1;
    if (await isImpossible(until(middle))) impossible = middle;
    else possible = middle;
  }
  const beginning = until(impossible);
  const culprit = beginning.find(({ end }) => end === ends[impossible]);
  if (!culprit) return { message: "the operations have no order", operations: [] };

  let kept = beginning;
  const reads = beginning
    .filter((entry) => entry !== culprit && onlyLooked(entry))
    .slice(-mostTried);
  for (const read of reads) {
    const rest = kept.filter((entry) => entry !== read);
    if (await isImpossible(rest)) kept = rest;
  }
  const before = kept.filter((entry) => entry !== culprit && entry.end < Infinity);
  const prefix = await findOrder({ ...open, entries: until(possible) }, left());
  const order = prefix.validity === "valid" ? prefix.order : [];
  return inWords({ question, culprit, before, order });
}

/** What was answered later may or may not have happened yet; what was called later had not. */
function beginningUpTo(entries: readonly Entry[], end: number): Entry[] {
  return entries
    .filter(({ call }) => call <= end)
    .map((entry) => (entry.end <= end ? entry : { ...entry, end: Infinity, answer: undefined }));
}

function onlyLooked({ operation, answer }: Entry): boolean {
  return answer !== undefined && looksOnly(operation.input, answer);
}

interface Told {
  readonly question: Question;
  readonly culprit: Entry;
  readonly before: readonly Entry[];
  /** Of all that was answered before the culprit. */
  readonly order: readonly Placed[];
}

function inWords({ question, culprit, before, order }: Told): Finding {
  const states = [question.initial, ...order.map((placed) => placed.state)];
  const place = placeFor(culprit, states);
  const reason = reasonAt({ question, culprit, order }, place);
  const named = before.toSorted((a, b) => a.end - b.end).slice(-(mostNamed - 1));
  const steps = order.slice(-mostSteps);
  const shown = [...named, culprit];
  return {
    message: `${act(culprit)}, which no order of the operations allows; ${brief(reason)}`,
    operations: shown.map(({ operation }) => operation.index),
    explanation: [
      ...shown.map((entry) => `${capital(act(entry))}: ${times(entry)}.`),
      "No order of all operations up to the last of these answers agrees with their times and gives every answer.",
    ],
    counterexample: {
      subject: "the store",
      operations: shown.map(nameOf),
      ...(before.length > named.length && { operationsLeftOut: before.length - named.length }),
      linearizablePrefix: steps.map(({ entry, state: after }) => ({
        ...nameOf(entry),
        state: brief(describeStore(after)),
      })),
      ...(order.length > steps.length && { stepsLeftOut: order.length - steps.length }),
      stuck: [{ index: culprit.operation.index, reason: brief(reason) }],
    },
  };
}

function nameOf(entry: Entry) {
  return { index: entry.operation.index, description: brief(act(entry)) };
}

/** Of the last state in which the culprit's revision could have been right, else of the last one. */
function placeFor({ operation, answer }: Entry, states: readonly EtcdState[]): number {
  const last = states.length - 1;
  if (answer === undefined || !("revision" in answer)) return last;
  const wanted = answer.revision - (changesKeys(operation.input, answer) ? 1 : 0);
  const place = states.findLastIndex(({ now }) => now.revision === wanted);
  return place === -1 ? last : place;
}

/** An answer that was right once is too old; any other is told what it should have been. */
function reasonAt({ question, culprit, order }: Omit<Told, "before">, place: number): string {
  const state = place === 0 ? question.initial : (order[place - 1]?.state ?? question.initial);
  const model = etcdModel({ initial: state });
  const { input } = culprit.operation;
  const wasRight = model.step(state, input, culprit.answer) !== illegal;
  const since = order.slice(place).find(({ entry }) => entry.end < culprit.call)?.entry;
  if (wasRight && since) {
    return `that was so until ${act(since)}, which had been answered before it asked`;
  }
  const reason = model.explain?.(state, input, culprit.answer) ?? "";
  return `in the order that came farthest, ${reason}`;
}

/** "process 3 on n2 put a = 5 -> done at revision 7". */
function act({ operation, answer }: Entry): string {
  const { input } = operation;
  return `${who(operation)} asked to ${describeRequest(input)} and was told ${brief(describeAnswer(input, answer))}`;
}

function times({ operation, end }: Entry): string {
  const answered = operation.outcome.type === "ok" ? byClock.answeredAt(operation) : undefined;
  const asked = `it asked at ${byClock.askedAt(operation)}`;
  if (answered !== undefined) return `${asked} and was answered at ${answered}`;
  return end < Infinity
    ? `${asked} and was never answered, but seen to have happened`
    : `${asked} and was never answered`;
}

function brief(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}
