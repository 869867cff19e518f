import { Damage } from "../fields.js";

/** What is wrong with a history of another tool, and at which line (from 1). */
export class LineDamage extends Damage {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}
