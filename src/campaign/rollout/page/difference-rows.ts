import { clipped, legible } from "../../../report/legible.js";
import type { KeyDifference, Remark, RolloutRecord, Side } from "../rollout-record.js";

/** A key as people read of it. */
export interface DifferenceRow {
  readonly key: string;
  /** Undefined where the key does not differ, and there is a remark all the same. */
  readonly change?: {
    /** Undefined where it is not set. */
    readonly from: string | undefined;
    readonly to: string | undefined;
  };
  /** The weightiest first. */
  readonly remarks: readonly Remark[];
}

/** The key of remarks on the version. */
const versionKey = "etcd";

/** The version first where it differs, then the keys that differ, then what else there is to say. */
export function differenceRows({
  from,
  to,
  differences,
  remarks,
}: Pick<RolloutRecord, "from" | "to" | "differences" | "remarks">): readonly DifferenceRow[] {
  const isOtherEtcd = from.version !== to.version || from.etcd !== to.etcd;
  const changes = [
    ...(isOtherEtcd
      ? [{ key: versionKey, change: { from: etcdInWords(from), to: etcdInWords(to) } }]
      : []),
    ...differences.map((difference) => ({
      key: difference.key,
      change: { from: settingOf(difference, "from"), to: settingOf(difference, "to") },
    })),
  ];
  const known = new Set(changes.map(({ key }) => key));
  const others = new Set(remarks.map(({ key }) => key).filter((key) => !known.has(key)));
  return [...changes, ...[...others].map((key) => ({ key }))].map((row) => ({
    ...row,
    remarks: remarks
      .filter(({ key }) => key === row.key)
      .sort((a, b) => weights.indexOf(a.kind) - weights.indexOf(b.kind)),
  }));
}

const weights: readonly Remark["kind"][] = ["dangerous", "unprovable", "untested", "note"];

function etcdInWords({ version, etcd }: Side): string {
  return shown(version === etcd ? version : `${version} (${etcd})`);
}

function settingOf(difference: KeyDifference, side: "from" | "to"): string | undefined {
  const value = difference[side];
  return value === undefined ? undefined : shown(valueInWords(value));
}

/** Words stand as they are, but for those that could be taken for another type, or for nothing. */
function valueInWords(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const isPlain =
    value.trim() === value &&
    value !== "" &&
    !/^(?:["[{]|[-+.\d][\d.eEx_+-]*$|(?:true|false|null)$)/.test(value);
  return isPlain ? value : JSON.stringify(value);
}

/** What a hostile file may cost is bounded. */
function shown(text: string): string {
  return legible(clipped(text, 500));
}
