import { createGeneralSearch } from "../engines/general-search/general-search.js";
import { generalPart } from "../engines/general-search/general-part.js";
import { createTransitions } from "../engines/general-search/transitions.js";
import { createRegisterSearch } from "../engines/register-search/register-search.js";
import type { StartedSearch } from "../engines/engines.js";
import type { Question, RemoteQuestion } from "../engines/question.js";
import type { SearchCost, SearchEnd } from "../engines/search-end.js";
import type { Model, ModelOrigin } from "../model.js";
import type { RegisterPart } from "../parts/register-part.js";
import type { Timeline } from "../parts/timeline.js";

/** A search as it is sent to another thread: data alone. */
export type SearchTask =
  | { readonly kind: "register"; readonly part: RegisterPart }
  | ({ readonly kind: "general" } & RemoteQuestion);

/** What a thread is started with. */
export interface WorkerData {
  readonly deadlineMs: number | undefined;
  readonly memoryMb: number;
  readonly tasks: readonly { readonly id: number; readonly task: SearchTask }[];
}

/** What it says. */
export type WorkerMessage =
  | {
      readonly type: "ended";
      readonly id: number;
      readonly end: SearchEnd;
      readonly cost: SearchCost;
    }
  | { readonly type: "progress"; readonly visited: number };

/** Undefined where the question cannot be sent. */
export function taskFor<State>(
  question: Question<State>,
  { onlyGeneral }: { readonly onlyGeneral: boolean },
): SearchTask | undefined {
  const { register } = question;
  if (register && !onlyGeneral) return { kind: "register", part: ofItsOwn(register) };
  const remote = question.remote();
  return remote && { kind: "general", ...remote, timeline: ofItsOwn(remote.timeline) };
}

/** Parts are cut from the columns of the whole history, which would all be sent along. */
function ofItsOwn<Columns extends Timeline>(part: Columns): Columns {
  return Object.fromEntries(
    Object.entries(part).map(([name, column]: [string, unknown]) => [
      name,
      column instanceof Int32Array || column instanceof Uint8Array ? column.slice() : column,
    ]),
    // The same names with columns of the same kinds.
  ) as unknown as Columns;
}

/** Begins the search in the thread that it was sent to. Rejects where the model is not to be had. */
export async function beginTask(task: SearchTask): Promise<() => StartedSearch> {
  if (task.kind === "register") {
    return () => ({ engine: "register-search", search: createRegisterSearch(task.part) });
  }
  const { timeline, inputs, outputs } = task;
  const model = await importModel(task.origin);
  return () => {
    const transitions = createTransitions(model, { inputs, outputs });
    const indexes = Int32Array.from(inputs.keys());
    const part = generalPart(model, { inputs, outputs }, { timeline, indexes, transitions });
    return { engine: "general-search", search: createGeneralSearch(part) };
  };
}

async function importModel({
  module,
  name,
}: ModelOrigin): Promise<Model<unknown, unknown, unknown>> {
  const exported = (await import(module)) as Readonly<Record<string, unknown>>;
  const model = exported[name];
  if (isModel(model)) return model;
  throw new TypeError(`the model's origin must name one, but ${module} exports no model ${name}`);
}

function isModel(value: unknown): value is Model<unknown, unknown, unknown> {
  return typeof value === "object" && value !== null && "init" in value && "step" in value;
}
