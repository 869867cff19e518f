import { illegal, type Model, type Operation } from "../../porcupine-ts/model.js";
import { drawFrom } from "../register-histories.js";

export type BankInput =
  | { readonly f: "read" }
  | { readonly f: "transfer"; readonly from: number; readonly to: number; readonly amount: number };

/** All balances; or whether the money was there to be moved. */
export type BankOutput = { readonly balances: readonly number[] } | { readonly moved: boolean };

const accounts = 5;
const initialBalance = 20;

/** Accounts that money is moved among. Says nothing but what is needed: no hints for any engine. */
export const bankModel: Model<readonly number[], BankInput, BankOutput> = {
  init: () => Array.from({ length: accounts }, () => initialBalance),
  step(state, input, output) {
    if (input.f === "read") {
      if (output === undefined) return state;
      if (!("balances" in output)) return illegal;
      return output.balances.every((balance, account) => balance === state[account])
        ? state
        : illegal;
    }
    const isThere = (state[input.from] ?? 0) >= input.amount;
    if (output && "moved" in output && output.moved !== isThere) return illegal;
    if (!isThere) return state;
    return state.map((balance, account) => {
      const given = account === input.from ? input.amount : 0;
      const got = account === input.to ? input.amount : 0;
      return balance - given + got;
    });
  },
};

export interface BankShape {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  readonly unknownPercent: number;
  /** "wrong": a read near the end finds money from nowhere, which no order explains. */
  readonly outcome: "valid" | "wrong";
}

/** A quarter reads, the rest transfers. */
export function bankLog(shape: BankShape): Operation<BankInput, BankOutput>[] {
  const draw = drawFrom(shape.seed);
  let state = bankModel.init();
  let now = 0;
  let asked = 0;
  const operations: Operation<BankInput, BankOutput>[] = [];
  const requests: (Request | undefined)[] = Array.from({ length: shape.clients }, () => undefined);
  while (operations.length < shape.operations) {
    const client = draw(shape.clients);
    const request = requests[client];
    if (!request) {
      if (asked === shape.operations) continue;
      asked += 1;
      const isUnknown = draw(100) < shape.unknownPercent;
      const input: BankInput =
        draw(4) === 0
          ? { f: "read" }
          : { f: "transfer", from: draw(accounts), to: draw(accounts), amount: 1 + draw(15) };
      requests[client] = { input, call: now++, isUnknown, output: undefined };
    } else if (!request.output) {
      const before = state;
      if (!request.isUnknown || draw(2) === 0) state = after(state, request.input);
      request.output = answerOf(before, request.input);
      if (!request.isUnknown) continue;
      operations.push({ input: request.input, call: request.call });
      requests[client] = undefined;
    } else {
      const { input, output, call } = request;
      operations.push({ input, output, call, return: now++ });
      requests[client] = undefined;
    }
  }
  operations.sort((a, b) => a.call - b.call);
  return shape.outcome === "wrong" ? withMoneyFromNowhere(operations) : operations;
}

interface Request {
  readonly input: BankInput;
  readonly call: number;
  readonly isUnknown: boolean;
  output: BankOutput | undefined;
}

function after(state: readonly number[], input: BankInput): readonly number[] {
  const next = bankModel.step(state, input, undefined);
  return next === illegal ? state : next;
}

function answerOf(state: readonly number[], input: BankInput): BankOutput {
  return input.f === "read"
    ? { balances: state }
    : { moved: (state[input.from] ?? 0) >= input.amount };
}

function withMoneyFromNowhere(
  operations: readonly Operation<BankInput, BankOutput>[],
): Operation<BankInput, BankOutput>[] {
  const near = Math.floor(operations.length * 0.95);
  const chosen = operations.findIndex(
    ({ output }, index) => index >= near && output !== undefined && "balances" in output,
  );
  return operations.map((operation, index) => {
    if (index !== chosen || !operation.output || !("balances" in operation.output)) {
      return operation;
    }
    const [first = 0, ...others] = operation.output.balances;
    return { ...operation, output: { balances: [first + 1, ...others] } };
  });
}
