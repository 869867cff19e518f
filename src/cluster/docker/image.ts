import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { HarnessError } from "../../core/errors.js";
import { bootstrapRootFileSystem } from "./bootstrap-root-file-system.js";
import { withTemporaryDirectory } from "./cache-directory.js";
import type { Engine } from "./engine.js";
import { engineStatus, engineWords } from "./engine-words.js";
import { labelsFor } from "./labels.js";
import { withLock } from "./lock.js";
import { follow, type ProgressEvent, pull } from "./pull.js";
import { stopwatch } from "./stopwatch.js";

type ImageOrigin = "registry" | "bootstrap";
export const imageOrigins = ["auto", "registry", "bootstrap"] as const;

export interface NodeImage {
  readonly reference: string;
  readonly id: string;
  /** How it came to be, for people. */
  readonly how: string;
  readonly origin: ImageOrigin;
}

export interface NodeImageOptions {
  readonly log: (line: string) => void;
  /** Where the base comes from; "auto" takes a registry's where one can be had. */
  readonly from?: "auto" | ImageOrigin;
  /** Make it anew, and its base too. */
  readonly rebuild?: boolean;
}

const registryBase = "debian:bookworm-slim";
const bootstrapBase = "ordeal-base:bookworm";
const originLabel = "ordeal.image-from";

/**
 * The image that every node runs on, made where it is not there already. Its tag is a hash of what
 * goes into it, so that a change makes a new one and nothing else does. Rejects with HarnessError.
 */
export async function ensureNodeImage(
  engine: Engine,
  options: NodeImageOptions,
): Promise<NodeImage> {
  const present = await findNodeImage(engine);
  if (present && options.rebuild !== true && suits(present, options.from)) return present;
  // Two at once would take each other's processors, and make the same image twice.
  return withLock("node-image", async () => {
    const meanwhile = options.rebuild === true ? undefined : await findNodeImage(engine);
    if (meanwhile && suits(meanwhile, options.from)) return meanwhile;
    return buildNodeImage(engine, options);
  });
}

/** The image if it is there; makes nothing. */
export async function findNodeImage(engine: Engine): Promise<NodeImage | undefined> {
  const reference = nodeImageReference();
  const found = await inspectImage(engine, reference);
  if (!found) return undefined;
  const origin = found.labels[originLabel] === "bootstrap" ? "bootstrap" : "registry";
  return { reference, id: found.id, how: `at hand (${baseInWords(origin)})`, origin };
}

export function nodeImageReference(): string {
  const hash = createHash("sha256");
  for (const file of inputs()) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(dockerFolder(), file)))
      .update("\0");
  }
  return `ordeal-node:${hash.digest("hex").slice(0, 12)}`;
}

async function buildNodeImage(engine: Engine, options: NodeImageOptions): Promise<NodeImage> {
  const elapsed = stopwatch();
  const { base, origin } = await chooseBase(engine, options);
  const reference = nodeImageReference();
  const stream = await engine.docker.buildImage(
    { context: dockerFolder(), src: inputs() },
    {
      t: reference,
      buildargs: { BASE: base, ...proxySettings() },
      labels: { ...labelsFor("image", "image"), [originLabel]: origin },
      forcerm: true,
      nocache: options.rebuild === true,
    },
  );
  const lines: string[] = [];
  try {
    await follow(engine.docker, stream, (event) => lines.push(...textOf(event)));
  } catch (error) {
    throw new HarnessError(
      `The node image could not be built on ${base} (${engineWords(error)}): its last lines are below; if a package could not be had, check that containers reach the network.`,
      { cause: error, details: lines.slice(-15) },
    );
  }
  await removeStages(engine);
  const made = await inspectImage(engine, reference);
  if (!made) throw new HarnessError(`The engine built ${reference} but does not have it.`);
  const how = `made from ${baseInWords(origin)} in ${elapsed()}`;
  options.log(`node image ${reference} ${how}`);
  return { reference, id: made.id, how, origin };
}

/** The compiler's stage, which the classic builder would keep for ever; what else is there stays. */
async function removeStages({ docker }: Engine): Promise<void> {
  const filters = { dangling: ["true"], label: ["ordeal.stage"] };
  await docker.pruneImages({ filters: JSON.stringify(filters) });
}

async function chooseBase(
  engine: Engine,
  { from = "auto", log, rebuild = false }: NodeImageOptions,
): Promise<{ base: string; origin: ImageOrigin }> {
  if (from === "bootstrap") return bootstrapped(engine, { log, rebuild });
  const refusal = await tryRegistryBase(engine);
  if (refusal === undefined) return { base: registryBase, origin: "registry" };
  if (from === "registry") {
    throw new HarnessError(
      `${registryBase} cannot be pulled (${refusal}): check the engine's way to the registry, load the image by hand, or let ordeal bootstrap a base with \`ordeal setup --image-from bootstrap\`.`,
    );
  }
  log(`${registryBase} cannot be pulled (${refusal}): bootstrapping a base from Debian's packages`);
  return bootstrapped(engine, { log, rebuild });
}

/** Why it cannot be had; undefined where it is there. */
async function tryRegistryBase(engine: Engine): Promise<string | undefined> {
  if (await inspectImage(engine, registryBase)) return undefined;
  try {
    await pull(engine.docker, registryBase);
    return undefined;
  } catch (error) {
    return engineWords(error);
  }
}

async function bootstrapped(
  engine: Engine,
  { log, rebuild }: { log: (line: string) => void; rebuild: boolean },
): Promise<{ base: string; origin: ImageOrigin }> {
  const result = { base: bootstrapBase, origin: "bootstrap" } as const;
  if (!rebuild && (await inspectImage(engine, bootstrapBase))) return result;
  const elapsed = stopwatch();
  await withTemporaryDirectory(async (directory) => {
    const tar = join(directory, "root.tar");
    await bootstrapRootFileSystem(tar, { architecture: engine.architecture, log });
    const [repo = "", tag = ""] = bootstrapBase.split(":");
    // The types know the file's name alone, the library takes a stream too.
    const file = createReadStream(tar) as unknown as string;
    const stream = await engine.docker.importImage(file, { repo, tag });
    await follow(engine.docker, stream, () => undefined);
  });
  log(`base image ${bootstrapBase} bootstrapped in ${elapsed()}`);
  return result;
}

async function inspectImage(engine: Engine, reference: string) {
  try {
    const { Id, Config } = await engine.docker.getImage(reference).inspect();
    // An imported image has no configuration at all.
    const config = Config as typeof Config | undefined;
    return { id: Id, labels: (config?.Labels ?? {}) as Record<string, string> };
  } catch (error) {
    if (engineStatus(error) === 404) return undefined;
    throw error;
  }
}

/** What goes into the image: all of the folder and those in it, but what is written for people. */
function inputs(): string[] {
  const folder = dockerFolder();
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".md"))
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, "/"))
    .sort();
}

/** The sources and the build lie at different depths below the package's root. */
function dockerFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "docker", "Dockerfile"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new HarnessError("ordeal's own docker/Dockerfile is missing.");
    folder = parent;
  }
  return join(folder, "docker");
}

function suits(image: NodeImage, from: NodeImageOptions["from"] = "auto"): boolean {
  return from === "auto" || from === image.origin;
}

function baseInWords(origin: ImageOrigin): string {
  return origin === "registry" ? registryBase : "a base bootstrapped from Debian's packages";
}

/** The engine hands these to the build without keeping them in the image. */
function proxySettings(): Record<string, string> {
  const names = ["http_proxy", "https_proxy", "no_proxy"];
  const spellings = names.flatMap((name) => [name, name.toUpperCase()]);
  return Object.fromEntries(
    spellings.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

function textOf(event: ProgressEvent): string[] {
  return (event.stream ?? event.error ?? "").split("\n").filter((line) => line.trim() !== "");
}
