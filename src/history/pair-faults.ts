import type { FaultEvent, FaultRecord } from "../core/history.js";
import { Damage } from "./fields.js";

/** The record of a fault after one more of its events; `before` is undefined for its first one. */
export function faultAfter(before: FaultRecord | undefined, event: FaultEvent): FaultRecord {
  const { fault, stage, spec, atNs, rewind } = event;
  if (stage === "inject") {
    if (before) throw new Damage(`fault ${fault} is injected a second time`);
    if (!spec) throw new Damage(`fault ${fault} is injected without a "spec"`);
    return { fault, spec, injectedAtNs: atNs };
  }
  if (!before) throw new Damage(`fault ${fault} reached "${stage}" but was never injected`);
  return { ...reached(before, event), ...(rewind && { rewind }) };
}

function reached(before: FaultRecord, { stage, atNs, evidence }: FaultEvent): FaultRecord {
  switch (stage) {
    case "inject":
      return before;
    case "in-force":
      return {
        ...before,
        inForceAtNs: atNs,
        ...(evidence !== undefined && { inForceEvidence: evidence }),
      };
    case "heal":
      return { ...before, healedAtNs: atNs };
    case "over":
      return {
        ...before,
        overAtNs: atNs,
        ...(evidence !== undefined && { overEvidence: evidence }),
      };
    case "not-in-force":
      return withTrouble(before, evidence ?? "it was not seen in force");
    case "not-over":
      return withTrouble(before, evidence ?? "it was not seen to be over");
  }
}

function withTrouble(before: FaultRecord, trouble: string): FaultRecord {
  return { ...before, trouble: before.trouble ? `${before.trouble}; ${trouble}` : trouble };
}
