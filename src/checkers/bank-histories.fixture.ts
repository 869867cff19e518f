import { illegal, type Model } from "../porcupine-ts/model.js";
import { fail, historyOf, info, ok } from "../testing/histories.js";
import type { Draw } from "../testing/register-histories.js";
import {
  type Bank,
  type BankInput,
  type BankOperation,
  type BankOutput,
  type FoundAccount,
  type SeenBalance,
  writesOf,
} from "./bank-operations.js";

/** Two accounts of 10 each. */
export const pair: Bank = { accounts: ["a", "b"], opening: 10 };

export type Held = readonly [balance: number, by: number, modRevision?: number];

/** An account as found: its revision is its writer's number unless it is given. */
export function held(key: string, [balance, by, modRevision = by]: Held): FoundAccount {
  return { key, balance, by, modRevision };
}

export function seen([balance, by, modRevision = by]: Held): SeenBalance {
  return { balance, by, modRevision };
}

/** What a read of two accounts found. */
export function both(a: Held, b: Held): { readonly accounts: readonly FoundAccount[] } {
  return { accounts: [held("a", a), held("b", b)] };
}

/** From a to b. */
export function transfer(id: number, amount: number, a: Held, b: Held): BankInput {
  const expected = { from: seen(a), to: seen(b) };
  return { f: "transfer", id, from: "a", to: "b", amount, expected };
}

type State = ReadonlyMap<string, SeenBalance>;

/** The bank as it is with one client and no faults. */
export function bankModel(rules: Bank): Model<State, BankInput, BankOutput> {
  return {
    init: () => new Map(),
    step(state, input, output) {
      const takesPlace = holds(state, input);
      if (output && "accounts" in output) {
        const isAnswer = input.f === "read" || !takesPlace;
        return isAnswer && isSame(state, output.accounts) ? state : illegal;
      }
      if (takesPlace) return after(state, input, rules);
      return output ? illegal : state;
    },
  };
}

function holds(state: State, input: BankInput): boolean {
  if (input.f === "read") return true;
  if (input.f === "open") return state.size === 0;
  const { from, to, expected } = input;
  return state.get(from)?.by === expected.from.by && state.get(to)?.by === expected.to.by;
}

function after(state: State, input: BankInput, rules: Bank): State {
  if (input.f === "read") return state;
  const writes = writesOf(input, rules).map(({ account, balance }) => {
    const left = { balance, by: input.id, modRevision: input.id };
    return [account, left] as const;
  });
  return new Map([...state, ...writes]);
}

function isSame(state: State, found: readonly FoundAccount[]): boolean {
  return (
    found.length === state.size &&
    found.every((each) => {
      const is = state.get(each.key);
      return "by" in each && is?.by === each.by && is.balance === each.balance;
    })
  );
}

interface Pending {
  readonly input: BankInput;
  readonly at: number;
  output?: BankOutput;
}

/**
 * Clients that take turns by chance at one bank: each is asked, takes place and is answered at
 * moments of its own. Some answers get lost, before or after they took place.
 */
export function randomBank(
  draw: Draw,
  rules: Bank,
  most: { readonly operations: number; readonly processes: number },
): BankOperation[] {
  const done: BankOperation[] = [];
  const pending = new Map<number, Pending>();
  const known = new Map<string, SeenBalance>();
  let state: State = new Map();
  let [event, id, asked] = [0, 0, 0];

  function ask(): BankInput {
    if (draw(2) === 0) return { f: "read" };
    id += 1;
    const from = rules.accounts[draw(rules.accounts.length)] ?? "";
    const others = rules.accounts.filter((account) => account !== from);
    const to = others[draw(others.length)] ?? "";
    const [giver, taker] = [known.get(from), known.get(to)];
    if (!giver || !taker || giver.balance < 1) return { f: "open", id };
    return { f: "transfer", id, from, to, amount: 1, expected: { from: giver, to: taker } };
  }

  function takePlace(one: Pending): void {
    const { input } = one;
    const accounts = [...state].map(([key, left]) => ({ key, ...left }));
    if (input.f === "read") one.output = { accounts };
    else if (holds(state, input)) {
      one.output = { applied: true, revision: input.id };
      state = after(state, input, rules);
    } else one.output = { applied: false, accounts };
  }

  function learn({ input, output }: Pending): void {
    if (!output) return;
    const news =
      "accounts" in output
        ? output.accounts.flatMap((each) => ("by" in each ? [[each.key, each] as const] : []))
        : [...after(new Map(), input, rules)];
    for (const [key, { balance, by, modRevision }] of news) {
      known.set(key, { balance, by, modRevision });
    }
  }

  while (asked < most.operations || pending.size > 0) {
    const process = draw(most.processes);
    const one = pending.get(process);
    if (!one) {
      if (asked === most.operations) continue;
      asked += 1;
      pending.set(process, { input: ask(), at: event++ });
    } else if (draw(8) === 0) {
      // Nobody hears of it any more; its process is another one from now on.
      if (!one.output && draw(2) === 0) takePlace(one);
      const drawn = one.output || draw(2) === 0 ? info : fail;
      done.push(drawn(process, `${one.at}..${event++}`, one.input));
      pending.delete(process);
    } else if (!one.output) {
      takePlace(one);
    } else {
      learn(one);
      done.push(ok(process, `${one.at}..${event++}`, one.input, one.output));
      pending.delete(process);
    }
  }
  return [...historyOf(done).operations];
}
