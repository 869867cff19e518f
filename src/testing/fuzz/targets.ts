import { generalSearchAlone, registerSearchAlone } from "./engines-alone.js";
import { withoutHints } from "./subject.js";
import {
  bank,
  casRegister,
  deletedRegister,
  kv,
  mutex,
  queue,
  register,
  set,
  versionedRegister,
} from "./subjects.js";
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
  target(versionedRegister),
  target(withoutHints(versionedRegister)),
  target(set),
  target(withoutHints(set)),
  target(queue),
  target(withoutHints(queue)),
  target(bank),
  target(deletedRegister),
  target(withoutHints(deletedRegister)),
  target({ ...register, name: "register, register search alone" }, registerSearchAlone),
  target({ ...casRegister, name: "cas-register, register search alone" }, registerSearchAlone),
  target({ ...register, name: "register, general search alone" }, generalSearchAlone),
  target({ ...casRegister, name: "cas-register, general search alone" }, generalSearchAlone),
  target({ ...deletedRegister, name: "deletions, register search alone" }, registerSearchAlone),
  target({ ...deletedRegister, name: "deletions, general search alone" }, generalSearchAlone),
  target({ ...kv, name: "kv, general search alone" }, generalSearchAlone),
  target({ ...mutex, name: "mutex, general search alone" }, generalSearchAlone),
];
