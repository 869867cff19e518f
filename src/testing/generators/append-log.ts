import type { KvInput } from "../../models/kv.js";
import type { Operation } from "../../porcupine-ts/model.js";
import { type Draw, drawFrom } from "../register-histories.js";

export interface AppendShape {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  /** "lost": an append in the middle that was acknowledged is seen by nobody. */
  readonly outcome: "valid" | "lost";
}

/**
 * Appends and gets of texts, half of each, as clients of a key-value store made them: for kvModel.
 * Each appended text is another, so that a get without one that was acknowledged before proves the
 * history invalid; after a lost append its client looks at once.
 */
export function appendLog(shape: AppendShape): Operation<KvInput, string>[] {
  const draw = drawFrom(shape.seed);
  const held = Array.from({ length: shape.keys }, () => "");
  const clients = Array.from({ length: shape.clients }, (_, number): Client => ({
    number,
    appended: 0,
    request: undefined,
  }));
  const operations: Operation<KvInput, string>[] = [];
  const lossAt = shape.outcome === "lost" ? Math.floor(shape.operations / 2) : Infinity;
  let lost: Request | undefined;
  let now = 0;
  let asked = 0;
  while (operations.length < shape.operations) {
    const client = clients[draw(clients.length)];
    if (!client) continue;
    const { request } = client;
    if (!request) {
      if (asked === shape.operations) continue;
      asked += 1;
      client.request = ask(client, lost, draw, shape.keys, now++);
    } else if (request.found === undefined) {
      request.found = held[request.key] ?? "";
      if (!lost && asked > lossAt && request.text !== undefined) lost = request;
      else held[request.key] = request.found + (request.text ?? "");
    } else {
      operations.push(recorded(request, request.found, now++));
      client.request = undefined;
    }
  }
  return operations.sort((a, b) => a.call - b.call);
}

interface Client {
  readonly number: number;
  appended: number;
  request: Request | undefined;
}

interface Request {
  readonly client: number;
  readonly key: number;
  /** Undefined: a get. */
  readonly text: string | undefined;
  readonly call: number;
  /** Undefined until it has taken effect. */
  found: string | undefined;
}

function ask(
  client: Client,
  lost: Request | undefined,
  draw: Draw,
  keys: number,
  call: number,
): Request {
  const isWitness = lost?.client === client.number;
  const key = isWitness ? lost.key : draw(keys);
  const text = isWitness || draw(2) === 0 ? undefined : `x ${client.number} ${client.appended++} y`;
  return { client: client.number, key, text, call, found: undefined };
}

function recorded(
  { key, text, call }: Request,
  found: string,
  returned: number,
): Operation<KvInput, string> {
  const name = String(key);
  return text === undefined
    ? { input: { f: "get", key: name }, output: found, call, return: returned }
    : { input: { f: "append", key: name, value: text }, output: "", call, return: returned };
}
