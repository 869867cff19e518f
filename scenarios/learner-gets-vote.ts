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

  async play({ client, nodes: [node = ""], round: learner, until, note }) {
    const operator = client(node);
    note("adds a learner, which is not started, and tells another address of it");
    const add = { f: "add", learner, address: learnerAddress(learner, 0) } as const;
    let id = "";
    await until(
      "a learner is added",
      async () => {
        const outcome = await operator.ask(add);
        if (outcome.type !== "ok" || outcome.output.type !== "added") return false;
        ({ id } = outcome.output.member);
        return true;
      },
      20_000,
    );
    await operator.must({ f: "list", linearizable: true });
    await operator.must({ f: "update", learner, id, address: learnerAddress(learner, 1) });
    await operator.must({ f: "list", linearizable: true });
    await operator.must({ f: "remove", learner, id });
    await operator.must({ f: "list", linearizable: true });
  },
};
