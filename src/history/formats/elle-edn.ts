import { type Edn, type EdnMap, type EdnScalar, isNil, shownEdn, textOf } from "./edn.js";
import { readEdnMaps } from "./edn-maps.js";
import { eventOfMap, type ForeignEvent } from "./foreign-event.js";
import type { ForeignReader, TakeEvent } from "./foreign-reader.js";
import { LineDamage } from "./line-damage.js";
import { type ForeignCall, type Pairing, pairEvents } from "./pair-events.js";

/** What a process is called that the history does not name. */
export const unnamed = "unnamed";

/**
 * Elle's own maps: {:type :ok, :process 0, :value [[:append :x 1] [:r :y [2]]]}. Where they lack
 * :process or :f, all are of one process, or of one that nobody knows where there are no
 * invocations, and transactions.
 */
export function readElleEdn(takeEvent: TakeEvent): ForeignReader {
  return readEdnMaps("a transaction", (map) => {
    const event = eventOfMap(withDefaults(map));
    if (event) takeEvent(event);
  });
}

function withDefaults(map: EdnMap): EdnMap {
  const { items, line } = map;
  const scalar = (text: string): EdnScalar => ({ is: "scalar", text, line });
  const has = (name: string) =>
    items.some((key, i) => i % 2 === 0 && key.is === "scalar" && key.text === name);
  const missing = [
    ...(has(":process") ? [] : [scalar(":process"), scalar(unnamed)]),
    ...(has(":f") ? [] : [scalar(":f"), scalar(":txn")]),
  ];
  return missing.length === 0 ? map : { ...map, items: [...items, ...missing] };
}

/**
 * As `pairEvents`; but a history that begins with a completion has completions alone. Then a
 * process did one thing after the other, so each was invoked at some time after the one before it
 * had completed: it counts as invoked right then, the first one before all events.
 */
export function pairElleEvents(takeCall: (call: ForeignCall) => void): Pairing {
  let pairing: Pairing | undefined;
  return {
    add(event) {
      pairing ??= event.type === "invoke" ? pairEvents(takeCall) : takeCompletions(takeCall);
      pairing.add(event);
    },
    end() {
      pairing?.end();
    },
  };
}

function takeCompletions(takeCall: (call: ForeignCall) => void): Pairing {
  const lastOf = new Map<string, number>();
  let calls = 0;
  return {
    add(event) {
      if (event.type === "invoke") throw lateInvocation(event);
      const { process } = event;
      const isClient = process === unnamed || /^\d+$/.test(process);
      // A nemesis of another name only ever informs.
      if (!isClient && event.type === "info") return;
      takeCall({
        number: calls,
        invoked: { ...event, type: "invoke" },
        // Between two positions, since no event stands there.
        invokedAt: (lastOf.get(process) ?? -1) + 0.5,
        completed: event,
        completedAt: calls,
      });
      if (process !== unnamed) lastOf.set(process, calls);
      calls += 1;
    },
    end() {
      lastOf.clear();
    },
  };
}

function lateInvocation({ line, process }: ForeignEvent): LineDamage {
  return new LineDamage(
    line,
    `process ${process} invokes something, but the history begins with what was completed: expected an :invoke for all or for none`,
  );
}

/** A transaction on lists, in the shape in which its checker takes it. */
export interface ListTransaction {
  readonly process: string;
  readonly invokedAt: number;
  readonly completedAt?: number;
  readonly outcome: "ok" | "fail" | "info";
  readonly operations: readonly ListOperation[];
}

export type ListOperation =
  | { readonly f: "append"; readonly key: string; readonly element: string }
  | { readonly f: "read"; readonly key: string; readonly elements?: readonly string[] };

/**
 * What a call did as a transaction of [:append key element] and [:r key list]. A completion that is
 * ok tells what was read; of others what was asked for is known alone. Throws LineDamage.
 */
export function listTransaction(
  { invoked, invokedAt, completed, completedAt }: ForeignCall,
  keep: (text: string) => string,
): ListTransaction {
  if (invoked.f !== "txn") {
    throw new LineDamage(
      invoked.line,
      `the model knows transactions (:f :txn), but the history has a ${invoked.f}: is it another --model's?`,
    );
  }
  const { process } = invoked;
  const type = completed?.type ?? "info";
  if (type !== "ok" || !completed || completedAt === undefined) {
    const operations = operationsOf(invoked, keep).map(withoutAnswer);
    return { process, invokedAt, outcome: type === "fail" ? "fail" : "info", operations };
  }
  // First what was asked for, so that what makes no sense is told where it first stands.
  const isTold = invoked.value && !isNil(invoked.value);
  const asked = isTold ? operationsOf(invoked, keep) : undefined;
  const operations = operationsOf(completed, keep);
  if (asked && !isSame(asked, operations)) throw otherOperations(invoked, completed);
  return { process, invokedAt, completedAt, outcome: "ok", operations };
}

function withoutAnswer(operation: ListOperation): ListOperation {
  return operation.f === "append" ? operation : { f: "read", key: operation.key };
}

function operationsOf(
  { value, line }: ForeignEvent,
  keep: (text: string) => string,
): ListOperation[] {
  if (value?.is === "vector" || value?.is === "list") {
    return value.items.map((item) => operationOf(item, keep));
  }
  const found = value ? shownEdn(value) : "none";
  throw new LineDamage(
    line,
    `expected a transaction's operations as its :value, such as [[:append :x 1] [:r :y nil]], got ${found}`,
  );
}

/** A read of nil found an empty list, as long as it found anything. */
function operationOf(form: Edn, keep: (text: string) => string): ListOperation {
  const [f, key, value] = form.is === "vector" || form.is === "list" ? form.items : [];
  const name = f?.is === "scalar" ? f.text : undefined;
  if (key && value && name === ":append") {
    return { f: "append", key: keep(textOf(key)), element: keep(textOf(value)) };
  }
  if (key && value && name === ":r") {
    return { f: "read", key: keep(textOf(key)), elements: listOf(value, keep) };
  }
  throw new LineDamage(
    form.line,
    `expected [:append key element] or [:r key list], got ${shownEdn(form)}`,
  );
}

function listOf(value: Edn, keep: (text: string) => string): readonly string[] {
  if (isNil(value)) return [];
  if (value.is === "vector" || value.is === "list") {
    return value.items.map((element) => keep(textOf(element)));
  }
  throw new LineDamage(
    value.line,
    `expected the list that was read, such as [1 2], got ${shownEdn(value)}`,
  );
}

function isSame(asked: readonly ListOperation[], told: readonly ListOperation[]): boolean {
  return (
    asked.length === told.length && asked.every((one, i) => askedFor(one) === askedFor(told[i]))
  );
}

function otherOperations(invoked: ForeignEvent, completed: ForeignEvent): LineDamage {
  return new LineDamage(
    completed.line,
    `the transaction of line ${invoked.line} asked for other operations than its completion tells of`,
  );
}

function askedFor(operation: ListOperation | undefined): string {
  if (!operation) return "";
  const { f, key } = operation;
  return JSON.stringify(f === "append" ? [f, key, operation.element] : [f, key]);
}
