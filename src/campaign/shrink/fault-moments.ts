import type { FaultRecord, FaultStage } from "../../core/history.js";

/** Something that happened, at a time of the run. */
export interface Moment {
  readonly atNs: number;
  readonly event: Readonly<Record<string, unknown>>;
}

/**
 * The events of a fault again. When it was said that it was not seen in force, or not seen to be
 * over, is not known: that stands at the time of the step before.
 */
export function faultMoments(record: FaultRecord): Moment[] {
  const { fault, spec, injectedAtNs, inForceAtNs, healedAtNs, overAtNs, trouble, rewind } = record;

  function moment(stage: FaultStage, atNs: number | undefined, evidence?: string): Moment[] {
    if (atNs === undefined) return [];
    const because = evidence === undefined ? {} : { evidence };
    const seen = { ...because, ...(stage !== "heal" && rewind && { rewind }) };
    return [{ atNs, event: { type: "fault", fault, stage, ...seen } }];
  }

  const inject = { atNs: injectedAtNs, event: { type: "fault", fault, stage: "inject", spec } };
  const missed = inForceAtNs === undefined ? "not-in-force" : "not-over";
  const missedAtNs = inForceAtNs === undefined ? injectedAtNs : (healedAtNs ?? inForceAtNs);
  const troubles = trouble === undefined ? [] : moment(missed, missedAtNs, trouble);
  return [
    inject,
    ...moment("in-force", inForceAtNs, record.inForceEvidence),
    ...(missed === "not-in-force" ? troubles : []),
    ...moment("heal", healedAtNs),
    ...(missed === "not-over" ? troubles : []),
    ...moment("over", overAtNs, record.overEvidence),
  ];
}
