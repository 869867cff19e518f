import type { Finding } from "../../core/checker.js";
import { plural } from "../../core/plural.js";
import { capital, momentOf, spanOf, who } from "../words.js";
import type { ElementStory } from "./element-stories.js";
import { acknowledgedAt, type SetElement, type SetOperation } from "./set-operation.js";
import type { Kind, Trouble } from "./set-troubles.js";

/** The first of its elements, and how many more there are. */
export function tellTrouble(trouble: Trouble): Finding {
  const { kind, key, stories } = trouble;
  const [story] = stories;
  if (!story) throw new Error(`there is no element in a trouble of the kind "${kind}"`);
  const { message, operations, explanation } = tellers[kind](trouble, story);
  const more = stories.length - 1;
  const others = more > 0 ? `; so it is with ${plural(more, "more element")}` : "";
  return {
    message: `key ${key}: ${message}${others}`,
    operations: [...new Set(operations.map(({ index }) => index))],
    explanation,
  };
}

interface Told {
  readonly message: string;
  /** In the order to read them. */
  readonly operations: readonly SetOperation[];
  readonly explanation: readonly string[];
}

const tellers: Readonly<Record<Kind, (trouble: Trouble, story: ElementStory) => Told>> = {
  lost(trouble, story) {
    const { lastReads } = trouble;
    const last = story.lastMissedBy?.operation;
    const nobody =
      lastReads === 1
        ? "nor did the only read at the end"
        : `nor did any of the ${lastReads} reads at the end`;
    const told = missed(trouble, story, `, ${nobody}`);
    return last ? { ...told, operations: [...told.operations, last] } : told;
  },

  stale: (trouble, story) =>
    missed(trouble, story, story.isSeenAtTheEnd ? "; reads at the end did" : "; later ones did"),

  missing: (trouble, story) =>
    missed(trouble, story, "; no read at the end tells whether it is lost or was only late"),

  unexpected({ sighting }, { element, attempts, source }) {
    const { operation } = sighting;
    const found = `${who(operation)} found ${shown(element)}`;
    const saw = `${capital(who(operation))} ${times(operation)} and found ${shown(element)}.`;
    if (source) {
      return {
        message: `${found} ${spanOf(source.invokedAtNs - (operation.completedAtNs ?? 0))} before ${who(source)} asked to add it`,
        operations: [operation, source],
        explanation: [saw, attempted(source), "Nobody else can have put it there."],
      };
    }
    if (attempts.length === 0) {
      return {
        message: `${found}, which nobody ever asked to add`,
        operations: [operation],
        explanation: [saw],
      };
    }
    const few = attempts.slice(0, mostAttempts);
    return {
      message: `${found}, although it was never added: ${everyAttempt(attempts)}`,
      operations: [...few, operation],
      explanation: [...few.map(attempted), saw, "What was refused or failed did not happen."],
    };
  },

  duplicated({ sighting }, { element, attempts }) {
    const { operation, elements } = sighting;
    const count = elements.filter((other) => other === element).length;
    return {
      message: `${who(operation)} found ${shown(element)} ${count} times, which is a set's once at most`,
      operations: [...attempts.slice(0, mostAttempts), operation],
      explanation: [
        ...attempts.slice(0, mostAttempts).map(attempted),
        `${capital(who(operation))} ${times(operation)} and found it ${count} times.`,
      ],
    };
  },
};

const mostAttempts = 5;

function missed({ sighting }: Trouble, story: ElementStory, afterwards: string): Told {
  const { element, source, knownBy } = story;
  const { operation, elements } = sighting;
  if (!source || !knownBy) throw new Error(`nobody knew of ${shown(element)}, which was missed`);
  const since = spanOf(operation.invokedAtNs - (knownBy.completedAtNs ?? 0));
  const knew = knownBy === source ? "was told that it was added" : "found it";
  return {
    message: `${who(operation)} did not find ${shown(element)} although ${who(knownBy)} ${knew} ${since} before${afterwards}`,
    operations: [source, knownBy, operation],
    explanation: [
      attempted(source),
      ...(knownBy === source
        ? []
        : [`${capital(who(knownBy))} ${times(knownBy)} and found ${shown(element)}.`]),
      `After that ${who(operation)} ${times(operation)} and found ${plural(elements.length, "element")}, but not this one.`,
      "Nothing is ever taken out of a set: whoever asks later must find it.",
    ],
  };
}

/** "Process 1 on n2 asked to add 17 at 0.000 s and was answered at 0.001 s: it was added." */
function attempted(attempt: SetOperation): string {
  const { input, outcome } = attempt;
  const what = input.f === "add" ? `to add ${shown(input.element)} ` : "";
  const ending =
    outcome.type === "info"
      ? "whether it was added nobody knows"
      : acknowledgedAt(attempt) === undefined
        ? "it was not added"
        : "it was added";
  return `${capital(who(attempt))} ${times(attempt, what)}: ${ending}.`;
}

function times({ invokedAtNs, completedAtNs }: SetOperation, what = ""): string {
  const asked = `asked ${what}at ${momentOf(invokedAtNs)}`;
  return completedAtNs === undefined
    ? `${asked} and was never answered`
    : `${asked} and was answered at ${momentOf(completedAtNs)}`;
}

function everyAttempt(attempts: readonly SetOperation[]): string {
  const refused = attempts.filter(({ outcome }) => outcome.type === "ok").length;
  const failed = attempts.length - refused;
  const words = [
    ...(refused > 0 ? [`${plural(refused, "attempt")} refused`] : []),
    ...(failed > 0 ? [`${plural(failed, "attempt")} failed`] : []),
  ];
  return words.join(", ");
}

const mostLetters = 60;

/** What nobody can have written may be of any length. */
function shown(element: SetElement): string {
  if (typeof element === "number") return String(element);
  const cut = element.length > mostLetters ? `${element.slice(0, mostLetters)}...` : element;
  return JSON.stringify(cut);
}
