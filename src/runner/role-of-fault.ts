import type { FaultSpec } from "../core/history.js";

/**
 * What a fault did to the leader is to be done to whoever leads now: after an election of its own
 * another cluster has another leader, and a bug that hangs on the leader would be missed. Every
 * node stands in the spec by its name, so the two change places wherever they stand, links and
 * words included. Faults that were not aimed at the leader keep their nodes, by name: which of the
 * others they hit was chance, and their place in the cluster is all that can be repeated.
 */
export function aimedAt(spec: FaultSpec, leader: string | undefined): FaultSpec {
  const [then] = spec.nodes;
  if (!wasAimedAtLeader(spec) || then === undefined || then === leader) return spec;
  if (leader === undefined) {
    return { ...spec, description: spec.description.replace("(the leader)", "(it led then)") };
  }
  const swapped = (text: string) =>
    text.replaceAll(/[\w-]+/g, (word) => (word === then ? leader : word === leader ? then : word));
  return withTexts(spec, swapped) as FaultSpec;
}

/** By the fields in which nemeses say what they aimed at. */
export function wasAimedAtLeader(spec: FaultSpec): boolean {
  return (
    ("target" in spec && spec.target === "leader") || ("kind" in spec && spec.kind === "leader")
  );
}

/** Plain JSON with each text in it changed; names of fields stay. */
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, withTexts(field, change)]),
  );
}
