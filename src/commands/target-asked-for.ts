import { nemeses } from "../../nemeses/index.js";
import { type AskedTargets, targetKinds, wordsOfTarget } from "../core/asked-targets.js";
import { UsageError } from "../core/errors.js";
import { plural } from "../core/plural.js";
import { type AimedCluster, canHit, kindsHit } from "../runner/aimed-choice.js";
import type { TestOptions } from "../test-options.js";
import { namesFrom } from "./arguments.js";

/**
 * Whom `--target` lets faults hit; nothing where it is not given. Throws UsageError for what is neither
 * a kind nor a node, and where one of the nemeses, or one of the kinds, could never come to anything.
 */
export function targetAskedFor(
  given: readonly string[],
  nemesisNames: readonly string[],
  cluster: AimedCluster,
): Pick<TestOptions, "target"> {
  if (given.length === 0) return {};
  const words = given.flatMap((some) => some.split(","));
  const known = Object.fromEntries([...targetKinds, ...cluster.nodes].map((word) => [word, true]));
  namesFrom("--target", words, known);
  if (nemesisNames.length === 0) {
    throw new UsageError("--target says whom faults hit: give --nemesis too, or leave it out");
  }
  const kinds = targetKinds.filter((kind) => words.includes(kind));
  const nodes = cluster.nodes.filter((node) => words.includes(node));
  const target = { ...(kinds.length > 0 && { kinds }), ...(nodes.length > 0 && { nodes }) };
  for (const name of nemesisNames) requireHit(name, cluster, target);
  for (const kind of kinds) requireUse(nemesisNames, cluster, { ...target, kinds: [kind] });
  return { target };
}

/** A nemesis that could harm nobody is refused rather than passed over. */
function requireHit(name: string, cluster: AimedCluster, target: AskedTargets): void {
  if (anyCanHit([name], cluster, target)) return;
  const nemesis = nemeses[name];
  const possible = nemesis ? kindsHit(nemesis, cluster) : [];
  const why =
    possible.length === 0
      ? "it takes no --target"
      : target.kinds?.some((kind) => possible.includes(kind)) === true
        ? `that takes more nodes than ${target.nodes?.join(", ") ?? "there are"}`
        : `it takes ${possible.join(", ")} or names of nodes`;
  throw new UsageError(
    `the nemesis "${name}" has no fault for --target ${wordsOfTarget(target)} in a cluster of ${plural(cluster.nodes.length, "node")}: ${why}`,
  );
}

function requireUse(names: readonly string[], cluster: AimedCluster, target: AskedTargets): void {
  if (anyCanHit(names, cluster, target)) return;
  throw new UsageError(
    `no fault of ${names.join(", ")} hits --target ${wordsOfTarget(target)} in a cluster of ${plural(cluster.nodes.length, "node")}: leave ${target.kinds?.join(", ") ?? ""} out`,
  );
}

function anyCanHit(names: readonly string[], cluster: AimedCluster, target: AskedTargets): boolean {
  return names
    .flatMap((name) => nemeses[name] ?? [])
    .some((nemesis) => canHit(nemesis, cluster, target));
}
