import type { SetInput, SetOutput } from "../../models/set.js";
import type { Operation } from "../../porcupine-ts/model.js";
import { drawFrom } from "../register-histories.js";

export interface SetShape {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  /** So many in a hundred read the whole set; the others add, each another element. */
  readonly readPercent: number;
  /** So many in a hundred never return. Half of them take effect. */
  readonly unknownPercent: number;
  /** "lost": the last read does not find an element that was acknowledged long before. */
  readonly outcome: "valid" | "lost";
}

type SetOperation = Operation<SetInput, SetOutput>;

/** Plays clients against a set, for setModel: in each turn one calls, takes effect, or returns. */
export function setLog(shape: SetShape): SetOperation[] {
  const draw = drawFrom(shape.seed);
  const held: string[] = [];
  const requests: (Request | undefined)[] = Array.from({ length: shape.clients }, () => undefined);
  const operations: SetOperation[] = [];
  let now = 0;
  let asked = 0;
  while (operations.length < shape.operations) {
    const client = draw(shape.clients);
    const request = requests[client];
    if (!request) {
      if (asked === shape.operations) continue;
      const isUnknown = draw(100) < shape.unknownPercent;
      const input: SetInput =
        draw(100) < shape.readPercent
          ? { f: "read", key: "" }
          : { f: "add", key: "", element: String(asked) };
      asked += 1;
      requests[client] = { input, call: now++, isUnknown, output: undefined };
    } else if (!request.output) {
      request.output = answerOf(held, request.input);
      const takesEffect = !request.isUnknown || draw(2) === 0;
      if (request.input.f === "add" && takesEffect) held.push(request.input.element);
      if (!request.isUnknown) continue;
      operations.push({ input: request.input, call: request.call });
      requests[client] = undefined;
    } else {
      const { input, output, call } = request;
      operations.push({ input, output, call, return: now++ });
      requests[client] = undefined;
    }
  }
  const [first] = operations.filter(({ input, output }) => input.f === "add" && output);
  const elements =
    shape.outcome === "lost" ? held.filter((each) => each !== elementOf(first)) : held;
  // Nobody is under way any more: it has to find all that was acknowledged.
  operations.push({
    input: { f: "read", key: "" },
    output: { elements },
    call: now++,
    return: now,
  });
  return operations.sort((a, b) => a.call - b.call);
}

interface Request {
  readonly input: SetInput;
  readonly call: number;
  readonly isUnknown: boolean;
  output: SetOutput | undefined;
}

function answerOf(held: readonly string[], input: SetInput): SetOutput {
  return input.f === "read" ? { elements: [...held] } : { done: true };
}

function elementOf(operation: SetOperation | undefined): string | undefined {
  return operation?.input.f === "add" ? operation.input.element : undefined;
}
