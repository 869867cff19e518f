import type { HolderInput, HolderOutput } from "../src/checkers/lock/holder-operation.js";
import type { SnapshotRevisions, Workload } from "../src/core/workload.js";
import { type Guard, invokeHolder } from "./holder-requests.js";
import { type HolderPlot, holderThread, type Waiting } from "./holder-story.js";

export interface HoldersOptions {
  readonly plot: HolderPlot;
  readonly guard: Guard;
}

/** The part of a workload of locks or elections that is the same for all of them. */
export function holders({
  plot,
  guard,
}: HoldersOptions): Omit<Workload<HolderInput, HolderOutput>, "name" | "checkers"> {
  const used = new Set<string>();
  const waiting: Waiting = new Map();
  return {
    kinds: kindsOf(plot),
    failsOver: true,
    isInSnapshot: isHolderInSnapshot,
    thread: (context) =>
      holderThread(plot, context, {
        waiting,
        onName: (name) => {
          used.add(name);
        },
      }),
    isReadOnly: ({ f }) => f === "read" || f === "owner" || f === "leader",
    invoke: (client, input, context) => invokeHolder(client, input, context, guard),
    finalOperations: (nodes) => finalReads(nodes, [...used].sort()),
  };
}

function kindsOf({ win, ask, letGo, steps }: HolderPlot): string[] {
  const inSections = steps.map((step) => (step === "ask" ? ask : step));
  return [...new Set(["grant", win, "read", "write", ...inSections, letGo, "revoke"])];
}

/**
 * Leases move no revision: whether the snapshot has one is certain only where a write came after it
 * that the snapshot has. And whoever was told that it holds a lock or won an election is told the
 * revision at which it began to wait, in some versions, which may be long before.
 */
function isHolderInSnapshot(
  { f }: HolderInput,
  { told, snapshot }: SnapshotRevisions,
): boolean | undefined {
  if (f === "lock" || f === "campaign") return undefined;
  const movesNone = f === "grant" || f === "keepalive" || f === "revoke";
  return movesNone ? told < snapshot || undefined : told <= snapshot;
}

/**
 * Each resource, and whose key is the oldest. Not by the election service: on a member whose own
 * client once lost its stream of renewals for good it answers nothing any more.
 */
function* finalReads(nodes: readonly string[], names: readonly string[]) {
  for (const name of names) {
    for (const node of nodes) {
      yield { node, input: { f: "read", name } satisfies HolderInput };
      yield { node, input: { f: "owner", name } satisfies HolderInput };
    }
  }
}
