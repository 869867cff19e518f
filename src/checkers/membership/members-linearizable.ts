import type { Checker, Verdict } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { isAtLeast } from "../../core/version-step.js";
import { learnerModel, type LearnerInput, type LearnerOutput } from "../../models/learner.js";
import { judgeOperations } from "../linearizable.js";
import { learnerAt } from "./learner-address.js";
import type { MembershipInput, MembershipOutput } from "./membership-operation.js";

/**
 * Each learner was added, told other addresses, removed, and found in lists of members or not, in an
 * order that agrees with time: what was changed is seen from then on, and what was removed stays away.
 * Looks only at lists that were asked to be linearizable.
 *
 * Source: `linearizable` of MemberListRequest, etcd's api/etcdserverpb/rpc.proto, since 3.5; before that
 * members tell what they know by themselves (https://github.com/etcd-io/etcd/issues/18929), so there
 * is nothing to judge.
 */
export const membersLinearizable: Checker<MembershipInput, MembershipOutput> = {
  check(history, context) {
    if (!promisesIt(history)) return nothingToJudge;
    return judgeOperations(learnerModel, storiesOf(history.operations), context, {
      nameOf: (learner) => `learner ${learner}`,
    });
  },
};

const nothingToJudge: Verdict = {
  validity: "valid",
  summary: "Nothing was judged: before etcd 3.5 a list of members is what one member knows.",
  findings: [],
};

function promisesIt({ header }: History<MembershipInput, MembershipOutput>): boolean {
  return Object.values(header.cluster.versions).every((version) => isAtLeast(version, "3.5"));
}

type Asked = Operation<MembershipInput, MembershipOutput>;
type Told = Operation<LearnerInput, LearnerOutput>;

/** One learner's, as far as they can contradict each other. */
interface Story {
  readonly addedAt: number;
  /** When its removal was answered. */
  removedAt: number;
  readonly operations: Told[];
}

/**
 * By learner. Lists without it are left out where they were over before anybody added it, or began
 * when its removal had been answered: nothing that was left out contradicts anything.
 */
function storiesOf(operations: readonly Asked[]): readonly Told[] {
  const stories = new Map<number, Story>();
  for (const operation of operations) {
    const { input } = operation;
    if (input.f === "list" || operation.outcome.type === "fail") continue;
    const story = stories.get(input.learner) ?? {
      addedAt: operation.index,
      removedAt: Infinity,
      operations: [],
    };
    stories.set(input.learner, story);
    story.operations.push({ ...operation, input, outcome: changeOf(operation) });
    if (input.f === "remove" && operation.outcome.type === "ok") {
      story.removedAt = Math.min(story.removedAt, operation.completedIndex ?? Infinity);
    }
  }
  addLooks(stories, operations);
  return [...stories.values()].flatMap((story) => story.operations);
}

function changeOf({ outcome }: Asked): Told["outcome"] {
  return outcome.type === "ok" ? { type: "ok", output: { address: null } } : outcome;
}

/** In time in proportion to the lists and to the learners that there may be at each. */
function addLooks(stories: ReadonlyMap<number, Story>, operations: readonly Asked[]): void {
  const lists = operations.flatMap((operation) => listIn(operation) ?? []);
  const everFound = new Set(lists.flatMap(({ found }) => [...found.keys()]));
  // Of one of which nothing but questions is known, nothing can contradict anything.
  const waiting = [...stories].filter(
    ([learner, { operations: own }]) =>
      everFound.has(learner) || own.some(({ outcome }) => outcome.type === "ok"),
  );
  const open = new Map<number, Story>();
  let next = 0;
  for (const { operation, found } of lists) {
    const { index, completedIndex = Infinity } = operation;
    for (
      let first = waiting[next];
      first && first[1].addedAt < completedIndex;
      first = waiting[++next]
    ) {
      open.set(...first);
    }
    for (const [learner, address] of found) look(stories.get(learner), operation, address);
    for (const [learner, story] of open) {
      if (found.has(learner)) continue;
      if (index > story.removedAt) open.delete(learner);
      else if (completedIndex > story.addedAt) look(story, operation, null);
    }
  }
}

function look(story: Story | undefined, operation: Asked, address: string | null): void {
  const [own] = story?.operations ?? [];
  if (!own) return;
  const input = { f: "look", learner: own.input.learner } as const;
  story?.operations.push({ ...operation, input, outcome: { type: "ok", output: { address } } });
}

interface List {
  readonly operation: Asked;
  /** Addresses, by learner. */
  readonly found: ReadonlyMap<number, string>;
}

/** Undefined where it is none, or promises nothing. */
function listIn(operation: Asked): List | undefined {
  const { input, outcome } = operation;
  if (input.f !== "list" || !input.linearizable) return undefined;
  if (outcome.type !== "ok" || outcome.output.type !== "listed") return undefined;
  const found = new Map<number, string>();
  for (const url of outcome.output.members.flatMap(({ peerUrls }) => peerUrls)) {
    const learner = learnerAt(url);
    if (learner !== undefined) found.set(learner, url);
  }
  return { operation, found };
}
