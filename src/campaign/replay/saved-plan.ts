import { z } from "zod";
import { nemeses } from "../../../nemeses/index.js";
import { workloads } from "../../../workloads/index.js";
import { targetKinds } from "../../core/asked-targets.js";
import { nodeNames } from "../../core/cluster.js";
import { UsageError } from "../../core/errors.js";
import type { FaultRecord } from "../../core/history.js";
import type { Plan, PlannedFault } from "../../core/run.js";
import type { TestOptions } from "../../test-options.js";

const positive = z.number().positive();

const askedSchema = z.object({ etcd: z.string(), config: z.string().exactOptional() });

const targetSchema = z.object({
  kinds: z.array(z.enum(targetKinds)).exactOptional(),
  nodes: z.array(z.string()).exactOptional(),
});

/** What later versions added stays, which is why the objects are loose. */
const optionsSchema = z.looseObject({
  cluster: z.string(),
  nodes: z.int().min(1),
  etcd: z.string(),
  config: z.string().exactOptional(),
  /** The one change that older versions knew. */
  change: askedSchema.exactOptional(),
  changes: z.array(askedSchema).exactOptional(),
  variation: z.object({ config: z.string().exactOptional() }).exactOptional(),
  tls: z.boolean(),
  data: z.enum(["tmpfs", "disk"]),
  workload: z.string(),
  nemeses: z.array(z.string()),
  target: targetSchema.exactOptional(),
  bugs: z.array(z.string()).default([]),
  timeLimitMs: positive,
  rate: positive,
  concurrency: z.int().min(1),
  seed: z.int(),
  clusterSeed: z.int().exactOptional(),
  opsPerKey: z.int().min(1),
  serializable: z.boolean(),
  shapes: z.array(z.string()).exactOptional(),
  nemesisIntervalMs: positive,
  requestTimeoutMs: positive,
  recoveryLimitMs: positive,
  checkerTimeoutMs: positive,
  checkerMemoryMb: positive,
  results: z.string(),
  keep: z.boolean(),
});

const specSchema = z.looseObject({
  nemesis: z.string(),
  nodes: z.array(z.string()),
  description: z.string(),
});
const timeSchema = z.number().min(0);

const setUpSchema = {
  etcd: z.record(z.string(), z.looseObject({ sha256: z.string() })),
  config: z.record(z.string(), z.string()),
};

const planSchema = z.looseObject({
  run: z.string(),
  tool: z.string(),
  command: z.string(),
  options: optionsSchema,
  ...setUpSchema,
  changedTo: z.object(setUpSchema).exactOptional(),
  changes: z.array(z.object({ setUp: z.string(), ...setUpSchema })).exactOptional(),
  plannedFaults: z
    .array(z.object({ spec: specSchema, atNs: timeSchema, durationNs: timeSchema.exactOptional() }))
    .exactOptional(),
  schedule: z.array(
    z.looseObject({
      spec: specSchema,
      injectedAtNs: timeSchema,
      healedAtNs: timeSchema.exactOptional(),
    }),
  ),
});

/**
 * The options of a saved plan. Throws UsageError where the plan is damaged, or asks for a workload
 * or a nemesis that is not known here.
 */
export function optionsOf(plan: Plan, path: string): TestOptions {
  refuseScenario(plan);
  const parsed = planSchema.safeParse(plan);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join(".") ?? "";
    throw new UsageError(`the plan ${path} is damaged: ${where}: ${issue?.message ?? ""}`);
  }
  const { change, ...options } = parsed.data.options;
  requireKnown("workload", [options.workload], workloads);
  requireKnown("nemesis", options.nemeses, nemeses);
  return change ? { ...options, changes: [change] } : options;
}

/** What its clients did follows from no seed and no schedule: the scenario itself says it. */
function refuseScenario({ options, command }: Plan): void {
  const { scenario } = options;
  if (typeof scenario !== "string") return;
  throw new UsageError(
    `the run plays the scenario ${scenario}, which is not made again from its plan: \`${command}\` plays it again`,
  );
}

/** Throws UsageError where a fault cannot be asked for on a cluster of this size. */
export function requirePossible(
  faults: readonly PlannedFault[],
  { nodes }: TestOptions,
  path: string,
): void {
  requireKnown(
    "nemesis",
    faults.map(({ spec }) => spec.nemesis),
    nemeses,
  );
  const names = nodeNames(nodes);
  for (const { spec } of faults) {
    const stranger = spec.nodes.find((node) => !names.includes(node));
    if (stranger === undefined) continue;
    throw new UsageError(
      `the plan ${path} is damaged: a fault of ${spec.nemesis} harms ${JSON.stringify(stranger)}, and the nodes are ${names.join(", ")}`,
    );
  }
}

function requireKnown(
  what: string,
  names: readonly string[],
  table: Readonly<Record<string, unknown>>,
): void {
  const stranger = names.find((name) => !Object.hasOwn(table, name));
  if (stranger === undefined) return;
  throw new UsageError(
    `the run was made with the ${what} ${JSON.stringify(stranger)}, but this version of ordeal knows only ${Object.keys(table).join(", ")}`,
  );
}

/** Recorded faults as a schedule. One that was never healed lasts until the load is over. */
export function asPlanned(schedule: readonly FaultRecord[]): PlannedFault[] {
  return schedule.map(({ spec, injectedAtNs, healedAtNs }) => ({
    spec,
    atNs: injectedAtNs,
    ...(healedAtNs !== undefined && { durationNs: healedAtNs - injectedAtNs }),
  }));
}
