import type { Leg } from "../rollout-record.js";

/** The subject of a sentence about a run of that leg. */
export const legInWords: Readonly<Record<Leg, string>> = {
  baseline: "The old set-up",
  candidate: "The new set-up",
  forward: "The change from old to new",
  back: "The way back from new to old",
};

/** Of words from elsewhere, which may bear a full stop already. */
export function sentenceOf(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
