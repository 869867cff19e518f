import { nemeses } from "../../nemeses/index.js";
import { UsageError } from "../core/errors.js";
import type { TestOptions } from "../test-options.js";

interface Given {
  readonly etcd: string;
  readonly config: string | undefined;
  readonly to: string | undefined;
  /** One or more, separated by commas. */
  readonly toEtcd: string | undefined;
}

/**
 * What nodes are to be changed to, and by whom. What is not given stays as it is. `--to` is the other
 * configuration of "reconfigure" where that is asked for, else what "rollout" and "upgrade" change nodes
 * to. Throws UsageError where something is missing, or would be without effect.
 */
export function changesAskedFor(
  { etcd, config, to, toEtcd }: Given,
  nemesisNames: readonly string[],
): Pick<TestOptions, "changes" | "variation"> {
  const parts = nemesisNames.flatMap((name) => nemeses[name]?.parts ?? []);
  const all = new Set([...nemesisNames, ...parts.map(({ name }) => name)]);
  const varies = all.has("reconfigure");
  const walks = all.has("rollout") || all.has("upgrade");
  const etcds = (toEtcd ?? "").split(",").filter(Boolean);
  refuseWithoutEffect({
    walks,
    varies,
    isToGiven: to !== undefined,
    isEtcdGiven: etcds.length > 0,
  });
  const walksBy = varies ? etcds.length > 0 : etcds.length > 0 || to !== undefined;
  for (const name of ["rollout", "upgrade"]) {
    if (nemesisNames.includes(name)) refuseWithNothing(name, { varies, walksBy, etcds });
  }
  const changed = varies ? config : (to ?? config);
  const changes = (etcds.length > 0 ? etcds : [etcd]).map((each) => ({
    etcd: each,
    ...(changed !== undefined && { config: changed }),
  }));
  return {
    ...(walksBy && { changes }),
    ...(varies && { variation: to === undefined ? {} : { config: to } }),
  };
}

function refuseWithoutEffect(asked: {
  readonly walks: boolean;
  readonly varies: boolean;
  readonly isToGiven: boolean;
  readonly isEtcdGiven: boolean;
}): void {
  const { walks, varies, isToGiven, isEtcdGiven } = asked;
  if (!walks && !varies && (isToGiven || isEtcdGiven)) {
    throw new UsageError(
      "--to and --to-etcd are for --nemesis rollout, upgrade and reconfigure: give one of them too, or leave them out",
    );
  }
  if (!walks && isEtcdGiven) {
    throw new UsageError(
      "--to-etcd is for --nemesis rollout and upgrade: give one of them too, or leave it out",
    );
  }
}

function refuseWithNothing(
  name: string,
  asked: { readonly varies: boolean; readonly walksBy: boolean; readonly etcds: readonly string[] },
): void {
  const { varies, walksBy, etcds } = asked;
  if (walksBy && (name === "rollout" || etcds.length > 0)) return;
  const what =
    name === "upgrade"
      ? "give --to-etcd, one version after the other, separated by commas"
      : varies
        ? "give --to-etcd, since --to is what --nemesis reconfigure changes nodes to"
        : "give --to, an etcd-config.yml, or --to-etcd";
  throw new UsageError(`--nemesis ${name} has nothing to change nodes to: ${what}`);
}
