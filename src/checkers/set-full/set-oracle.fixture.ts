import { type SetInput, setModel, type SetOutput } from "../../models/set.js";
import type { Operation as Recorded } from "../../porcupine-ts/model.js";
import { hasOrder } from "../../testing/linearizability-oracle.js";
import {
  mayHaveHappened,
  type SetElement,
  type SetOperation,
  type SetRecord,
  file,
} from "./set-operation.js";

/**
 * The elements of a key for which no order of the operations explains what each answer says of them,
 * by trying all orders of what concerns the element.
 */
export function elementsWithoutOrder(operations: readonly SetOperation[]): SetElement[] {
  const sets = new Map<string, SetRecord>();
  for (const operation of operations) file(sets, operation);
  return [...sets.values()].flatMap(({ attempts, sightings }) => {
    const found = sightings.flatMap(({ elements }) => elements);
    return [...new Set([...attempts.keys(), ...found])].filter((element) => {
      const adds = (attempts.get(element) ?? []).filter(mayHaveHappened).map(addOf);
      const reads = sightings.map(({ operation, endedAt, elements }) => ({
        input: { f: "read" as const, key: "" },
        output: { elements: elements.filter((other) => other === element).map(String) },
        call: operation.index,
        return: endedAt,
      }));
      return !hasOrder(setModel, [...adds, ...reads]);
    });
  });
}

/** Any element will do: the others have been left out. */
function addOf({
  input,
  outcome,
  index,
  completedIndex,
}: SetOperation): Recorded<SetInput, SetOutput> {
  if (input.f !== "add") throw new Error(`operation ${index} is no add`);
  const add = {
    input: { f: "add" as const, key: "", element: String(input.element) },
    call: index,
  };
  if (outcome.type !== "ok" || completedIndex === undefined) return add;
  return { ...add, output: { done: true }, return: completedIndex };
}

/**
 * Whether the operations that a finding names contradict each other. Of the others only this counts:
 * adds that are not known to have come to nothing may have put their elements there.
 */
export function contradictEachOther(
  operations: readonly SetOperation[],
  named: readonly number[],
): boolean {
  const isNamed = ({ index }: SetOperation) => named.includes(index);
  const keys = new Set(operations.filter(isNamed).map(({ input }) => input.key));
  const others = operations
    .filter((operation) => !isNamed(operation) && keys.has(operation.input.key))
    .filter((operation) => operation.input.f === "add" && mayHaveHappened(operation))
    .map((add): SetOperation => ({ ...add, outcome: { type: "info" } }));
  const all = [...operations.filter(isNamed), ...others].sort((a, b) => a.index - b.index);
  return elementsWithoutOrder(all).length > 0;
}
