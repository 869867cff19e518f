import { intAt } from "../../at.js";
import { initialValue, kinds, type RegisterPart } from "../../parts/register-part.js";
import { never } from "../../parts/timeline.js";
import type { GeneralPart } from "./general-part.js";
import { noState, type Transitions } from "./transitions.js";
import type { UnknownClass } from "./unknown-classes.js";

/** A register for the search that serves any model, with values for states and no model to ask. */
export function registerAsGeneral(part: RegisterPart): GeneralPart {
  const { count } = part;
  const indexes = new Int32Array(count);
  const readOnly = new Uint8Array(count);
  for (let number = 0; number < count; number++) {
    indexes[number] = number;
    readOnly[number] = part.left[number] === -1 ? 1 : 0;
  }
  const unknowns = part.byReturn.length === count ? [] : classesOf(part);
  return {
    timeline: part,
    indexes,
    transitions: stepsOf(part),
    readOnly,
    resets: new Uint8Array(count),
    unknowns,
    unknownResets: [],
  };
}

function stepsOf({ kind, found, left }: RegisterPart): Transitions<unknown> {
  return {
    initial: initialValue,
    step(state, number) {
      switch (kind[number]) {
        case kinds.read:
          return intAt(found, number) === state ? state : noState;
        case kinds.write:
          return intAt(left, number);
        case kinds.cas:
          return intAt(found, number) === state ? intAt(left, number) : noState;
        case kinds.differs:
          return intAt(found, number) === state ? noState : state;
        default:
          return state;
      }
    },
    isHopeless: () => false,
    value: (state) => state,
    bytes: () => 0,
  };
}

/** What never returned and changes something, by what it does, in the order of first calls. */
function classesOf({
  count,
  returnedAt,
  calledAt,
  found,
  left,
  values,
}: RegisterPart): UnknownClass[] {
  const classes = new Map<number, { members: number[]; calledAt: number[] }>();
  for (let number = 0; number < count; number++) {
    const leaves = intAt(left, number);
    if (returnedAt[number] !== never || leaves === -1) continue;
    const name = (intAt(found, number) + 1) * values + leaves;
    const known = classes.get(name) ?? { members: [], calledAt: [] };
    known.members.push(number);
    known.calledAt.push(intAt(calledAt, number));
    classes.set(name, known);
  }
  return [...classes.values()];
}
