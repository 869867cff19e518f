import type { RegisterShape } from "../generators/register-shape.js";
import { type Case, shaped } from "./cases.js";

/** Every combination of what a register's history can be like. */
export function allShapes(): Case[] {
  const shapes: RegisterShape[] = [];
  for (const operations of [1_000, 10_000, 100_000]) {
    for (const clients of [5, 10, 20, 30]) {
      for (const kinds of ["read-write", "cas"] as const) {
        for (const values of ["unique", "few"] as const) {
          for (const unknownPercent of [0, 1, 5]) {
            for (const outcome of ["valid", "stale", "lost"] as const) {
              const seed = 1;
              shapes.push({ seed, operations, clients, kinds, values, unknownPercent, outcome });
            }
          }
        }
      }
    }
  }
  return shapes.map((shape) => shaped(shape, undefined, {}));
}
