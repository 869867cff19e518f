import type Docker from "dockerode";
import { tryOwnClock } from "./clock.js";
import { connectEngine, type Engine, NoEngineError } from "./engine.js";
import { engineWords } from "./engine-words.js";
import { findNodeImage, type NodeImage, nodeImageReference } from "./image.js";
import { labelsFor } from "./labels.js";
import { runShortLived } from "./short-lived.js";
import { cachedVersions, defaultEtcd } from "./versions.js";

/** One line of the table that `ordeal setup --check` prints. */
export interface Inspected {
  readonly what: string;
  /** "missing" costs faults; "blocking" is what no run can do without. */
  readonly state: "ok" | "missing" | "blocking" | "unknown";
  /** What was found, or what is missing. */
  readonly found: string;
  /** Faults that cannot be had without it; only where it is missing. */
  readonly rulesOut?: string;
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
    ...(await Promise.all([
      ...probes.map((probe) => inspectBy(probe, engine, image)),
      inspectFreezer(engine, image),
    ])),
  ];
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

interface Probe {
  readonly what: string;
  readonly rulesOut: string;
  /** In words, what it means that the command succeeded; or read off its output. */
  readonly ok: string | ((output: string) => string);
  /** Said before the command's own words where it failed. */
  readonly missing?: string;
  /** A shell's; it fails where what is looked for is missing. */
  readonly command: string;
  readonly hostConfig?: Docker.HostConfig;
}

const mebibytesNeeded = 1024;

const probes: readonly Probe[] = [
  {
    what: "NET_ADMIN",
    rulesOut: "partition",
    ok: "granted, and iptables drops packets",
    command:
      "iptables -w -A INPUT -s 192.0.2.1 -j DROP && iptables -w -C INPUT -s 192.0.2.1 -j DROP",
    hostConfig: { CapAdd: ["NET_ADMIN"] },
  },
  {
    what: "SYS_ADMIN",
    rulesOut: "power-failure",
    ok: "granted, and file systems can be mounted",
    command: "mount -t tmpfs none /mnt",
    hostConfig: { CapAdd: ["SYS_ADMIN"], SecurityOpt: ["apparmor=unconfined"] },
  },
  {
    what: "own clocks",
    rulesOut: "clock",
    ok: "a program went by a clock of its own, without any capability",
    command: tryOwnClock,
    hostConfig: { CapDrop: ["ALL"] },
  },
  {
    what: "SYS_TIME",
    rulesOut: "nothing: it would move every clock of the machine",
    ok: "granted",
    command: "true",
    hostConfig: { CapAdd: ["SYS_TIME"] },
  },
  {
    what: "netem",
    rulesOut: "slow, lossy and reordering links (not offered yet)",
    ok: "in the kernel",
    missing: "not in the kernel: ",
    command: "tc qdisc add dev lo root netem delay 1ms",
    hostConfig: { CapAdd: ["NET_ADMIN"] },
  },
  {
    what: "loop devices",
    rulesOut: "power-failure",
    ok: (output) => `${output.trim()} free`,
    // Reading alone: asking for a free device would make one where there is none.
    command: `
      free=0
      for device in /sys/block/loop*; do
        if [ -d "$device" ] && [ ! -e "$device/loop/backing_file" ]; then free=$((free + 1)); fi
      done
      [ "$free" -gt 0 ] || { echo "no free loop device in /sys/block" >&2; exit 1; }
      echo "$free"`,
  },
  {
    what: "free disk",
    rulesOut: "long runs: nodes and their logs would fill it",
    ok: (output) => `${(Number(output) / 1024).toFixed(1)} GiB in the engine's folder`,
    command: `
      free=$(df -Pm / | awk 'NR == 2 { print $4 }')
      [ "$free" -ge ${mebibytesNeeded} ] || { echo "only $free MiB in the engine's folder" >&2; exit 1; }
      echo "$free"`,
  },
];

async function inspectBy(
  probe: Probe,
  engine: Engine,
  image: NodeImage | undefined,
): Promise<Inspected> {
  const { what, rulesOut } = probe;
  if (!image) return { what, state: "unknown", found: "cannot be tried without the node image" };
  const outcome = await run(probe, { engine, image: image.reference });
  if ("missing" in outcome) {
    const found = `${probe.missing ?? ""}${outcome.missing}`;
    return { what, state: "missing", found, rulesOut };
  }
  return {
    what,
    state: "ok",
    found: typeof probe.ok === "string" ? probe.ok : probe.ok(outcome.output),
  };
}

async function run(
  { command, hostConfig }: Probe,
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
  const what = "freezer";
  if (!image) return { what, state: "unknown", found: "cannot be tried without the node image" };
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
      ? { what, state: "ok", found: "containers can be paused" }
      : { what, state: "missing", found: "a paused container went on", rulesOut: pauseByFreezer };
  } catch (error) {
    const found = firstLine(engineWords(error));
    return { what, state: "missing", found, rulesOut: pauseByFreezer };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

const pauseByFreezer = "pause by the freezer (by SIGSTOP it works)";
