import type { ElementStory } from "./element-stories.js";
import type { SetRecord, Sighting } from "./set-operation.js";

/** What can be wrong with an element, the worst first. */
export const kinds = ["lost", "unexpected", "duplicated", "stale", "missing"] as const;

export type Kind = (typeof kinds)[number];

/** Elements with which the same is wrong, as the same answer was the first to show. */
export interface Trouble {
  readonly kind: Kind;
  readonly key: string;
  readonly sighting: Sighting;
  /** At least one. */
  readonly stories: ElementStory[];
  /** How many reads at the end there were of this set. */
  readonly lastReads: number;
}

export function troublesOf(
  { key, sightings }: SetRecord,
  stories: readonly ElementStory[],
): Trouble[] {
  const last = sightings.filter(({ operation }) => operation.phase === "final");
  const lastAsked = last.at(-1)?.operation.index ?? -1;
  const troubles = new Map<string, Trouble>();
  const add = (kind: Kind, sighting: Sighting | undefined, story: ElementStory) => {
    if (!sighting) return;
    const name = `${kind} ${sighting.operation.index}`;
    const known = troubles.get(name);
    if (known) known.stories.push(story);
    else troubles.set(name, { kind, key, sighting, stories: [story], lastReads: last.length });
  };
  for (const story of stories) {
    add("unexpected", story.unexpectedIn, story);
    add("duplicated", story.duplicatedIn, story);
    add(kindOfMiss(story, lastAsked), story.firstMissedBy, story);
  }
  return [...troubles.values()];
}

/** Only reads that began when it was known can say at the end that it is gone. */
function kindOfMiss(story: ElementStory, lastAsked: number): Kind {
  const { knownAt, isSeenAtTheEnd, firstMissedBy, lastSeenBy } = story;
  if (isSeenAtTheEnd) return "stale";
  if (lastAsked > knownAt) return "lost";
  const missedAt = firstMissedBy?.operation.index ?? Infinity;
  return (lastSeenBy?.operation.index ?? -1) > missedAt ? "stale" : "missing";
}

/** Nobody asked after it was acknowledged, and nobody found it before. */
export function isNeverRead({ isAcknowledged, lastSeenBy, firstMissedBy }: ElementStory): boolean {
  return isAcknowledged && !lastSeenBy && !firstMissedBy;
}

/**
 * Milliseconds from the moment when it was known to the call of the last that did not find it all
 * the same; 0 where everybody did. Undefined for what nobody found afterwards.
 */
export function msToVisibility({ knownBy, lastSeenBy, lastMissedBy }: ElementStory) {
  if (!lastSeenBy || !knownBy) return undefined;
  if (!lastMissedBy) return 0;
  if (lastSeenBy.operation.index < lastMissedBy.operation.index) return undefined;
  const knownAtNs = knownBy.completedAtNs ?? knownBy.invokedAtNs;
  return (lastMissedBy.operation.invokedAtNs - knownAtNs) / 1e6;
}
