import type { Input, Operation } from "../../core/operation.js";
import { info, ok } from "../../testing/histories.js";
import type { Draw } from "../../testing/register-histories.js";
import type { KeyLook, KeyWrite, Told } from "./account.js";

interface PlainInput extends Input {
  readonly writes: readonly KeyWrite[];
}
type PlainOperation = Operation<PlainInput, Told>;

interface Kept {
  readonly value: number;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
}
type State = ReadonlyMap<string, Kept>;

const keys = ["a", "b", "c"];

/**
 * What clients of a right store might have seen: transactions of puts and deletions, which say what
 * was there before, reads of several keys, some of an older state as members may give it, and answers
 * that were lost. Each operation takes effect at a moment between its call and its answer. With
 * `isSpoilt` one answer that looks is changed.
 */
export function storyOf(
  draw: Draw,
  { isSpoilt = false }: { readonly isSpoilt?: boolean } = {},
): PlainOperation[] {
  const states: State[] = [new Map(), new Map()];
  const moments = momentsOf(draw, 12 + draw(30));
  let value = 0;
  const story = moments.map(({ process, span, isLost }): PlainOperation => {
    const revision = states.length - 1;
    const kind = draw(10);
    if (kind < 5) {
      // An older one only where it may be: nobody asks for the newest.
      const at = draw(4) === 0 ? Math.max(1, revision - draw(3)) : revision;
      const looks = keys.filter(() => draw(3) > 0).map((key) => look(states[at], key));
      return ok(process, span, { f: "any", writes: [] }, { wrote: false, looks }, { revision: at });
    }
    const wanted = keys.filter(() => draw(2) === 0);
    const writes = wanted.map((key) => ({ key, value: draw(5) === 0 ? null : ++value }));
    const before = states[revision];
    const changes = writes.filter(({ key, value: put }) => put !== null || before?.has(key));
    const input = { f: "any", writes: isLost ? writes : changes };
    const happens = !isLost || draw(2) === 0;
    if (happens && changes.length > 0) states.push(after(before, changes, revision + 1));
    if (isLost) return info(process, span, input);
    const looks = writes.map(({ key }): KeyLook => ({
      ...look(before, key),
      ...(changes.length > 0 && { isBefore: true }),
    }));
    const wrote = changes.length > 0;
    return ok(process, span, input, { wrote, looks }, { revision: states.length - 1 });
  });
  return isSpoilt ? withOneSpoilt(draw, story) : story;
}

function look(state: State | undefined, key: string): KeyLook {
  const kept = state?.get(key);
  return kept
    ? { key, ...kept }
    : { ...{ key, value: null, modRevision: 0 }, ...{ createRevision: 0, version: 0 } };
}

function after(state: State | undefined, changes: readonly KeyWrite[], revision: number): State {
  const next = new Map(state);
  for (const { key, value } of changes) {
    const { createRevision = revision, version = 0 } = state?.get(key) ?? {};
    if (typeof value === "number") {
      next.set(key, { value, createRevision, modRevision: revision, version: version + 1 });
    } else next.delete(key);
  }
  return next;
}

/** In the order of the moments at which they take effect. */
function momentsOf(draw: Draw, count: number) {
  const places = Array.from({ length: count }, (_, i) => {
    const effectAt = 10 * i;
    return { i, calledAt: effectAt - draw(25), returnedAt: effectAt + draw(25) };
  });
  const events = places
    .flatMap(({ i, calledAt, returnedAt }) => [
      { i, at: calledAt, isCall: true },
      { i, at: returnedAt, isCall: false },
    ])
    .sort((a, b) => a.at - b.at || Number(b.isCall) - Number(a.isCall));
  const place = (i: number, isCall: boolean) =>
    events.findIndex((event) => event.i === i && event.isCall === isCall);
  return places.map(({ i }) => ({
    process: i,
    span: `${place(i, true)}..${place(i, false)}`,
    isLost: draw(6) === 0,
  }));
}

function withOneSpoilt(draw: Draw, story: readonly PlainOperation[]): PlainOperation[] {
  const looking = story.flatMap(({ outcome }, place) =>
    outcome.type === "ok" && outcome.output.looks.some(({ modRevision = 0 }) => modRevision > 0)
      ? [place]
      : [],
  );
  const chosen = looking[draw(Math.max(1, looking.length))];
  return story.map((operation, place) => {
    const { outcome } = operation;
    if (place !== chosen || outcome.type !== "ok") return operation;
    const looks = outcome.output.looks.map((each) => spoilt(draw, each));
    return { ...operation, outcome: { ...outcome, output: { ...outcome.output, looks } } };
  });
}

function spoilt(draw: Draw, each: KeyLook): KeyLook {
  const { modRevision = 0, version = 0, createRevision = 0 } = each;
  if (modRevision === 0) return each;
  switch (draw(4)) {
    case 0:
      return { ...each, value: 1_000 + draw(10) };
    case 1:
      return { ...each, modRevision: modRevision + 1 };
    case 2:
      return { ...each, version: version + 1 };
    default:
      return { ...each, createRevision: createRevision + 1 };
  }
}
