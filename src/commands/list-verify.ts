import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nemeses } from "../../nemeses/index.js";
import { removeRun } from "../cluster/docker/clean.js";
import { connectEngine } from "../cluster/docker/engine.js";
import { ensureNodeImage } from "../cluster/docker/image.js";
import { inspectFeatures, ruledOut } from "../cluster/docker/inspect.js";
import { type DockerParts, dockerTestBed } from "../cluster/docker/test-bed.js";
import { defaultEtcd } from "../cluster/docker/versions.js";
import type { Capability } from "../core/cluster.js";
import { HarnessError } from "../core/errors.js";
import type { Nemesis } from "../core/nemesis.js";
import { exitCodes } from "../core/run.js";
import { prepareDocker } from "../docker-parts.js";
import { seededRandom } from "../generator/seeded-random.js";
import { newRunId } from "../run-id.js";
import { systemClock } from "../runner/system-clock.js";
import { type Verified, verifyNemeses } from "../verify-nemeses.js";
import { listed, namesFrom, wholeNumber } from "./arguments.js";
import { faultsAskedFor } from "./faults-asked-for.js";
import { interruptible } from "./interruptible.js";
import { lackedBy } from "./machine-needs.js";
import { printJson, say } from "./say.js";
import { type Impossible, lineOf, shortened, tableOf } from "./verified-in-words.js";

export interface VerifyArguments {
  readonly etcd: string | undefined;
  readonly nemesis: readonly string[];
  readonly seed: number | undefined;
  readonly json: boolean;
}

const sizes = [3, 5, 7];

/**
 * Sees one fault of each nemesis come and go on a real cluster. Rejects with HarnessError where one
 * was not seen in force or over.
 */
export async function verifyAll(given: VerifyArguments): Promise<void> {
  const names = listed(given.nemesis);
  namesFrom("--nemesis", names, nemeses);
  const seed = wholeNumber("--seed", given.seed ?? Number(process.hrtime.bigint() % 1_000_000n), 0);
  const wanted = Object.values(nemeses).filter(
    ({ name }) => names.length === 0 || names.includes(name),
  );
  const { possible, impossible } = await sortedByMachine(wanted);
  const verified =
    possible.length === 0
      ? []
      : await verifyOnCluster(possible, { etcd: given.etcd ?? defaultEtcd, seed });

  if (given.json) printJson({ seed, verified, impossible });
  else say(tableOf(verified, impossible));
  const troubles = verified.flatMap(({ trouble }) => trouble ?? []);
  const [first] = troubles;
  if (first === undefined) return;
  throw new HarnessError(
    `${troubles.length} of ${verified.length} nemeses cannot be relied on here (--seed ${seed} chooses the same faults again): each is told below.`,
    { details: troubles },
  );
}

/** By what the kernel and the engine have. */
async function sortedByMachine(wanted: readonly Nemesis[]) {
  const engine = await connectEngine();
  const image = await ensureNodeImage(engine, { log: say });
  const missing = ruledOut(await inspectFeatures(engine, image));
  const impossible: Impossible[] = wanted.flatMap((nemesis) => {
    const lacks = lackedBy(nemesis, missing);
    return lacks === undefined ? [] : [{ nemesis: nemesis.name, lacks }];
  });
  const isMissing = new Set(impossible.map(({ nemesis }) => nemesis));
  return { possible: wanted.filter(({ name }) => !isMissing.has(name)), impossible };
}

async function verifyOnCluster(
  possible: readonly Nemesis[],
  { etcd, seed }: { readonly etcd: string; readonly seed: number },
): Promise<readonly Verified[]> {
  const run = newRunId(systemClock().wallTime());
  // The same etcd again: a change of nodes is to be seen, not another version.
  const parts = await prepareDocker({ etcd, changes: [{ etcd }], variation: {} }, say);
  const { signal, release } = interruptible({
    first: "healing and removing the cluster",
    again: "removing the cluster and leaving",
    beforeLeaving: () => removeRun(parts.engine, run),
    failure: (cause) => `the cluster could not be removed (${cause}): \`ordeal clean\` does so`,
    exitCode: exitCodes.harness,
  });
  const logsDirectory = mkdtempSync(join(tmpdir(), "ordeal-verify-"));
  try {
    return await onCluster({ parts, run, possible, seed, logsDirectory, signal });
  } finally {
    rmSync(logsDirectory, { recursive: true });
    release();
  }
}

interface Round {
  readonly parts: DockerParts;
  readonly run: string;
  readonly possible: readonly Nemesis[];
  readonly seed: number;
  readonly logsDirectory: string;
  readonly signal: AbortSignal;
}

async function onCluster(round: Round): Promise<readonly Verified[]> {
  const { parts, run, possible, seed, logsDirectory, signal } = round;
  const faults: ReadonlySet<Capability> = faultsAskedFor(possible.map(({ name }) => name));
  const nodes = sizeFor(possible);
  const clock = systemClock();
  const bed = dockerTestBed({
    ...{ parts, nodes, faults, tls: false, data: "tmpfs", keep: false },
    startClock: systemClock,
  });
  const cluster = await bed.start({
    ...{ run, logsDirectory, signal, log: say },
    onLogFinding: ({ node, line }) => {
      say(`  ${node} said: ${shortened(line)}`);
    },
  });
  try {
    say(`${nodes} nodes of etcd ${parts.etcd.version}, seed ${seed}: one fault of each nemesis`);
    return await verifyNemeses({
      ...{ cluster, clock, signal, nemeses: changesLast(possible) },
      random: seededRandom(seed),
      onVerified: (verified) => {
        say(lineOf(verified));
      },
    });
  } finally {
    await cluster.stop({ keep: false });
  }
}

/** Whoever changes what nodes run leaves that behind, and others ask for nodes as they were. */
function changesLast(possible: readonly Nemesis[]): readonly Nemesis[] {
  const changes = ({ needs }: Nemesis) => needs.includes("rollout");
  return [...possible.filter((one) => !changes(one)), ...possible.filter(changes)];
}

/** The smallest cluster on which each of them has something to do. */
function sizeFor(possible: readonly Nemesis[]): number {
  const least = Math.max(...possible.map(({ minNodes = 1 }) => minNodes));
  return sizes.find((size) => size >= least) ?? least;
}
