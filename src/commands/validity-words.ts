import pc from "picocolors";
import type { Validity } from "../core/checker.js";

/** As the command line says it. */
export const validityInCapitals: Readonly<Record<Validity, string>> = {
  valid: "VALID",
  invalid: "INVALID",
  unknown: "INCONCLUSIVE",
};

/** In which colour. */
export const paints: Readonly<Record<Validity, (text: string) => string>> = {
  valid: pc.green,
  invalid: pc.red,
  unknown: pc.yellow,
};
