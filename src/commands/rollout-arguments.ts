import type { Argv } from "yargs";
import {
  type CommonOptions,
  leastTimeLimitMs,
  type SetUpOptions,
} from "../campaign/rollout/rollout.js";
import { changeNemesis, type Thresholds } from "../campaign/rollout/rollout-record.js";
import { defaultEtcd } from "../cluster/docker/versions.js";
import { UsageError } from "../core/errors.js";
import { durationMs, wholeNumber } from "./arguments.js";
import { quoted } from "./quoted.js";
import { optionsFrom, type TestArguments, testOptions, wordsForLoad } from "./test.js";

export interface RolloutArguments extends TestArguments {
  readonly from: string | undefined;
  readonly fromEtcd: string;
  readonly repeat: number;
  readonly maxAvailabilityLoss: number;
  readonly maxOutageIncrease: string;
  readonly maxLatencyIncrease: number;
  readonly maxThroughputLoss: number;
  readonly maxLeaderChanges: number;
}

export function rolloutOptions(yargs: Argv) {
  return testOptions(yargs)
    .options({
      from: { type: "string", describe: "The etcd-config.yml of today; none for etcd's defaults" },
      to: { describe: "The etcd-config.yml to roll out; the same as --from if not given" },
      "from-etcd": {
        type: "string",
        default: defaultEtcd,
        describe: "The etcd of today: a version, debian:<suite>, an image, or a path",
      },
      "to-etcd": { describe: "The etcd to roll out; the same as --from-etcd if not given" },
      nemesis: { default: ["partition,kill"] },
      "time-limit": { describe: "Load of each run, such as 90 or 5m" },
      repeat: { type: "number", default: 3, describe: "Rounds, of four runs each" },
      etcd: { hidden: true },
      config: { hidden: true },
      cluster: { hidden: true },
      bug: { hidden: true },
      keep: { hidden: true },
      serializable: { hidden: true },
    })
    .options({
      "max-availability-loss": {
        type: "number",
        default: 5,
        describe: "So many percentage points fewer operations may end ok",
      },
      "max-outage-increase": {
        type: "string",
        default: "2s",
        describe: "So much longer service may stand still or take to recover",
      },
      "max-latency-increase": {
        type: "number",
        default: 100,
        describe: "So many percent slower answers may be",
      },
      "max-throughput-loss": {
        type: "number",
        default: 10,
        describe: "So many percent fewer operations a second may end ok",
      },
      "max-leader-changes": {
        type: "number",
        default: 12,
        describe: "So many more changes of leader a minute without a fault",
      },
    });
}

/** What was asked for. Both sides may be the same: that is found when more is known of them. */
export interface AskedRollout {
  readonly common: CommonOptions;
  readonly from: SetUpOptions;
  readonly to: SetUpOptions;
  readonly rounds: number;
  readonly thresholds: Thresholds;
  /** The command that asks for the same again. */
  readonly command: string;
}

/** Checks every option before anything is started. Throws UsageError. */
export function askedRollout(given: RolloutArguments): AskedRollout {
  refuseForeign(given);
  if (given.toEtcd?.includes(",")) {
    throw new UsageError(`a rollout is one change: expected one --to-etcd, got "${given.toEtcd}"`);
  }
  const from = setUpFrom(given.fromEtcd, given.from);
  const to = setUpFrom(given.toEtcd ?? from.etcd, given.to ?? given.from);
  if (to.etcd === from.etcd && to.config === from.config) {
    throw new UsageError(
      "expected --to or --to-etcd to be another than --from and --from-etcd: there is nothing to roll out",
    );
  }
  const none = { etcd: defaultEtcd, config: undefined, to: undefined, toEtcd: undefined };
  const common = optionsFrom({ ...given, ...none, cluster: "docker" });
  const leastMs = leastTimeLimitMs(common.nodes);
  if (common.timeLimitMs < leastMs) {
    throw new UsageError(
      `expected --time-limit to be at least ${leastMs / 1000}s, so that each of ${common.nodes} nodes can be changed and changed back, got ${given.timeLimit}`,
    );
  }
  const rounds = wholeNumber("--repeat", given.repeat, 1);
  const thresholds = thresholdsFrom(given);
  const command = commandFor(given, { common, from, to });
  return { common, from, to, rounds, thresholds, command };
}

function setUpFrom(etcd: string, config: string | undefined): SetUpOptions {
  return { etcd, ...(config !== undefined && { config }) };
}

function refuseForeign(given: RolloutArguments): void {
  const { cluster, bug, etcd, config, keep, serializable, nemesis } = given;
  if (nemesis.some((names) => names.split(",").includes(changeNemesis))) {
    throw new UsageError(
      `\`ordeal rollout\` changes nodes by itself: leave ${changeNemesis} out of --nemesis`,
    );
  }
  if (cluster !== undefined && cluster !== "docker") {
    throw new UsageError(
      `a rollout needs nodes with an etcd and a configuration, got --cluster ${cluster}: leave it out`,
    );
  }
  const foreign = [
    ...(bug.length > 0 ? ["--bug"] : []),
    ...(etcd === defaultEtcd ? [] : ["--etcd"]),
    ...(config === undefined ? [] : ["--config"]),
    ...(keep ? ["--keep"] : []),
    ...(serializable ? ["--serializable"] : []),
  ];
  if (foreign.length > 0) {
    throw new UsageError(
      `\`ordeal rollout\` has no ${foreign.join(", ")}: give --from and --from-etcd, --to and --to-etcd`,
    );
  }
}

function thresholdsFrom(given: RolloutArguments): Thresholds {
  return {
    availabilityPoints: atLeastZero("--max-availability-loss", given.maxAvailabilityLoss),
    outageMs: durationMs("--max-outage-increase", given.maxOutageIncrease),
    latencyPercent: atLeastZero("--max-latency-increase", given.maxLatencyIncrease),
    throughputPercent: atLeastZero("--max-throughput-loss", given.maxThroughputLoss),
    leaderChanges: atLeastZero("--max-leader-changes", given.maxLeaderChanges),
  };
}

function atLeastZero(option: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new UsageError(`expected ${option} to be a number from 0 on, got ${value}`);
}

/** All choices spelled out: it must stand when defaults change. */
function commandFor(
  given: RolloutArguments,
  { common, from, to }: Pick<AskedRollout, "common" | "from" | "to">,
): string {
  const words = [
    "rollout",
    ...(from.config === undefined ? [] : ["--from", from.config]),
    ...(to.config === undefined ? [] : ["--to", to.config]),
    ...["--from-etcd", from.etcd, "--to-etcd", to.etcd],
    ...wordsForLoad(common),
    ...["--repeat", String(given.repeat)],
    ...["--max-availability-loss", String(given.maxAvailabilityLoss)],
    ...["--max-outage-increase", given.maxOutageIncrease],
    ...["--max-latency-increase", String(given.maxLatencyIncrease)],
    ...["--max-throughput-loss", String(given.maxThroughputLoss)],
    ...["--max-leader-changes", String(given.maxLeaderChanges)],
  ];
  return `npx ordeal ${words.map(quoted).join(" ")}`;
}
