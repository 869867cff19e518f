import { execa } from "execa";
import { HarnessError } from "../../core/errors.js";
import { canInstallPackages, installPackages, isOnPath } from "./debian-packages.js";

const suite = "bookworm";

/**
 * Writes a minimal Debian as a tar file, out of packages alone: for machines that reach a mirror
 * of Debian but no image registry. mmdebstrap knows a mirror, and leaves it configured inside.
 */
export async function bootstrapRootFileSystem(
  tar: string,
  { architecture, log }: { architecture: string; log: (line: string) => void },
): Promise<void> {
  await haveMmdebstrap(log);
  const options = ["--variant=minbase", `--architectures=${architecture}`];
  const { failed, all } = await execa("mmdebstrap", [...options, suite, tar], {
    reject: false,
    all: true,
    stdin: "ignore",
    // debconf and locales of the host have no business in the image.
    env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" },
  });
  if (!failed) return;
  throw new HarnessError(
    "mmdebstrap could not bootstrap a base image: its last lines are below; check that this machine reaches a mirror of Debian.",
    { details: all.split("\n").slice(-15) },
  );
}

async function haveMmdebstrap(log: (line: string) => void): Promise<void> {
  if (isOnPath("mmdebstrap")) return;
  if (!canInstallPackages()) {
    throw new HarnessError(
      "No image registry answers, and mmdebstrap, which makes a base image without one, is not installed: install it (Debian and Ubuntu: `apt-get install mmdebstrap`), or load debian:bookworm-slim into the engine by hand.",
    );
  }
  await installPackages(["mmdebstrap", "debian-archive-keyring"], log);
}
