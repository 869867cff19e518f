import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "../../../core/errors.js";
import type { Engine } from "../engine.js";
import { engineWords } from "../engine-words.js";
import { runShortLived } from "../short-lived.js";
import { copyOut } from "./tar.js";

const timeoutMs = 180_000;

/**
 * Runs in a container of the node image, which has apt, its keys and a mirror. Its own lists are
 * left alone: only the asked suite's are fetched. The first mirror that its sources name, in either
 * of their two formats, is the one of the main archive.
 */
const script = `
set -eu
suite=$1
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null \\
  | sed 's/#.*//' | grep -oE '[a-z+]+://[^ ]+' | head -n 1)
mkdir -p /fetched/unpacked /tmp/lists/partial /tmp/packages
echo "deb $mirror $suite main" > /tmp/suite.list
apt() {
  apt-get --quiet -o Dir::Etc::SourceList=/tmp/suite.list -o Dir::Etc::SourceParts=- \\
    -o Dir::State::Lists=/tmp/lists -o Acquire::Check-Valid-Until=false \\
    -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20 \\
    -o APT::Sandbox::User=root "$@"
}
apt -o APT::Update::Error-Mode=any update
cd /tmp/packages
apt download "etcd-server/$suite"
apt download "etcd-client/$suite"
for package in *.deb; do dpkg -x "$package" /fetched/unpacked; done
mv /fetched/unpacked/usr/bin/etcd /fetched/etcd
if [ -e /fetched/unpacked/usr/bin/etcdctl ]; then mv /fetched/unpacked/usr/bin/etcdctl /fetched/; fi
dpkg-deb -f etcd-server_*.deb Version > /fetched/package-version
rm -r /fetched/unpacked
`;

/** Puts `etcd`, and `etcdctl` if there, into the folder; returns the package's full version. */
export async function fetchFromDebian(
  suite: string,
  { engine, image, directory }: { engine: Engine; image: string; directory: string },
): Promise<{ packageVersion: string }> {
  const { exitCode, output, timedOut } = await inContainer(suite, { engine, image, directory });
  if (timedOut) throw new HarnessError(`no answer within ${timeoutMs / 1000} s`);
  if (exitCode !== 0) {
    throw new HarnessError(lastComplaint(output), {
      details: output.trim().split("\n").slice(-10),
    });
  }
  const fetched = join(directory, "fetched");
  const packageVersion = (await readFile(join(fetched, "package-version"), "utf8")).trim();
  await rename(join(fetched, "etcd"), join(directory, "etcd"));
  await rename(join(fetched, "etcdctl"), join(directory, "etcdctl")).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  });
  await rm(fetched, { recursive: true });
  return { packageVersion };
}

async function inContainer(
  suite: string,
  { engine, image, directory }: { engine: Engine; image: string; directory: string },
) {
  try {
    return await runShortLived(engine, {
      image,
      purpose: "fetch-etcd",
      kind: "fetch",
      command: ["bash", "-c", script, "fetch", suite],
      timeoutMs,
      after: (container) => copyOut(container, { from: "/fetched", to: directory }),
    });
  } catch (error) {
    throw new HarnessError(engineWords(error), { cause: error });
  }
}

/** The first of apt's errors names the cause, later ones its consequences. */
function lastComplaint(output: string): string {
  const errors = output.split("\n").filter((line) => /^(?:E|Err):/.test(line));
  return errors[0]?.replace(/^(?:E|Err):\S*\s*/, "") ?? "apt-get failed";
}
