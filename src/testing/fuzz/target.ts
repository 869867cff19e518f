import { judge } from "../judge.js";
import { drawFrom } from "../register-histories.js";
import { asTestCase } from "./as-test-case.js";
import { type Complaint, type Examination, examine, type Judge } from "./examine.js";
import { hasOrderQuickly } from "./quick-oracle.js";
import { longHistory, randomHistory } from "./random-history.js";
import { isBroken, relations } from "./relations.js";
import { shrink } from "./shrink.js";
import type { HistoryOf, Subject } from "./subject.js";

/** A subject whose types nobody needs any more. */
export interface Target {
  readonly name: string;
  /** Makes the history that `seed` says and looks at it from all sides. */
  probe(seed: number, size: "short" | "long"): Promise<Probe>;
}

export interface Probe extends Examination {
  /** With a complaint: a test to paste. */
  readonly testCase?: string;
}

/** Beyond so many operations trying all orders takes too long. */
const mostForOracle = 9;
/** So that a search which explodes ends, the same way on every machine that is not very slow. */
const limits = { deadlineMs: 10_000, memoryMb: 4 };

export function target<State, Input, Output>(
  subject: Subject<State, Input, Output>,
  judgeBy: Judge = judge,
): Target {
  const { name, model } = subject;
  type Its = HistoryOf<Input, Output>;

  async function examineLong(history: Its, seed: number): Promise<Examination> {
    const before = await examine(model, history, { judge: judgeBy, hasOracle: false, limits });
    if (before.complaint || before.validity === "unknown") return before;
    const draw = drawFrom(seed);
    const relation = relations[draw(relations.length)];
    if (!relation) return before;
    const changed = relation.change(history, draw, model);
    const after = await judgeBy(model, changed, limits);
    if (!isBroken(relation, before.validity, after.validity)) return before;
    const message = `${relation.name} turned ${before.validity} into ${after.validity}`;
    return { ...before, complaint: { kind: relation.name, message } };
  }

  return {
    name,
    async probe(seed, size) {
      const draw = drawFrom(seed);
      const isShort = size === "short";
      const history = isShort
        ? randomHistory(subject, draw, mostForOracle)
        : longHistory(subject, draw);
      const look = (each: Its) =>
        isShort
          ? examine(model, each, { judge: judgeBy, hasOracle: true })
          : examineLong(each, seed);
      const found = await look(history);
      if (!found.complaint) return found;
      const { kind } = found.complaint;
      const simplest = await shrink(
        history,
        async (each) => (await look(each)).complaint?.kind === kind,
      );
      const complaint: Complaint = {
        ...((await look(simplest)).complaint ?? found.complaint),
        ...(simplest.length <= mostForOracle && {
          expected: hasOrderQuickly(model, simplest) ? "valid" : "invalid",
        }),
      };
      return { ...found, complaint, testCase: asTestCase(name, complaint, simplest) };
    },
  };
}
