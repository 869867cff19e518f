import type { Capability } from "../../core/cluster.js";
import { connectEngine, type Engine, NoEngineError } from "./engine.js";
import { engineWords } from "./engine-words.js";
import { findNodeImage, type NodeImage, nodeImageReference } from "./image.js";
import { labelsFor } from "./labels.js";
import { type MachineProbe, machineProbes } from "./machine-probes.js";
import { runShortLived } from "./short-lived.js";
import { cachedVersions, defaultEtcd } from "./versions.js";

/** One line of the table that `ordeal setup --check` prints. */
export interface Inspected {
  readonly what: string;
  /** "missing" costs faults; "blocking" is what no run can do without. */
  readonly state: "ok" | "missing" | "blocking" | "unknown";
  /** What was found, or what is missing. */
  readonly found: string;
  /** What cannot be had without it; only where it is missing. */
  readonly rulesOut?: string;
  /** What can be done to nodes only with it, whether it is there or not. */
  readonly neededFor?: readonly Capability[];
}

/**
 * Looks at all that runs need, by trying it where looking is not enough: a container that lives for
 * a moment and is removed tells more of a capability than any setting. Changes nothing.
 */
export async function inspectMachine(): Promise<Inspected[]> {
  try {
    return await inspectEngine(await connectEngine());
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    return [{ what: "engine", state: "blocking", found: error.tried, rulesOut: "every run" }];
  }
}

async function inspectEngine(engine: Engine): Promise<Inspected[]> {
  const image = await findNodeImage(engine);
  return [
    { what: "engine", state: "ok", found: `${engine.name} ${engine.version} at ${engine.host}` },
    { what: "API", state: "ok", found: engine.api },
    image
      ? { what: "node image", state: "ok", found: `${image.reference}, ${image.how}` }
      : {
          what: "node image",
          state: "blocking",
          found: `no ${nodeImageReference()} yet`,
          rulesOut: "every run",
        },
    await inspectVersions(engine),
    ...(await inspectFeatures(engine, image)),
  ];
}

/** What the kernel and the engine must have for faults, each of them tried. */
export function inspectFeatures(
  engine: Engine,
  image: NodeImage | undefined,
): Promise<Inspected[]> {
  return Promise.all([
    ...machineProbes.map((probe) => inspectBy(probe, engine, image)),
    inspectFreezer(engine, image),
  ]);
}

/** Of what can be done to nodes: why it cannot be done on this machine. */
export function ruledOut(rows: readonly Inspected[]): ReadonlyMap<Capability, string> {
  const missing = rows.filter(({ state }) => state === "missing");
  return new Map(
    missing.flatMap(({ what, found, neededFor = [] }) =>
      neededFor.map((capability) => [capability, `${what}: ${found}`] as const),
    ),
  );
}

async function inspectVersions(engine: Engine): Promise<Inspected> {
  const what = "etcd versions";
  const cached = (await cachedVersions(engine)).map(({ version }) => version);
  const versions = [...new Set(cached)].sort((one, other) =>
    one.localeCompare(other, "en", { numeric: true }),
  );
  if (versions.length > 0) return { what, state: "ok", found: versions.join(", ") };
  const found = `none at hand, not even ${defaultEtcd}`;
  return { what, state: "blocking", found, rulesOut: "every run" };
}

async function inspectBy(
  probe: MachineProbe,
  engine: Engine,
  image: NodeImage | undefined,
): Promise<Inspected> {
  const { what, rulesOut, neededFor } = probe;
  const about = { what, ...(neededFor && { neededFor }) };
  if (!image) return { ...about, state: "unknown", found: untried };
  const outcome = await run(probe, { engine, image: image.reference });
  if ("missing" in outcome) {
    const found = `${probe.missing ?? ""}${outcome.missing}`;
    return { ...about, state: "missing", found, ...(rulesOut !== undefined && { rulesOut }) };
  }
  return {
    ...about,
    state: "ok",
    found: typeof probe.ok === "string" ? probe.ok : probe.ok(outcome.output),
  };
}

const untried = "cannot be tried without the node image";

async function run(
  { command, hostConfig }: MachineProbe,
  { engine, image }: { engine: Engine; image: string },
): Promise<{ output: string } | { missing: string }> {
  try {
    const { exitCode, output } = await runShortLived(engine, {
      image,
      purpose: "setup",
      kind: "probe",
      command: ["sh", "-c", command],
      hostConfig: { NetworkMode: "none", ...hostConfig },
      timeoutMs: 20_000,
    });
    return exitCode === 0 ? { output } : { missing: firstLine(output) };
  } catch (error) {
    // A capability that the engine itself lacks: the container does not start.
    return { missing: firstLine(engineWords(error)) };
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0]?.slice(0, 200) ?? "";
}

/** Tries the freezer, which needs a container that is running. */
async function inspectFreezer(engine: Engine, image: NodeImage | undefined): Promise<Inspected> {
  const about = { what: "freezer", neededFor: ["freeze"] } as const;
  if (!image) return { ...about, state: "unknown", found: untried };
  const container = await engine.docker.createContainer({
    Image: image.reference,
    Labels: labelsFor("setup", "probe"),
    HostConfig: { NetworkMode: "none" },
  });
  try {
    await container.start();
    await container.pause();
    const { State } = await container.inspect();
    await container.unpause();
    return State.Paused
      ? { ...about, state: "ok", found: "containers can be paused" }
      : { ...about, state: "missing", found: "a paused container went on" };
  } catch (error) {
    return { ...about, state: "missing", found: firstLine(engineWords(error)) };
  } finally {
    await container.remove({ force: true, v: true });
  }
}
