import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { HarnessError } from "../../core/errors.js";
import { stopwatch } from "./stopwatch.js";

/** Root may, on Debian, Ubuntu and what is derived from them. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && isOnPath("apt-get") && isDebianLike(osRelease());
}

/** Understands the text of /etc/os-release (man 5 os-release). */
export function isDebianLike(osReleaseText: string): boolean {
  const named = /^ID(?:_LIKE)?=(.*)$/gm;
  return [...osReleaseText.matchAll(named)].some(([, value = ""]) =>
    /\b(?:debian|ubuntu)\b/.test(value),
  );
}

/** Rejects with HarnessError, which shows apt's last lines. */
export async function installPackages(
  names: readonly string[],
  log: (line: string) => void,
): Promise<void> {
  const elapsed = stopwatch();
  const install = ["install", "--yes", "--no-install-recommends", ...names];
  const first = await aptGet(install);
  // The lists of packages may be missing, or older than what the mirror still has.
  if (first.failed) await aptGet(["update"]);
  const { failed, all } = first.failed ? await aptGet(install) : first;
  if (failed) {
    throw new HarnessError(
      `apt-get could not install ${names.join(", ")}: its last lines are below; install them by hand and try again.`,
      { details: all.split("\n").slice(-15) },
    );
  }
  log(`installed ${names.join(", ")} in ${elapsed()}`);
}

export function isOnPath(command: string): boolean {
  return searchPath().some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** With the folders of the system's own programs, which a user's PATH may lack. */
export function searchPath(): string[] {
  const own = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...new Set([...own, "/usr/sbin", "/sbin"])];
}

function aptGet(commandLine: readonly string[]) {
  return execa("apt-get", ["--quiet", ...commandLine], {
    reject: false,
    all: true,
    stdin: "ignore",
    env: { DEBIAN_FRONTEND: "noninteractive", PATH: searchPath().join(delimiter) },
  });
}

function osRelease(): string {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}
