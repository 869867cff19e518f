import { intAt } from "../../at.js";
import { cameByField, classOf, hideDue, type Path, trailField } from "./path.js";
import { writeKind } from "./returned.js";

/** The order that a path to the goal stands for, by operations' numbers in the part. */
export function orderOf(path: Path): Int32Array {
  const { returned, crashed } = path.problem;
  const order = new Int32Array(returned.size + crashed.members.length);
  let length = 0;
  // A hidden write goes right before the write shown last: `covering` is the place of that.
  const hidden: number[] = [];
  const hiddenAt: number[] = [];
  let covering = -1;
  const used = new Int32Array(crashed.classes);
  for (let depth = 0; depth <= path.depth; depth++) {
    const own = depth * path.frameLength + path.configurationLength;
    const move = intAt(path.frames, own + cameByField);
    if (depth > 0 && move < hideDue) {
      const its = classOf(move);
      const use = intAt(used, its);
      used[its] = use + 1;
      if (intAt(crashed.found, its) < 0) covering = length;
      order[length++] = intAt(crashed.members, intAt(crashed.start, its) + use);
    }
    const end =
      depth === path.depth
        ? path.trailLength
        : intAt(path.frames, own + path.frameLength + trailField);
    for (let place = intAt(path.frames, own + trailField); place < end; place++) {
      const rank = intAt(path.trail, place);
      if (rank < 0) {
        hidden.push(intAt(returned.number, ~rank));
        hiddenAt.push(covering);
        continue;
      }
      if (rank === move && intAt(returned.kind, rank) === writeKind) covering = length;
      order[length++] = intAt(returned.number, rank);
    }
  }
  return withHidden(order.subarray(0, length), hidden, hiddenAt);
}

/** `hiddenAt` ascends: later hidden ones go before later shown ones. */
function withHidden(
  shown: Int32Array,
  hidden: readonly number[],
  hiddenAt: readonly number[],
): Int32Array {
  const order = new Int32Array(shown.length + hidden.length);
  let length = 0;
  let next = 0;
  for (let place = 0; place < shown.length; place++) {
    while (hiddenAt[next] === place) order[length++] = hidden[next++] ?? -1;
    order[length++] = intAt(shown, place);
  }
  return order;
}
