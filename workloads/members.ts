import { learnerAddress, learnerAt } from "../src/checkers/membership/learner-address.js";
import { membersLinearizable } from "../src/checkers/membership/members-linearizable.js";
import { membersListed } from "../src/checkers/membership/members-listed.js";
import type {
  MembershipInput,
  MembershipOutput,
} from "../src/checkers/membership/membership-operation.js";
import type { FullClient, MembershipClient } from "../src/core/client.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Answer, Thread, ThreadContext, Workload } from "../src/core/workload.js";

/**
 * Clients change who the members are, and ask who they are: they add learners that nobody ever
 * starts, remove them again, and list the members, as the cluster has them and as one member knows
 * them. etcd takes one learner at a time, so most additions are refused. Finds members that are not
 * what they were added as, that come back, or that one member knows of and another does not.
 *
 * Left out unless `shapes` asks for it are updates of a learner's address, which make it one with a
 * vote in every release before 3.5.31 (https://github.com/etcd-io/etcd/issues/21694).
 */
export function members({ shapes = [] }: Pick<WorkloadOptions, "shapes"> = {}): Workload<
  MembershipInput,
  MembershipOutput
> {
  const updates = shapes.includes("learner-whose-address-changes");
  return {
    name: "members",
    kinds: ["list", "add", "remove", ...(updates ? ["update"] : [])],
    changesMembers: true,
    leastVersion: "3.4",
    toleratesCompaction: true,
    thread: (context) => memberThread(context, updates),
    isReadOnly: ({ f }) => f === "list",
    invoke,
    finalOperations: lastLists,
    checkers: { "members-listed": membersListed, "members-linearizable": membersLinearizable },
    whyNoRewind: "its members would be others, with other ids",
  };
}

interface Learner {
  readonly number: number;
  readonly id: string;
}

/**
 * Which learner is this thread's to change follows from the last answer that it got: whatever became
 * of a request that was not answered, the next list tells.
 */
function memberThread(
  { thread, threads, random }: ThreadContext,
  updates: boolean,
): Thread<MembershipInput, MembershipOutput> {
  let mine: Learner | undefined;
  let added = 0;
  let updated = 0;

  /** Always the same draws, whatever was answered. */
  function next(): MembershipInput {
    const what = random.below(12);
    const linearizable = random.below(3) > 0;
    const list = { f: "list", linearizable } as const;
    if (!mine) {
      if (what > 2) return list;
      const learner = added++ * threads + thread;
      return { f: "add", learner, address: learnerAddress(learner, 0) };
    }
    const { number: learner, id } = mine;
    if (what < 3) return { f: "remove", learner, id };
    if (what > 5 || !updates) return list;
    return { f: "update", learner, id, address: learnerAddress(learner, ++updated) };
  }

  function saw(input: MembershipInput, output: MembershipOutput): void {
    if (input.f === "remove") mine = undefined;
    if (output.type === "added") mine = ownOf([output.member]);
    if (output.type === "listed") mine = ownOf(output.members);
  }

  function ownOf(members: readonly { id: string; peerUrls: readonly string[] }[]) {
    for (const { id, peerUrls } of members) {
      const number = learnerAt(peerUrls[0] ?? "");
      if (number !== undefined && number % threads === thread) return { number, id };
    }
    return undefined;
  }

  return { next, saw };
}

async function invoke(
  { membership }: FullClient,
  input: MembershipInput,
): Promise<Answer<MembershipOutput>> {
  if (!membership) throw new TypeError("the members of this cluster cannot be changed by clients");
  return { output: await ask(membership, input) };
}

async function ask(
  membership: MembershipClient,
  input: MembershipInput,
): Promise<MembershipOutput> {
  switch (input.f) {
    case "add": {
      const request = { peerUrls: [input.address], asLearner: true };
      return { type: "added", member: await membership.addMember(request) };
    }
    case "update":
      await membership.updateMember({ id: input.id, peerUrls: [input.address] });
      return { type: "done" };
    case "remove":
      await membership.removeMember(input.id);
      return { type: "done" };
    case "list":
      return { type: "listed", members: await membership.listMembers(input) };
  }
}

function* lastLists(nodes: readonly string[]) {
  for (const node of nodes) {
    for (const linearizable of [true, false]) {
      yield { node, input: { f: "list", linearizable } as const };
    }
  }
}
