import { nemeses } from "../../nemeses/index.js";
import type { Capability } from "../core/cluster.js";

/** What is going to be done to the nodes of a run with these nemeses: they are made for it. */
export function faultsAskedFor(names: readonly string[]): ReadonlySet<Capability> {
  const asked = names.flatMap((name) => nemeses[name] ?? []);
  return new Set(
    asked.flatMap(({ needs, parts = [] }) => [needs, ...parts.map((p) => p.needs)].flat()),
  );
}
