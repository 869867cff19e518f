import { connectEngine, NoEngineError } from "../cluster/docker/engine.js";
import { findNodeImage } from "../cluster/docker/image.js";
import { inspectFeatures, ruledOut } from "../cluster/docker/inspect.js";
import type { Capability } from "../core/cluster.js";
import type { Nemesis } from "../core/nemesis.js";

/** What a nemesis needs and this machine lacks, in words; undefined where it lacks nothing. */
export function lackedBy(
  { needs }: Nemesis,
  missing: ReadonlyMap<Capability, string>,
): string | undefined {
  const lacks = [...new Set(needs.flatMap((need) => missing.get(need) ?? []))];
  return lacks.length === 0 ? undefined : lacks.join("; ");
}

/** Says of each nemesis, in a sentence, whether real nodes on this machine can have it. */
export async function askMachine(): Promise<(nemesis: Nemesis) => string> {
  try {
    const engine = await connectEngine();
    const image = await findNodeImage(engine);
    if (!image) return () => "not tried, for want of the node image: `ordeal setup` makes it";
    const missing = ruledOut(await inspectFeatures(engine, image));
    return (nemesis) => {
      const lacks = lackedBy(nemesis, missing);
      return lacks === undefined ? "has all of it" : `lacks ${lacks}`;
    };
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    return () => `not tried, since no Docker engine answers (${error.tried})`;
  }
}
