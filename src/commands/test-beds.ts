import { findLeftovers, removeRun } from "../cluster/docker/clean.js";
import { type DockerParts, dockerTestBed } from "../cluster/docker/test-bed.js";
import { defaultEtcd } from "../cluster/docker/versions.js";
import { type BugName, plantedBugs } from "../cluster/simulated/bugs.js";
import { simulatedTestBed } from "../cluster/simulated/test-bed.js";
import { UsageError } from "../core/errors.js";
import type { TestBed } from "../core/test-bed.js";
import { prepareDocker } from "../docker-parts.js";
import { seededRandom } from "../generator/seeded-random.js";
import { newRunId } from "../run-id.js";
import { systemClock } from "../runner/system-clock.js";
import type { TestOptions } from "../test-options.js";
import { namesFrom } from "./arguments.js";
import type { BedName } from "./bed-capabilities.js";
import { faultsAskedFor } from "./faults-asked-for.js";
import { refuseChanges } from "./refuse-changes.js";
import { say } from "./say.js";

/** Options that not every kind of cluster can honour. */
export interface GivenForBed {
  readonly bugs: readonly string[];
  readonly etcd: string;
  readonly config: string | undefined;
  readonly to?: string | undefined;
  readonly toEtcd?: string | undefined;
  readonly tls: boolean;
  readonly data: string;
  readonly keep: boolean;
}

export interface PreparedBed {
  /** The run's id. */
  readonly run: string;
  readonly bed: TestBed;
  /** Removes all that was made of it, whatever is still under way. */
  readonly removeAtOnce: () => Promise<void>;
}

export interface BedKind {
  /** Throws UsageError for what this kind cannot do, rather than leave it out. */
  refuse(given: GivenForBed): void;
  prepare(options: TestOptions): Promise<PreparedBed>;
}

/** Every kind of cluster that the command line knows, by name. */
export const testBeds: Readonly<Record<BedName, BedKind>> = {
  docker: {
    refuse({ bugs }) {
      if (bugs.length > 0) {
        throw new UsageError(
          "bugs can be planted into a simulated cluster alone: give --cluster simulated with --bug",
        );
      }
    },
    async prepare(options) {
      const run = newRunId(systemClock().wallTime());
      const parts = await prepareDocker(options, say);
      await mentionLeftovers(parts);
      const { nodes, tls, data, keep } = options;
      const faults = faultsAskedFor(options.nemeses, options);
      refuseChanges(parts, { tls, faults });
      const bed = dockerTestBed({
        ...{ parts, nodes, tls, data, faults, keep },
        startClock: systemClock,
      });
      const removeAtOnce = async () => {
        await removeRun(parts.engine, run);
      };
      return { run, bed, removeAtOnce };
    },
  },

  simulated: {
    refuse(given) {
      namesFrom("--bug", given.bugs, plantedBugs);
      const meaningless = onlyRealClustersHave(given);
      if (meaningless.length > 0) {
        throw new UsageError(
          `a simulated cluster has no use for ${meaningless.join(", ")}: leave it out, or give --cluster docker`,
        );
      }
    },
    prepare({ nodes, bugs, seed }) {
      const bed = simulatedTestBed({
        nodes,
        bugs: bugs as readonly BugName[],
        random: seededRandom(seed).fork("cluster"),
      });
      // The same for the same seed, as all that is in the history.
      return Promise.resolve({
        run: `simulated-${seed}`,
        bed,
        removeAtOnce: () => Promise.resolve(),
      });
    },
  },
};

/** What was asked for that a simulated cluster has not, as options. */
export function onlyRealClustersHave(given: GivenForBed): string[] {
  const { etcd, config, to, toEtcd, tls, data, keep } = given;
  return [
    ...(etcd === defaultEtcd ? [] : ["--etcd"]),
    ...(config === undefined ? [] : ["--config"]),
    ...(to === undefined ? [] : ["--to"]),
    ...(toEtcd === undefined ? [] : ["--to-etcd"]),
    ...(tls ? ["--tls"] : []),
    ...(data === "tmpfs" ? [] : ["--data"]),
    ...(keep ? ["--keep"] : []),
  ];
}

async function mentionLeftovers({ engine }: DockerParts): Promise<void> {
  const leftovers = await findLeftovers(engine);
  if (leftovers.length > 0) {
    say(`an earlier run left ${leftovers.length} things behind: \`ordeal clean\` removes them`);
  }
}
