import { withoutHints } from "./subject.js";
import { bank, casRegister, kv, mutex, register } from "./subjects.js";
import { target, type Target } from "./target.js";

/** All that the fuzzer knows. A new model gets a subject (subjects.ts) and a line here. */
export const targets: readonly Target[] = [
  target(register),
  target(withoutHints(register)),
  target(casRegister),
  target(withoutHints(casRegister)),
  target(kv),
  target(withoutHints(kv)),
  target(mutex),
  target(withoutHints(mutex)),
  target(bank),
];
