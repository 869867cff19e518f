import { inTurn, type Pauses } from "./pauses.js";
import {
  acknowledgedAt,
  mayHaveHappened,
  type SetElement,
  type SetOperation,
  type SetRecord,
  type Sighting,
} from "./set-operation.js";

/** What became of one element of one set. Positions are those of events in the history. */
export interface ElementStory {
  readonly element: SetElement;
  /** In the order of their calls; none where nobody ever asked to add it. */
  readonly attempts: readonly SetOperation[];
  /** The first attempt that can have put it there. */
  readonly source: SetOperation | undefined;
  readonly isAcknowledged: boolean;
  /** Whose answer was the first that told that it was there, and when; Infinity where none did. */
  knownBy: SetOperation | undefined;
  knownAt: number;
  /** The latest that found it, and whether any of those at the end of the run did. */
  lastSeenBy: Sighting | undefined;
  isSeenAtTheEnd: boolean;
  /** The first and the last that did not find it although they began when it was known. */
  firstMissedBy: Sighting | undefined;
  lastMissedBy: Sighting | undefined;
  /** The first that found it although it cannot have been there yet, or ever. */
  unexpectedIn: Sighting | undefined;
  /** The first that found it more than once. */
  duplicatedIn: Sighting | undefined;
  /** The place of the sighting that was looked at last among those that found it. */
  mark: number;
}

/**
 * The stories of all elements that were to be added to a set or were found in it. Undefined where
 * the time was up. The effort is in proportion to all that the sightings name: an element is looked
 * for until it is missed once, so that each look finds what its sighting names or is the last one.
 */
export async function elementStories(
  { attempts, sightings }: SetRecord,
  pauses: Pauses,
): Promise<readonly ElementStory[] | undefined> {
  const stories = new Map<SetElement, ElementStory>();
  for (const [element, all] of attempts) stories.set(element, storyOf(element, all));
  const found: Found[] = [];
  const read = await inTurn(sightings, pauses, (sighting, place) => {
    found.push({ sighting, place, stories: seeAll(sighting, place, stories) });
  });
  const all = [...stories.values()];
  if (!read || !(await missFirst(all, found, pauses))) return undefined;
  return (await missLast(all, found, pauses)) ? all : undefined;
}

/** A sighting, and the stories of what it found, each once. */
interface Found {
  readonly sighting: Sighting;
  readonly place: number;
  readonly stories: readonly ElementStory[];
}

function storyOf(element: SetElement, attempts: readonly SetOperation[]): ElementStory {
  const ends = attempts.map((attempt) => acknowledgedAt(attempt) ?? Infinity);
  const knownAt = ends.reduce((first, end) => Math.min(first, end), Infinity);
  return {
    element,
    attempts,
    source: attempts.find(mayHaveHappened),
    isAcknowledged: knownAt < Infinity,
    knownBy: knownAt < Infinity ? attempts[ends.indexOf(knownAt)] : undefined,
    knownAt,
    lastSeenBy: undefined,
    isSeenAtTheEnd: false,
    firstMissedBy: undefined,
    lastMissedBy: undefined,
    unexpectedIn: undefined,
    duplicatedIn: undefined,
    mark: -1,
  };
}

function seeAll(
  sighting: Sighting,
  place: number,
  stories: Map<SetElement, ElementStory>,
): ElementStory[] {
  const seen: ElementStory[] = [];
  for (const element of sighting.elements) {
    let story = stories.get(element);
    if (!story) {
      story = storyOf(element, []);
      stories.set(element, story);
    }
    if (story.mark === place) {
      story.duplicatedIn ??= sighting;
    } else {
      story.mark = place;
      see(story, sighting);
      seen.push(story);
    }
  }
  return seen;
}

function see(story: ElementStory, sighting: Sighting): void {
  const { operation, endedAt } = sighting;
  // What was not there yet is not known to be there.
  if (endedAt < (story.source?.index ?? Infinity)) {
    story.unexpectedIn ??= sighting;
    return;
  }
  if (endedAt < story.knownAt) {
    story.knownAt = endedAt;
    story.knownBy = operation;
  }
  story.lastSeenBy = sighting;
  if (operation.phase === "final") story.isSeenAtTheEnd = true;
}

async function missFirst(
  all: readonly ElementStory[],
  found: readonly Found[],
  pauses: Pauses,
): Promise<boolean> {
  const known = all.filter(({ knownAt }) => knownAt < Infinity);
  known.sort((a, b) => a.knownAt - b.knownAt);
  let next = 0;
  let sought: ElementStory[] = [];
  return inTurn(found, pauses, (one) => {
    const { sighting } = one;
    for (const { index } = sighting.operation; ; next += 1) {
      const story = known[next];
      if (!story || story.knownAt > index) break;
      sought.push(story);
    }
    sought = leftOf(sought, one, (story) => {
      story.firstMissedBy = sighting;
    });
  });
}

/** Backwards, for those that were missed at all. */
async function missLast(
  all: readonly ElementStory[],
  found: readonly Found[],
  pauses: Pauses,
): Promise<boolean> {
  let sought = all.filter(({ firstMissedBy }) => firstMissedBy !== undefined);
  if (sought.length === 0) return true;
  return inTurn(found.toReversed(), pauses, (one) => {
    sought = leftOf(sought, one, (story) => {
      story.lastMissedBy = one.sighting;
    });
  });
}

/** Those that are still to be sought: all that were found. Of the others, `miss` is told. */
function leftOf(
  sought: ElementStory[],
  { place, stories }: Found,
  miss: (story: ElementStory) => void,
): ElementStory[] {
  for (const story of stories) story.mark = place;
  const isFound = (story: ElementStory) => story.mark === place;
  if (sought.every(isFound)) return sought;
  for (const story of sought) if (!isFound(story)) miss(story);
  return sought.filter(isFound);
}
