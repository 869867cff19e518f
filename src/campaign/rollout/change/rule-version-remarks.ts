import type { Remark } from "../rollout-record.js";
import type { ChangeContext } from "./rule-context.js";
import { etcdDefault, filledInKeys, versionedKeys } from "./rule-defaults.js";
import { isAtLeast, versionStep } from "../../../core/version-step.js";
import { pointOfNoReturn } from "./version-step.js";
import { settingsOf } from "./difference.js";

/** What to know about a change of etcd itself. */
export function versionRemarks(context: ChangeContext): Remark[] {
  const { from, to, sameBinary } = context;
  const step = versionStep(from.version, to.version);
  if (step === "none" && sameBinary) return [];
  const noReturn = pointOfNoReturn(from.version, to.version);
  return [
    ...versionRules
      .filter(({ when }) => when(from.version, to.version))
      .map(({ kind, sentence }): Remark => ({ key: "etcd", kind, sentence })),
    etcdNote(
      `Nodes that go back run etcd ${from.version} on data that ${step === "none" ? "the other build" : `etcd ${to.version}`} has written.`,
    ),
    ...(noReturn === undefined ? [] : [etcdNote(noReturn)]),
    ...changedDefaults(context),
  ];
}

interface VersionRule {
  readonly when: (from: string, to: string) => boolean;
  readonly kind: Remark["kind"];
  readonly sentence: string;
  /** Where it is written. */
  readonly source: string;
}

const versionRules: readonly VersionRule[] = [
  {
    when: (from, to) => !isAtLeast(from, "3.5.26") && isAtLeast(to, "3.6"),
    kind: "unprovable",
    sentence:
      "etcd asks for at least 3.5.26 on all members before an upgrade to 3.6, since it fails in clusters whose membership has changed before; that of these runs never has.",
    source: "etcd.io/docs/latest/upgrades/upgrade_3_6, etcd issue 19557",
  },
  {
    when: (_from, to) => isAtLeast(to, "3.5.0") && !isAtLeast(to, "3.5.3"),
    kind: "dangerous",
    sentence:
      "etcd 3.5.0 to 3.5.2 can lose committed writes on a member that is killed under load, and is not recommended.",
    source: "etcd issue 13766",
  },
];

/** Defaults that differ between the versions, where neither file says anything. */
function changedDefaults({ from, to }: ChangeContext): Remark[] {
  const set = [settingsOf(from.config), settingsOf(to.config)];
  return versionedKeys
    .filter((key) => !set.some((settings) => settings.has(key)))
    .flatMap((key): Remark[] => {
      const before = etcdDefault(key, from.version);
      const after = etcdDefault(key, to.version);
      if (before === after || before === undefined || after === undefined) return [];
      const changed = `Neither file sets this, and etcd's default is ${String(before)} before the change and ${String(after)} after it`;
      const filledIn = filledInKeys.includes(key) ? "; all runs have ordeal's own instead" : "";
      return [{ key, kind: "note", sentence: `${changed}${filledIn}.` }];
    });
}

function etcdNote(sentence: string): Remark {
  return { key: "etcd", kind: "note", sentence };
}
