import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { execa } from "execa";

/** Puts files of a folder into a container, by the engine's archive door: it may be far away. */
export async function copyIn(
  container: Docker.Container,
  { from, names, to }: { from: string; names: readonly string[]; to: string },
): Promise<void> {
  const tar = execa("tar", ["-C", from, "-cf", "-", ...names], {
    buffer: false,
    stdin: "ignore",
    // Else macOS adds files of its own.
    env: { COPYFILE_DISABLE: "1" },
  });
  await Promise.all([container.putArchive(tar.stdout, { path: to }), tar]);
}

/** Gets a file or a folder out of a container, running or not. Rejects as the engine words it. */
export async function copyOut(
  container: Docker.Container,
  { from, to }: { from: string; to: string },
): Promise<void> {
  const archive = await container.getArchive({ path: from });
  const tar = execa("tar", ["-C", to, "-xf", "-", "--no-same-owner"], { stdout: "ignore" });
  await Promise.all([pipeline(archive, tar.stdin), tar]);
}
