import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { type EtcdConfig, effectiveConfig } from "../../cluster/docker/etcd-config.js";
import { nodeNames } from "../../core/cluster.js";
import { UsageError } from "../../core/errors.js";
import type { Plan, PlannedSetUp } from "../../core/run.js";
import type { TestOptions } from "../../test-options.js";

/**
 * What a user's etcd-config.yml must say so that nodes get the configuration that they had: all that
 * differs from what they get without one. The recorded configuration counts and not the file that
 * was given then, which may have been changed or removed since; nor do today's defaults.
 */
export function recordedConfig(
  run: string,
  { etcd, config }: Pick<Plan, "etcd" | "config">,
  { nodes, tls }: TestOptions,
): EtcdConfig {
  const [name] = Object.keys(config);
  if (name === undefined) return {};
  const recorded = mapping(config[name] ?? "");
  const { text } = effectiveConfig(
    {},
    { name, members: nodeNames(nodes), token: run, tls, version: etcd[name]?.version ?? "" },
  );
  const usual = mapping(text);
  return Object.fromEntries(
    Object.entries(recorded).filter(([key, value]) => !isDeepStrictEqual(value, usual[key])),
  );
}

/** In what the cluster of a replay was not the one of the saved run, in sentences. */
export function deviations(saved: Plan, again: Plan): string[] {
  const before = deviationsOf(saved, again);
  const later = changesIn(again);
  const after = changesIn(saved).flatMap((was) => {
    const is = later.find(({ setUp }) => setUp === was.setUp);
    return is ? deviationsOf(was, is) : [];
  });
  return [...before, ...after.map((sentence) => `after its change, ${sentence}`)];
}

/** What nodes could be changed to; older versions wrote it otherwise. */
export function changesIn({ changes, changedTo }: Plan): readonly PlannedSetUp[] {
  return changes ?? (changedTo ? [{ setUp: "new", ...changedTo }] : []);
}

type Ran = Pick<Plan, "etcd" | "config">;

function deviationsOf(saved: Ran, again: Ran): string[] {
  const nodes = Object.keys(saved.etcd);
  const otherBuilds = nodes.filter((node) => saved.etcd[node]?.sha256 !== again.etcd[node]?.sha256);
  const otherConfigs = Object.keys(saved.config).filter(
    (node) => !isDeepStrictEqual(withoutToken(saved, node), withoutToken(again, node)),
  );
  return [
    ...otherBuilds.map((node) => {
      const [was, is] = [saved, again].map(({ etcd }) => inWords(etcd[node]));
      return `${node} ran another build of etcd than in the saved run: ${is} instead of ${was}`;
    }),
    ...otherConfigs.map((node) => `${node} had another configuration than in the saved run`),
  ];
}

function inWords(build: Plan["etcd"][string] | undefined): string {
  return build ? `${build.version} from ${build.source} (${build.sha256.slice(0, 12)})` : "none";
}

/** Each run has a token of its own. */
function withoutToken({ config }: Ran, node: string): EtcdConfig {
  return { ...mapping(config[node] ?? ""), "initial-cluster-token": "" };
}

function mapping(text: string): EtcdConfig {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new UsageError(`the plan is damaged: its etcd configuration is not YAML`, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as EtcdConfig;
  throw new UsageError("the plan is damaged: its etcd configuration is no mapping");
}
