import {
  type CasRegisterInput,
  type CasRegisterOutput,
  casRegisterModel,
} from "../../models/cas-register.js";
import { type KvInput, kvModel } from "../../models/kv.js";
import { type MutexInput, type MutexState, mutexModel } from "../../models/mutex.js";
import { type QueueInput, queueModel, type QueueOutput } from "../../models/queue.js";
import {
  type RegisterInput,
  type RegisterOutput,
  type RegisterValue,
  registerModel,
} from "../../models/register.js";
import { type SetInput, setModel, type SetOutput } from "../../models/set.js";
import { type VersionedValue, versionedRegisterModel } from "../../models/versioned-register.js";
import { type BankInput, type BankOutput, bankModel } from "../generators/bank.js";
import type { Draw } from "../register-histories.js";
import type { Domain, Subject } from "./subject.js";

const orNull = (draw: Draw, domain: Domain): RegisterValue =>
  draw(4) === 0 ? null : domain.known();

export const register: Subject<RegisterValue, RegisterInput, RegisterOutput> = {
  name: "register",
  model: registerModel,
  input(draw, domain) {
    const key = domain.key();
    switch (draw(6)) {
      case 0:
      case 1:
      case 2:
        return { f: "read", key };
      case 3:
        return { f: "write", key, value: domain.value() };
      case 4: {
        const expected = orNull(draw, domain);
        return { f: "cas", key, on: "value", expected, value: domain.value() };
      }
      default: {
        const expected = orNull(draw, domain);
        const expectedRevision = expected === null ? 0 : 7;
        return { f: "cas", key, on: "mod", expected, expectedRevision, value: domain.value() };
      }
    }
  },
  output(draw, domain, input) {
    switch (input.f) {
      case "read":
        return { value: orNull(draw, domain), modRevision: 0, version: 0 };
      case "write":
        return { revision: 0 };
      case "delete":
        return deletionOf(orNull(draw, domain));
      case "cas":
        return draw(2) === 0
          ? { swapped: true, revision: 0 }
          : { swapped: false, found: orNull(draw, domain), foundRevision: 0 };
    }
  },
  answer(state, input) {
    switch (input.f) {
      case "read":
        return { value: state, modRevision: 0, version: 0 };
      case "write":
        return { revision: 0 };
      case "delete":
        return deletionOf(state);
      case "cas":
        return input.expected === state
          ? { swapped: true, revision: 0 }
          : { swapped: false, found: state, foundRevision: 0 };
    }
  },
};

function deletionOf(value: RegisterValue): RegisterOutput {
  if (value === null) return { deleted: false };
  return { deleted: true, revision: 0, previous: { value, modRevision: 0, version: 0 } };
}

/** The same with deletions, and writes that say what they replaced. */
export const deletedRegister: Subject<RegisterValue, RegisterInput, RegisterOutput> = {
  name: "register with deletions",
  model: registerModel,
  input: (draw, domain) =>
    draw(5) === 0 ? { f: "delete", key: domain.key() } : register.input(draw, domain),
  output(draw, domain, input) {
    const output = register.output(draw, domain, input);
    return input.f === "write" && draw(2) === 0 ? withPrevious(orNull(draw, domain)) : output;
  },
  answer: (state, input, draw) =>
    input.f === "write" && draw(2) === 0
      ? withPrevious(state)
      : register.answer(state, input, draw),
};

function withPrevious(value: RegisterValue): RegisterOutput {
  return { revision: 0, previous: { value, modRevision: 0, version: 0 } };
}

/** Small ones, so that they meet. */
const someRevision = (draw: Draw) => 1 + draw(6);

export const versionedRegister: Subject<VersionedValue, RegisterInput, RegisterOutput> = {
  name: "versioned register",
  model: versionedRegisterModel,
  input(draw, domain) {
    const input = register.input(draw, domain);
    return input.f === "cas" && input.on === "mod" && input.expected !== null
      ? { ...input, expectedRevision: someRevision(draw) }
      : input;
  },
  output(draw, domain, input) {
    const output = register.output(draw, domain, input);
    if ("modRevision" in output) {
      return { ...output, modRevision: output.value === null ? 0 : someRevision(draw) };
    }
    if ("found" in output) {
      return { ...output, foundRevision: output.found === null ? 0 : someRevision(draw) };
    }
    return { ...output, revision: someRevision(draw) };
  },
  answer({ value, revision }, input, draw) {
    // Other keys are written in between.
    const next = revision + 1 + draw(2);
    if (input.f === "read") return { value, modRevision: revision, version: 0 };
    if (input.f === "write") return { revision: next };
    if (input.f === "delete") return undefined;
    const swaps =
      input.on === "value"
        ? input.expected === value
        : input.expectedRevision === revision && input.expected === value;
    if (swaps) return { swapped: true, revision: next };
    const isImpossible = input.on === "mod" && input.expectedRevision === revision;
    return isImpossible ? undefined : { swapped: false, found: value, foundRevision: revision };
  },
};

const textOrNil = (draw: Draw, domain: Domain) => (draw(4) === 0 ? "nil" : String(domain.known()));

export const casRegister: Subject<string, CasRegisterInput, CasRegisterOutput> = {
  name: "cas-register",
  model: casRegisterModel,
  input(draw, domain) {
    const key = domain.key();
    switch (draw(5)) {
      case 0:
      case 1:
        return { f: "read", key };
      case 2:
        return { f: "write", key, value: String(domain.value()) };
      default:
        return {
          f: "cas",
          key,
          from: textOrNil(draw, domain),
          to: draw(8) === 0 ? "nil" : String(domain.value()),
        };
    }
  },
  output(draw, domain, input) {
    switch (input.f) {
      case "read":
        return { read: textOrNil(draw, domain) };
      case "write":
        return { done: true };
      case "cas":
        return { swapped: draw(2) === 0 };
    }
  },
  answer(state, input) {
    switch (input.f) {
      case "read":
        return { read: state };
      case "write":
        return { done: true };
      case "cas":
        return { swapped: state === input.from };
    }
  },
};

export const kv: Subject<string, KvInput, string> = {
  name: "kv",
  model: kvModel,
  input(draw, domain) {
    const key = domain.key();
    const f = (["get", "get", "put", "append"] as const)[draw(4)] ?? "get";
    return f === "get" ? { f, key } : { f, key, value: String(domain.value()) };
  },
  output(draw, domain, input) {
    if (input.f !== "get") return "";
    return Array.from({ length: draw(3) }, () => domain.known()).join("");
  },
  answer: (state, input) => (input.f === "get" ? state : ""),
};

export const mutex: Subject<MutexState, MutexInput, "done"> = {
  name: "mutex",
  model: mutexModel,
  input: (draw, domain) => ({ f: draw(2) === 0 ? "acquire" : "release", key: domain.key() }),
  output: () => "done",
  answer: (state, { f }) => ((state === "free") === (f === "acquire") ? "done" : undefined),
};

export const set: Subject<readonly string[], SetInput, SetOutput> = {
  name: "set",
  model: setModel,
  input(draw, domain) {
    const key = domain.key();
    return draw(2) === 0
      ? { f: "read", key }
      : { f: "add", key, element: String(draw(5) === 0 ? domain.known() : domain.value()) };
  },
  output(draw, domain, input) {
    if (input.f === "add") return { done: true };
    const elements = Array.from({ length: draw(4) }, () => String(domain.known()));
    // Twice the same now and then: no set.
    return { elements: draw(10) === 0 ? elements : [...new Set(elements)] };
  },
  answer: (state, input) => (input.f === "add" ? { done: true } : { elements: state }),
};

export const queue: Subject<readonly string[], QueueInput, QueueOutput> = {
  name: "queue",
  model: queueModel,
  input(draw, domain) {
    const key = domain.key();
    return draw(2) === 0
      ? { f: "dequeue", key }
      : { f: "enqueue", key, value: String(domain.value()) };
  },
  output(draw, domain, input) {
    if (input.f === "enqueue") return { done: true };
    return { taken: draw(4) === 0 ? null : String(domain.known()) };
  },
  answer: (state, input) => (input.f === "enqueue" ? { done: true } : { taken: state[0] ?? null }),
};

export const bank: Subject<readonly number[], BankInput, BankOutput> = {
  name: "bank, no hints",
  model: bankModel,
  input(draw) {
    if (draw(3) === 0) return { f: "read" };
    return { f: "transfer", from: draw(3), to: draw(3), amount: 10 * (1 + draw(3)) };
  },
  output(draw, _domain, input) {
    if (input.f === "transfer") return { moved: draw(2) === 0 };
    return { balances: [10 * draw(5), 10 * draw(5), 10 * draw(5), 20, 20] };
  },
  answer(state, input) {
    return input.f === "read"
      ? { balances: state }
      : { moved: (state[input.from] ?? 0) >= input.amount };
  },
};
