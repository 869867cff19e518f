import { kinds, noValue, type RegisterPart } from "../porcupine-ts/parts/register-part.js";
import { never } from "../porcupine-ts/parts/timeline.js";
import type { Draw } from "./register-histories.js";

export interface PartShape {
  readonly operations: number;
  /** How many operations are under way at most, crashed ones apart. */
  readonly clients: number;
  /** Values besides the initial one; undefined: each is written once. */
  readonly values?: number;
  /** So many in a hundred never return. */
  readonly crashedPercent: number;
  /** So many answers in a hundred are out of thin air; the others are a correct register's. */
  readonly wrongPercent: number;
  /** How often something writes, swaps, looks whether it differs, does nothing; else it reads. */
  readonly weights?: {
    readonly write: number;
    readonly cas: number;
    readonly differs: number;
    readonly nothing: number;
    readonly read: number;
  };
}

interface Pending {
  readonly number: number;
  isDone: boolean;
}

const evenly = { write: 3, cas: 2, differs: 2, nothing: 0, read: 3 };

/** What clients might have done to a register, as an engine gets it. */
export function randomRegisterPart(draw: Draw, shape: PartShape): RegisterPart {
  const count = shape.operations;
  const part = {
    count,
    calledAt: new Int32Array(count),
    returnedAt: new Int32Array(count).fill(never),
    byReturn: new Int32Array(count),
    kind: new Uint8Array(count),
    found: new Int32Array(count).fill(noValue),
    left: new Int32Array(count).fill(noValue),
    values: 1 + (shape.values ?? count),
  };
  let held = 0;
  let written = 0;
  let called = 0;
  let returned = 0;
  let time = 0;
  const pending: Pending[] = [];
  const anyValue = () => (shape.values === undefined ? draw(written + 1) : draw(shape.values + 1));
  const newValue = () => (shape.values === undefined ? ++written : draw(shape.values + 1));

  function call(): void {
    const number = called++;
    part.calledAt[number] = time++;
    const kind = kindBy(draw, shape.weights ?? evenly);
    part.kind[number] = kind;
    if (kind === kinds.write || kind === kinds.cas) part.left[number] = newValue();
    pending.push({ number, isDone: false });
  }

  function takeEffect(operation: Pending): void {
    operation.isDone = true;
    const { number } = operation;
    const isWrong = draw(100) < shape.wrongPercent;
    const seen = isWrong ? anyValue() : held;
    const left = part.left[number] ?? noValue;
    switch (part.kind[number]) {
      case kinds.read:
        part.found[number] = seen;
        break;
      case kinds.write:
        held = left;
        break;
      case kinds.cas:
        ask(number, seen, kinds.read);
        if (seen === held && left !== held) held = left;
        break;
      case kinds.differs: {
        const other = anyValue();
        if (other === held && !isWrong) part.kind[number] = kinds.nothing;
        else part.found[number] = other;
        break;
      }
      default:
    }
  }

  /** A swap of a value for itself is another kind of operation. */
  function ask(number: number, value: number, otherwise: number): void {
    part.found[number] =
      otherwise === kinds.nothing && part.left[number] === value ? noValue : value;
    if (part.left[number] !== value) return;
    part.kind[number] = otherwise;
    part.left[number] = noValue;
  }

  while (called < count || pending.length > 0) {
    const mayCall = called < count && pending.length < shape.clients;
    const place = draw(pending.length + (mayCall ? 1 : 0));
    const operation = pending[place];
    if (!operation) {
      call();
    } else if (!operation.isDone) {
      if (draw(100) < shape.crashedPercent) {
        const { number } = operation;
        // Some take effect all the same; a swap that did not asked for anything.
        if (part.kind[number] === kinds.cas && draw(2) === 0)
          ask(number, anyValue(), kinds.nothing);
        else if (part.kind[number] !== kinds.write || draw(2) === 0) takeEffect(operation);
        pending.splice(place, 1);
      } else takeEffect(operation);
    } else {
      pending.splice(place, 1);
      part.returnedAt[operation.number] = time++;
      part.byReturn[returned++] = operation.number;
    }
  }
  return { ...part, byReturn: part.byReturn.subarray(0, returned) };
}

function kindBy(draw: Draw, weights: NonNullable<PartShape["weights"]>): number {
  const names = ["write", "cas", "differs", "nothing", "read"] as const;
  let left = draw(names.reduce((sum, name) => sum + weights[name], 0));
  for (const name of names) {
    left -= weights[name];
    if (left < 0) return kinds[name];
  }
  return kinds.read;
}
