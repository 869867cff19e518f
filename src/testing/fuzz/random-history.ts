import { illegal, type Operation } from "../../porcupine-ts/model.js";
import type { Draw } from "../register-histories.js";
import { type HistoryOf, randomDomain, type Subject } from "./subject.js";

/**
 * A history of up to `most` operations. A third has answers out of thin air, a third was played by a
 * right system and is valid, a third was played and then spoiled. Few moments: equal times are the
 * rule. Empty ones, single operations and such where everything is under way at once all occur.
 */
export function randomHistory<State, Input, Output>(
  subject: Subject<State, Input, Output>,
  draw: Draw,
  most: number,
): HistoryOf<Input, Output> {
  const kind = draw(3);
  if (kind === 0) return fromThinAir(subject, draw, most);
  const clients = 1 + draw(most);
  const played = playedHistory(subject, draw, { operations: draw(most + 1), clients, values: 3 });
  return kind === 1 ? played : spoiled(subject, draw, played);
}

/** A longer one, played, and spoiled more often than not. */
export function longHistory<State, Input, Output>(
  subject: Subject<State, Input, Output>,
  draw: Draw,
): HistoryOf<Input, Output> {
  const shape = { operations: 20 + draw(181), clients: 1 + draw(8), values: 6 };
  const played = playedHistory(subject, draw, shape);
  return draw(3) === 0 ? played : spoiled(subject, draw, played);
}

function fromThinAir<State, Input, Output>(
  subject: Subject<State, Input, Output>,
  draw: Draw,
  most: number,
): Operation<Input, Output>[] {
  const domain = randomDomain(draw, 3);
  const moments = 1 + draw(3 * most);
  const unknownPercent = 20 * draw(3);
  return Array.from({ length: draw(most + 1) }, () => {
    const input = subject.input(draw, domain);
    const call = draw(moments);
    if (draw(100) < unknownPercent) return { input, call };
    const output = subject.output(draw, domain, input);
    return { input, output, call, return: call + draw(1 + draw(moments)) };
  });
}

/** Clients take turns; each operation takes effect at a moment between its call and its return. */
function playedHistory<State, Input, Output>(
  subject: Subject<State, Input, Output>,
  draw: Draw,
  shape: { readonly operations: number; readonly clients: number; readonly values: number },
): Operation<Input, Output>[] {
  const { model } = subject;
  const domain = randomDomain(draw, shape.values);
  const unknownPercent = [0, 0, 2, 10, 30][draw(5)] ?? 0;
  const states = new Map<string, State>();
  const operations: Operation<Input, Output>[] = [];
  for (const plan of plansOf(draw, shape)) {
    const input = subject.input(draw, domain);
    const name = model.partition?.(input) ?? "";
    const state = states.get(name) ?? model.init();
    const output = subject.answer(state, input, draw);
    if (output === undefined) continue;
    const isUnknown = draw(100) < unknownPercent;
    if (!isUnknown || draw(2) === 0) {
      const after = model.step(state, input, output);
      if (after === illegal) throw new Error(`a right ${subject.name} gave a wrong answer`);
      states.set(name, after);
    }
    const { call, returned } = plan;
    operations.push(isUnknown ? { input, call } : { input, output, call, return: returned });
  }
  return operations.sort((a, b) => a.call - b.call);
}

interface Plan {
  readonly call: number;
  readonly returned: number;
  readonly effectAt: number;
}

function plansOf(
  draw: Draw,
  { operations, clients }: { readonly operations: number; readonly clients: number },
): Plan[] {
  const longest = 1 + draw(20);
  const pause = 1 + draw(4);
  const freeAt = Array.from({ length: clients }, () => draw(longest));
  const plans = Array.from({ length: operations }, () => {
    const client = freeAt.indexOf(Math.min(...freeAt));
    const call = freeAt[client] ?? 0;
    const length = draw(longest);
    // One that touches the next is concurrent with it, which is allowed too.
    freeAt[client] = call + length + draw(pause);
    return { call, returned: call + length, effectAt: call + (length * draw(1000)) / 1000 };
  });
  return plans.sort((a, b) => a.effectAt - b.effectAt);
}

/** With an answer or two changed, or an operation moved in time: it may be valid all the same. */
function spoiled<State, Input, Output>(
  subject: Subject<State, Input, Output>,
  draw: Draw,
  history: HistoryOf<Input, Output>,
): Operation<Input, Output>[] {
  const domain = randomDomain(draw, 3);
  const changed = [...history];
  for (let left = 1 + draw(2); left > 0; left--) {
    const index = draw(changed.length);
    const operation = changed[index];
    if (operation?.return === undefined) continue;
    if (draw(3) === 0) {
      const shift = draw(21) - 10;
      const { call } = operation;
      changed[index] = { ...operation, call: call + shift, return: operation.return + shift };
    } else {
      const output = subject.output(draw, domain, operation.input);
      changed[index] = { ...operation, output };
    }
  }
  return changed;
}
