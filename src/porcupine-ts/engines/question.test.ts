import { describe, expect, it } from "vitest";
import { decideByTrying } from "../../testing/decide-numbers.js";
import { randomHistory } from "../../testing/fuzz/random-history.js";
import type { Subject } from "../../testing/fuzz/subject.js";
import {
  casRegister,
  kv,
  mutex,
  queue,
  register,
  set,
  versionedRegister,
} from "../../testing/fuzz/subjects.js";
import { drawFrom } from "../../testing/register-histories.js";
import { record } from "../parts/recorded.js";
import { splitByPart } from "../parts/split.js";
import { decideQuickly, startSearch } from "./engines.js";
import { prepareQuestions, type Question } from "./question.js";

function outcomeOf<State>(question: Question<State>): { engine: string; outcome: string } {
  const quick = decideQuickly(question);
  if (quick) return { engine: quick.engine, outcome: quick.end.outcome };
  const { engine, search } = startSearch(question, { onlyGeneral: false });
  return { engine, outcome: search.run(1_000_000) === "found" ? "valid" : "invalid" };
}

/**
 * Asks about random choices of operations up to random ends: operations that had not returned by
 * then have an answer all the same, which only some engines can make use of.
 */
async function agreements<State, Input, Output>(subject: Subject<State, Input, Output>) {
  const { model } = subject;
  const counts: Record<string, number> = {};
  for (let seed = 0; seed < 2_500; seed++) {
    const draw = drawFrom(seed);
    const recorded = record(model, randomHistory(subject, draw, 7));
    const parts = splitByPart(recorded);
    const questions = prepareQuestions(model, recorded, parts);
    for (const [its, part] of parts.entries()) {
      const whole = questions.about(part, its);
      const { count } = part.timeline;
      const numbers = Int32Array.from(Array(count).keys()).filter(() => draw(6) > 0);
      const end = draw(2 * count + 2);
      const { engine, outcome } = outcomeOf(questions.aboutSome(whole, numbers, end));
      const expected = await decideByTrying(model, recorded, part)(numbers, end);
      expect({ seed, its, engine, outcome }).toEqual({
        ...{ seed, its, engine },
        outcome: expected?.outcome,
      });
      counts[`${engine} ${outcome}`] = (counts[`${engine} ${outcome}`] ?? 0) + 1;
    }
  }
  return counts;
}

describe("about some operations, up to some end, it is decided as trying all orders does", () => {
  it("for registers", async () => {
    const counts = await agreements(register);
    expect(Math.min(counts["zones valid"] ?? 0, counts["zones invalid"] ?? 0)).toBeGreaterThan(100);
  });

  it("for registers whose refusals name no value", async () => {
    const counts = await agreements(casRegister);
    expect(Math.min(counts["zones valid"] ?? 0, counts["zones invalid"] ?? 0)).toBeGreaterThan(100);
  });

  it("for texts", async () => {
    const counts = await agreements(kv);
    expect(counts["general-search valid"]).toBeGreaterThan(100);
    expect(counts["general-search invalid"]).toBeGreaterThan(100);
  });

  it("for locks", async () => {
    const counts = await agreements(mutex);
    expect(Math.min(counts["mutex valid"] ?? 0, counts["mutex invalid"] ?? 0)).toBeGreaterThan(100);
  });

  it("for sets", async () => {
    const counts = await agreements(set);
    expect(Math.min(counts["set valid"] ?? 0, counts["set invalid"] ?? 0)).toBeGreaterThan(100);
  });

  it("for queues", async () => {
    const counts = await agreements(queue);
    expect(counts["fifo-queue valid"]).toBeGreaterThan(100);
    expect(counts["fifo-queue invalid"]).toBeGreaterThan(100);
  });

  it("for registers with revisions", async () => {
    const counts = await agreements(versionedRegister);
    expect(Math.min(counts["sweep valid"] ?? 0, counts["sweep invalid"] ?? 0)).toBeGreaterThan(100);
  });
});
