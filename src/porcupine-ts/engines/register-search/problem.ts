import { intAt } from "../../at.js";
import type { RegisterPart } from "../../parts/register-part.js";
import { crashedClasses } from "./crashed.js";
import type { Problem } from "./path.js";
import { returnedOperations } from "./returned.js";
import { worthShowingLater } from "./worth-showing.js";

export function problemOf(part: RegisterPart): Problem {
  const returned = returnedOperations(part);
  const crashed = crashedClasses(part);
  const { values } = part;
  const isWorthShowing = worthShowingLater(returned, crashed, {
    values,
    positions: positionsOf(part),
  });
  return { returned, crashed, isWorthShowing, values };
}

export function bytesOfProblem({ returned, crashed, values }: Problem): number {
  return 41 * returned.size + 8 * crashed.members.length + 4 * (8 * crashed.classes + 3 * values);
}

function positionsOf({ count, calledAt, returnedAt, byReturn }: RegisterPart): number {
  const lastCall = count === 0 ? -1 : intAt(calledAt, count - 1);
  const last = byReturn.length - 1;
  return 1 + Math.max(lastCall, last < 0 ? -1 : intAt(returnedAt, intAt(byReturn, last)));
}
