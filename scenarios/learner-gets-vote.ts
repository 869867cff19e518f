import { learnerAddress } from "../src/checkers/membership/learner-address.js";
import type {
  MembershipInput,
  MembershipOutput,
} from "../src/checkers/membership/membership-operation.js";
import { isAtLeast } from "../src/core/version-step.js";
import type { Scenario } from "../src/core/scenario.js";

export const learnerGetsVote: Scenario<MembershipInput, MembershipOutput> = {
  name: "learner-gets-vote",
  bug: {
    issues: [21694],
    title: "a learner that is told another address counts as a member with a vote",
    guarantee:
      "A learner has no vote until it is promoted, and etcd promotes it only when it has caught up with the leader.",
    mechanism: [
      "What etcd keeps of a member is its addresses and whether it is a learner, in one record.",
      "MemberUpdate carries addresses alone. The server makes such a record of them, in which the member is no learner, and puts it in the place of the old one.",
      "Raft takes nothing from that change: for it the member is a learner as before. So the list of members and raft no longer agree on who votes.",
      "MemberPromote looks at the list, and refuses a member that is no learner there: this one never gets a vote in raft.",
    ],
    consequence:
      "An operator who moves a learner to another machine sees it as a member with a vote that it does not have, reckons with a majority that is not there, and cannot promote it.",
    affected: [
      { from: "3.4.0", before: "3.5.31" },
      { from: "3.6.0", before: "3.6.12" },
    ],
    fixedIn: "3.5.31 and 3.6.12",
  },
  workload: "members",
  nodes: 1,
  nemeses: [],
  impossibleOn: (version) =>
    isAtLeast(version, "3.4") ? undefined : "etcd before 3.4 has no learners",
  rounds: 1,
  caughtBy: ["members-listed"],
  requestTimeoutMs: 5_000,

  async play({ client, nodes: [node = ""], round: learner, need, note }) {
    const operator = client(node);
    note("adds a learner, which is not started, and tells another address of it");
    // Once alone: were it asked for again, a refusal would say nothing of the first time.
    const added = await operator.must({ f: "add", learner, address: learnerAddress(learner, 0) });
    const id = added.type === "added" ? added.member.id : "";
    need("the learner has an id", id !== "");
    await operator.must({ f: "list", linearizable: true });
    await operator.must({ f: "update", learner, id, address: learnerAddress(learner, 1) });
    await operator.must({ f: "list", linearizable: true });
    await operator.must({ f: "remove", learner, id });
    await operator.must({ f: "list", linearizable: true });
  },
};
