import { HarnessError } from "../../../core/errors.js";
import type { Engine } from "../engine.js";
import { engineStatus, engineWords } from "../engine-words.js";
import { labelsFor } from "../labels.js";
import { pull } from "../pull.js";
import { copyOut } from "./tar.js";

/** Where images of etcd have their programs: etcd's own, Debian's, others'. */
const binaryFolders = ["/usr/local/bin", "/usr/bin", "/opt/bitnami/etcd/bin", "/bin", "/"];

/** Where etcd's makers publish a version. */
export function upstreamImages(version: string): string[] {
  return [`gcr.io/etcd-development/etcd:v${version}`, `quay.io/coreos/etcd:v${version}`];
}

/** What an image is, apart from its name, which may move; undefined where it is not local. */
export async function localImageId(engine: Engine, reference: string): Promise<string | undefined> {
  try {
    const { Id, RepoDigests } = await engine.docker.getImage(reference).inspect();
    return (RepoDigests as string[] | undefined)?.[0] ?? Id;
  } catch (error) {
    if (engineStatus(error) === 404) return undefined;
    throw error;
  }
}

/** The image's digest, pulled where it is not local. Rejects with HarnessError saying why not. */
export async function obtainImage(engine: Engine, reference: string): Promise<string> {
  const local = await localImageId(engine, reference);
  if (local !== undefined) return local;
  try {
    await pull(engine.docker, reference);
  } catch (error) {
    throw new HarnessError(engineWords(error), { cause: error });
  }
  const pulled = await localImageId(engine, reference);
  if (pulled !== undefined) return pulled;
  throw new HarnessError("the engine pulled it but does not have it");
}

/**
 * Copies the programs out of a container that is made and never started, since upstream's images
 * have neither a shell nor anything else to copy with.
 */
export async function copyFromImage(
  engine: Engine,
  { reference, directory }: { reference: string; directory: string },
): Promise<void> {
  const container = await engine.docker.createContainer({
    Image: reference,
    Entrypoint: [],
    Cmd: ["never-started"],
    Labels: labelsFor("fetch-etcd", "fetch"),
  });
  try {
    for (const folder of binaryFolders) {
      const from = folder === "/" ? "" : folder;
      if (!(await copiedOut(`${from}/etcd`))) continue;
      await copiedOut(`${from}/etcdctl`);
      return;
    }
  } finally {
    await container.remove({ force: true, v: true });
  }
  throw new HarnessError(`it has no etcd in any of ${binaryFolders.join(", ")}`);

  async function copiedOut(path: string): Promise<boolean> {
    try {
      await copyOut(container, { from: path, to: directory });
      return true;
    } catch (error) {
      if (engineStatus(error) === 404) return false;
      throw error;
    }
  }
}
