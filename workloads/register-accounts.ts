import type {
  KeyLook,
  KeyWrite,
  RevisionAccounts,
  Told,
} from "../src/checkers/revision-order/account.js";
import type {
  CasInput,
  ReadOutput,
  RefusedOutput,
  RegisterInput,
  RegisterOutput,
} from "../src/models/register.js";

/** The operations of `register` as its second judge wants them. */
export const registerAccounts: RevisionAccounts<RegisterInput, RegisterOutput> = {
  deletes: true,

  asked(input): readonly KeyWrite[] {
    switch (input.f) {
      case "read":
        return [];
      case "write":
      case "cas":
        return [{ key: input.key, value: input.value }];
      case "delete":
        return [{ key: input.key, value: null }];
    }
  },

  told(input, output): Told {
    const { key } = input;
    if ("swapped" in output) {
      return output.swapped
        ? { wrote: true, looks: input.f === "cas" ? [expectedBy(input)] : [] }
        : { wrote: false, looks: [foundBy(key, output)] };
    }
    if ("deleted" in output) {
      return output.deleted
        ? { wrote: true, looks: [{ ...lookAt(key, output.previous), isBefore: true }] }
        : { wrote: false, looks: [{ key, value: null, modRevision: 0 }] };
    }
    if ("value" in output) return { wrote: false, looks: [lookAt(key, output)] };
    const { previous } = output;
    return { wrote: true, looks: previous ? [{ ...lookAt(key, previous), isBefore: true }] : [] };
  },
};

function lookAt(key: string, { value, modRevision, version, createRevision }: ReadOutput): KeyLook {
  return {
    key,
    value,
    modRevision,
    version,
    ...(createRevision !== undefined && { createRevision }),
  };
}

function foundBy(
  key: string,
  { found, foundRevision, foundVersion, foundCreateRevision }: RefusedOutput,
): KeyLook {
  return {
    ...{ key, value: found, modRevision: foundRevision },
    ...(foundVersion !== undefined && { version: foundVersion }),
    ...(foundCreateRevision !== undefined && { createRevision: foundCreateRevision }),
  };
}

/** The guard held. */
function expectedBy(input: CasInput): KeyLook {
  const { key, expected } = input;
  return {
    ...{ key, value: expected, isBefore: true },
    ...(input.on === "mod" && { modRevision: input.expectedRevision }),
  };
}
