import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "../../core/errors.js";
import { withTemporaryDirectory } from "./cache-directory.js";
import type { Engine } from "./engine.js";
import { ensureNodeImage } from "./image.js";
import { withLock } from "./lock.js";
import { stopwatch } from "./stopwatch.js";
import { debianVersions } from "./versions/debian-versions.js";
import { fetchFromDebian } from "./versions/fetch-debian.js";
import {
  copyFromImage,
  localImageId,
  obtainImage,
  upstreamImages,
} from "./versions/fetch-image.js";
import { binaryAt, copyFromPath, notEtcd } from "./versions/fetch-path.js";
import { type EtcdRequest, inWords, parseEtcdRequest } from "./versions/request.js";
import { runEtcdVersion } from "./versions/run-etcd-version.js";
import {
  findStored,
  listStored,
  loadStored,
  type StoredEtcd,
  saveStored,
} from "./versions/store.js";

export type { StoredEtcd };

export const defaultEtcd = "3.5.30";

export interface FetchOptions {
  readonly engine: Engine;
  readonly log: (line: string) => void;
}

/**
 * The etcd that was asked for: a version, `debian:SUITE`, an image reference, or the path of a
 * binary. Fetched once, then kept in the cache. Rejects with UsageError where the request makes no
 * sense, and with HarnessError, which names all that was tried, where it cannot be had.
 */
export async function fetchEtcd(request: string, options: FetchOptions): Promise<StoredEtcd> {
  const asked = parseEtcdRequest(request);
  switch (asked.type) {
    case "path":
      return fetchPath(asked.path, options);
    case "image":
      return fetchImage(asked.reference, options);
    case "version":
    case "suite": {
      const atHand = await findInCache(asked, options.engine);
      // Two at once would fetch the same.
      return atHand ?? withLock("fetch-etcd", () => fetchAnyWay(asked, options));
    }
  }
}

/** Versions that can be asked for by number without a registry, oldest first. */
export function knownVersions(): readonly { readonly version: string; readonly suite: string }[] {
  return debianVersions;
}

/** What the cache holds for the engine's architecture. */
export async function cachedVersions(engine: Engine): Promise<StoredEtcd[]> {
  return listStored(engine.architecture);
}

type Published = Extract<EtcdRequest, { type: "version" | "suite" }>;

/** A way to get an etcd: where it is kept, what it is, and how it is put into a folder. */
interface Way {
  readonly name: string;
  readonly key: string;
  /** Returns where it came from, for people. */
  readonly fetch: (directory: string) => Promise<string>;
  /** What the binary must say of itself. */
  readonly version?: string;
  /** The error for a binary that does not say that it is an etcd. */
  readonly refuse: (said: string) => Error;
}

/** A version counts whichever way it came; but a binary of the user's own is none of them. */
async function findInCache(asked: Published, engine: Engine): Promise<StoredEtcd | undefined> {
  if (asked.type === "suite") return loadStored(suiteKey(asked.suite), engine.architecture);
  const { version } = asked;
  return findStored(engine.architecture, { version, prefixes: ["debian-", "upstream-"] });
}

async function fetchAnyWay(asked: Published, options: FetchOptions): Promise<StoredEtcd> {
  const meanwhile = await findInCache(asked, options.engine);
  if (meanwhile) return meanwhile;
  const { reference } = await ensureNodeImage(options.engine, options);
  const tried: string[] = ["the cache (not in it)"];
  const details: string[] = [];
  for (const way of waysTo(asked, reference, options.engine)) {
    try {
      return await goWay(way, reference, options);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      tried.push(`${way.name} (${error.message})`);
      details.push(...error.details);
    }
  }
  throw new HarnessError(
    `${capitalised(inWords(asked))} cannot be had: tried ${tried.join(", ")}. ${adviceFor(asked)}`,
    { details },
  );
}

/** Debian's package first, since it needs no registry; then what etcd's makers publish. */
function waysTo(asked: Published, image: string, engine: Engine): Way[] {
  if (asked.type === "suite") return [wayByDebian(asked.suite, image, engine)];
  const { version } = asked;
  const debian = debianVersions.filter((known) => known.version === version);
  return [
    ...debian.map(({ suite }) => ({ ...wayByDebian(suite, image, engine), version })),
    ...upstreamImages(version).map((reference) => ({
      ...wayByImage(reference, engine),
      key: `upstream-${version}`,
      version,
    })),
  ];
}

function wayByDebian(suite: string, image: string, engine: Engine): Way {
  return {
    name: `Debian's ${suite}`,
    key: suiteKey(suite),
    fetch: async (directory) => {
      const { packageVersion } = await fetchFromDebian(suite, { engine, image, directory });
      return `Debian package etcd-server ${packageVersion} (${suite})`;
    },
    refuse: noEtcdThere,
  };
}

function wayByImage(reference: string, engine: Engine): Omit<Way, "key"> {
  return {
    name: reference,
    fetch: async (directory) => {
      const digest = await obtainImage(engine, reference);
      await copyFromImage(engine, { reference, directory });
      return digest.startsWith("sha256:") ? `image ${reference} (${digest})` : `image ${digest}`;
    },
    refuse: noEtcdThere,
  };
}

/** Goes by what the image is, not by its name: a tag may be moved. */
async function fetchImage(reference: string, options: FetchOptions): Promise<StoredEtcd> {
  const { engine } = options;
  const { reference: image } = await ensureNodeImage(engine, options);
  const key = (id: string) => `image-${shortHash(id)}`;
  const localId = await localImageId(engine, reference);
  const atHand = localId && (await loadStored(key(localId), engine.architecture));
  if (atHand) return atHand;
  try {
    const id = await obtainImage(engine, reference);
    return await goWay({ ...wayByImage(reference, engine), key: key(id) }, image, options);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw new HarnessError(
      `The etcd in ${reference} cannot be had: it was looked for in the engine and its registry (${error.message}); check the name, or load the image into the engine by hand.`,
      { cause: error, details: error.details },
    );
  }
}

/** Goes by the content, so that a binary that was built anew is another one. */
async function fetchPath(path: string, options: FetchOptions): Promise<StoredEtcd> {
  const { engine } = options;
  const binary = await binaryAt(path);
  const key = `path-${shortHash(await readFile(binary))}`;
  const atHand = await loadStored(key, engine.architecture);
  // The same content may have come from elsewhere before.
  if (atHand) return { ...atHand, source: binary };
  const { reference } = await ensureNodeImage(engine, options);
  return goWay(
    {
      name: binary,
      key,
      fetch: async (directory) => {
        await copyFromPath(path, directory);
        return binary;
      },
      refuse: (said) => notEtcd(binary, `asked for its version, it said ${said}`),
    },
    reference,
    options,
  );
}

async function goWay(way: Way, image: string, options: FetchOptions): Promise<StoredEtcd> {
  const { engine, log } = options;
  const elapsed = stopwatch();
  return withTemporaryDirectory(async (temporary) => {
    const directory = join(temporary, "etcd");
    await mkdir(directory);
    const source = await way.fetch(directory);
    const { told, output } = await runEtcdVersion(directory, { engine, image });
    if (!told) throw way.refuse(inOneLine(output));
    if (way.version !== undefined && told.version !== way.version) {
      throw new HarnessError(`it has ${told.version} now`);
    }
    const place = { key: way.key, architecture: engine.architecture };
    const stored = await saveStored(directory, { ...told, source }, place);
    log(`etcd ${stored.version} from ${source} in ${elapsed()}`);
    return stored;
  });
}

function noEtcdThere(said: string): HarnessError {
  return new HarnessError(`it has no etcd that runs: asked for its version, it said ${said}`);
}

function adviceFor(asked: Published): string {
  const known = debianVersions.map(({ version }) => version).join(", ");
  const anyway = `give the path of a binary, or one of ${known}, which come from Debian's packages`;
  return asked.type === "suite"
    ? `Check that containers reach a mirror of Debian, or ${anyway}.`
    : `Check the version and that this machine reaches one of these places, or ${anyway}.`;
}

function suiteKey(suite: string): string {
  return `debian-${suite}`;
}

function shortHash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

function inOneLine(output: string): string {
  const line = output.trim().split("\n")[0] ?? "";
  return line === "" ? "nothing" : JSON.stringify(line.slice(0, 200));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
