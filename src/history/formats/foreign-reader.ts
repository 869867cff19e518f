import type { ForeignEvent } from "./foreign-event.js";

/** Reads another tool's file piece by piece, so that no file is too large. Throws LineDamage. */
export interface ForeignReader {
  /** Takes the next piece, which may begin and end anywhere. */
  take(piece: string): void;
  /** To be called when there are no more. */
  end(): void;
}

export type TakeEvent = (event: ForeignEvent) => void;

/** A reader for formats in which each line stands by itself. */
export function readerOfLines(takeLine: (text: string, line: number) => void): ForeignReader {
  let pieces: string[] = [];
  let line = 0;

  function take(text: string): void {
    line += 1;
    takeLine(text, line);
  }

  return {
    take(piece) {
      const [first = "", ...more] = piece.split("\n");
      pieces.push(first);
      const last = more.pop();
      if (last === undefined) return;
      take(pieces.join(""));
      for (const text of more) take(text);
      pieces = [last];
    },
    end() {
      take(pieces.join(""));
    },
  };
}
