import type { ClaimInput, ObjectOutput } from "../src/models/kubernetes-object.js";
import { compactKey } from "./kubernetes-keys.js";

/** A history is kept from so many of its thread's claims ago on: about two seconds. */
const claimsKept = 3;

/** The part of an API server that compacts, when it is the first to say that it will. */
export interface Compactor {
  claim(value: string): ClaimInput;
  saw(input: ClaimInput, output: ObjectOutput): void;
  /** The revision to compact at now; undefined where there is nothing to do. */
  due(): number | undefined;
}

/**
 * Whoever moves the key to its next version compacts at a revision that it had seen the claims
 * before. That is always a put of that key: where a deletion is the last thing before the compacted
 * revision, etcd up to 3.4.33 and 3.5.15 loses it to watches that begin there, and a crash meanwhile
 * takes the revision back (etcd issues 18089 and 17780), which are for scenarios of their own.
 */
export function compactor(): Compactor {
  const revisions: number[] = [];
  let version = 0;
  let due: number | undefined;

  return {
    claim: (value) => ({ f: "claim", key: compactKey, value, version }),

    saw(input, output) {
      if (!("done" in output)) return;
      if (output.done) {
        version = input.version + 1;
        due = revisions.at(-claimsKept);
        revisions.push(output.revision);
      } else if (output.found) {
        version = output.found.version;
        revisions.push(output.found.modRevision);
      }
      revisions.splice(0, revisions.length - claimsKept);
    },

    due() {
      const revision = due;
      due = undefined;
      return revision;
    },
  };
}
