import type { Checker, Finding } from "../../core/checker.js";
import { plural } from "../../core/plural.js";
import type { HolderInput, HolderOutput, HolderWords } from "./holder-operation.js";
import { type LostUpdate, ResourceLedger } from "./resource-ledger.js";
import { tellLostUpdate } from "./tell-fencing.js";
import { holderChecker } from "./trouble.js";

/**
 * What whoever takes itself to hold a lock, or to lead an election, reads and then writes without
 * any guard is never written over in ignorance. Etcd does not promise that, and this is to be seen to
 * fail: a lease may end while its holder is held up, and the holder goes on all the same.
 *
 * Source: https://etcd.io/docs/v3.5/learning/why/#notes-on-the-usage-of-lock-and-lease and
 * https://jepsen.io/analyses/etcd-3.4.3 ("Locks"). Goes by the revisions that etcd's answers name.
 */
export function safety(words: HolderWords): Checker<HolderInput, HolderOutput> {
  return holderChecker<LostUpdate>({
    start() {
      const resources = new Map<string, ResourceLedger>();
      return {
        add(operation) {
          const { input } = operation;
          if (!("name" in input)) return;
          const ledger = resources.get(input.name) ?? new ResourceLedger(input.name);
          resources.set(input.name, ledger);
          ledger.add(operation);
        },
        judge: () => judge([...resources.values()], words),
      };
    },
    tell: (trouble) => tell(trouble, words),
    nothing: `No holder of ${words.noun}s ever wrote: there is nothing to judge.`,
  });
}

function judge(resources: readonly ResourceLedger[], { noun }: HolderWords) {
  const troubles: LostUpdate[] = [];
  let writes = 0;
  for (const resource of resources) {
    const known = resource.knownWrites();
    for (const trouble of resource.lostUpdates(known)) troubles.push(trouble);
    writes += known.length;
  }
  const judged = `None of ${plural(writes, "write")} under ${plural(resources.length, noun)} was lost.`;
  return { troubles, judged: writes === 0 ? undefined : judged, details: { writes } };
}

function tell(trouble: LostUpdate, words: HolderWords): Finding {
  const { message, operations, explanation = [] } = tellLostUpdate(trouble, words);
  return {
    message: `${message}; etcd does not promise that this cannot happen: ${words.noun}s over leases alone are not safe`,
    operations,
    explanation: [
      ...explanation,
      "A lease ends by etcd's clock, whatever its holder is doing at that moment. Only a guard by the key's create revision keeps a holder from going on that is none any more: https://etcd.io/docs/v3.5/learning/why/#notes-on-the-usage-of-lock-and-lease and https://jepsen.io/analyses/etcd-3.4.3.",
    ],
  };
}
