import type { Operation } from "./model.js";

/** The call or the return of the operation `id`. Ids are used once. */
export type Event<Input, Output> =
  | { readonly kind: "call"; readonly id: string | number; readonly input: Input }
  | { readonly kind: "return"; readonly id: string | number; readonly output?: Output | undefined };

/** Operations in the order of their calls, with event positions as times. */
export function operationsOf<Input, Output>(
  events: readonly Event<Input, Output>[],
): Operation<Input, Output>[] {
  const operations = new Map<string | number, Operation<Input, Output>>();
  for (const [time, event] of events.entries()) {
    const known = operations.get(event.id);
    if (event.kind === "call") {
      if (known) throw new RangeError(`event ${time} calls operation ${event.id} a second time`);
      operations.set(event.id, { input: event.input, call: time });
    } else {
      if (!known) throw new RangeError(`event ${time} returns operation ${event.id}, never called`);
      if (known.return !== undefined) {
        throw new RangeError(`event ${time} returns operation ${event.id} a second time`);
      }
      operations.set(event.id, { ...known, output: event.output, return: time });
    }
  }
  return [...operations.values()];
}
