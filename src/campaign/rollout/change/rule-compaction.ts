import ms, { type StringValue } from "ms";
import { type ConfiguredSide, effectiveValue } from "./rule-context.js";

/**
 * How the history is compacted by itself. Periodic: the first time when a retention has passed, and a
 * number without a unit means hours. By revision: etcd looks every five minutes. Source:
 * etcd.io/docs/v3.6/op-guide/maintenance, "Auto Compaction".
 */
interface Compaction {
  readonly mode: "off" | "periodic" | "revision";
  /** Milliseconds, or revisions. Undefined for a time that only Go can read, such as "1h30m". */
  readonly retention?: number;
  readonly written: string;
}

/** A run of a minute sees a few of these. */
const soonMs = 30_000;

/** When the first compaction comes after a change: within a run, later, or never; undefined without a change. */
export function compactionAfter(
  from: ConfiguredSide,
  to: ConfiguredSide,
): "never" | "soon" | "later" | undefined {
  const after = compactionOf(to);
  if (isSame(compactionOf(from), after)) return undefined;
  if (after.mode === "off") return "never";
  const { retention = Number.POSITIVE_INFINITY } = after;
  return after.mode === "periodic" && retention <= soonMs ? "soon" : "later";
}

function compactionOf(side: ConfiguredSide): Compaction {
  const written = String(effectiveValue(side, "auto-compaction-retention"));
  if (/^(0[a-z]*)?$/.test(written)) return { mode: "off", written };
  const isNumber = /^\d+$/.test(written);
  if (effectiveValue(side, "auto-compaction-mode") === "revision") {
    return { mode: "revision", retention: Number(written), written };
  }
  const time = ms((isNumber ? `${written}h` : written) as StringValue) as number | undefined;
  return { mode: "periodic", ...(time !== undefined && { retention: time }), written };
}

function isSame(one: Compaction, other: Compaction): boolean {
  if (one.mode !== other.mode) return false;
  if (one.mode === "off") return true;
  return one.retention === undefined
    ? one.written === other.written
    : one.retention === other.retention;
}
