import type { Finding, Validity, Verdict } from "../../core/checker.js";
import type { Operation } from "../../core/operation.js";
import { plural } from "../../core/plural.js";

/** Something that the property forbids, and the operations that show it, in the order to read them. */
export interface Trouble {
  readonly message: string;
  readonly operations: readonly Operation[];
}

const mostShown = 10;

/** Counts all, keeps the first ones. */
export class Troubles {
  #count = 0;
  readonly #shown: Finding[] = [];

  add({ message, operations }: Trouble): void {
    this.#count += 1;
    if (this.#shown.length === mostShown) return;
    const indexes = [...new Set(operations.map(({ index }) => index))];
    this.#shown.push({ message, operations: indexes });
  }

  verdict({ holds, breaks, looked, stopped }: Ending): Verdict {
    const validity = validityOf(this.#count, stopped);
    const limit =
      this.#count > this.#shown.length ? ` The first ${this.#shown.length} are shown.` : "";
    const outcome = {
      valid: `${holds}.`,
      invalid: `${breaks} ${plural(this.#count, "time")}.${limit}`,
      unknown: "Nothing wrong was found, but not all could be looked at.",
    }[validity];
    return {
      validity,
      summary: stopped === undefined ? outcome : `${outcome} ${stopped}`,
      findings: this.#shown,
      details: { ...looked, troubles: this.#count },
    };
  }
}

interface Ending {
  /** "Each of 40 lists shows one moment". */
  readonly holds: string;
  /** What went wrong, to be followed by how often: "A list contradicts what is known". */
  readonly breaks: string;
  /** Figures for the details. */
  readonly looked: Readonly<Record<string, number>>;
  /** Why the check ended early; undefined where it did not. */
  readonly stopped?: string | undefined;
}

function validityOf(troubles: number, stopped: string | undefined): Validity {
  if (troubles > 0) return "invalid";
  return stopped === undefined ? "valid" : "unknown";
}
