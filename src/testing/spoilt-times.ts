import type { Operation } from "../porcupine-ts/model.js";
import type { Draw } from "./register-histories.js";

/** How far a history of a correct system is from one. */
export interface Spoiling {
  readonly operations: number;
  /** About how many overlap. */
  readonly clients: number;
  /** So many operations at most are moved in time, or are to be given another answer. */
  readonly spoilt: number;
  readonly unknownPercent: number;
}

/** What befalls one operation. */
export interface Fate {
  readonly isSpoilt: boolean;
  readonly isUnknown: boolean;
  /** With its times; without an answer where it never returned. */
  readonly finish: <Input, Output>(input: Input, output: Output) => Operation<Input, Output>;
}

/** The fate of operations by the order in which they take effect, to be asked for in this order. */
export function fates(
  draw: Draw,
  { operations, clients, spoilt: most, unknownPercent }: Spoiling,
): (index: number) => Fate {
  const spoilt = new Set(Array.from({ length: most }, () => draw(operations + 1)));
  return (index) => {
    const isSpoilt = spoilt.has(index);
    const moved = isSpoilt ? draw(9) - 4 : 0;
    const call = 2 * index - draw(2 * clients) + moved;
    const returned = Math.max(call, 2 * index + draw(2 * clients) + moved);
    const isUnknown = draw(100) < unknownPercent;
    return {
      isSpoilt,
      isUnknown,
      finish: (input, output) =>
        isUnknown ? { input, call } : { input, output, call, return: returned },
    };
  };
}
