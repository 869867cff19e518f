import { expect, it } from "vitest";
import { connectOperator } from "../../client/operator-client.js";
import { classifyError } from "../../core/classify-error.js";
import { answerOrError, RequestError } from "../../core/client.js";
import type { Proof } from "../../core/cluster.js";
import { withCluster } from "./cluster.fixture.js";
import type { DockerCluster } from "./start-cluster.js";

async function seen(prove: () => Promise<Proof>): Promise<Proof> {
  let proof = await prove();
  for (let tries = 0; !proof.holds && tries < 40; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    proof = await prove();
  }
  return proof;
}

/** As another node lists it. */
async function memberNamed(cluster: DockerCluster, name: string, asked: string) {
  const operator = connectOperator({ ...cluster.endpointOf(asked), timeoutMs: 3_000 });
  try {
    const members = await operator.listMembers({ linearizable: true });
    return members.find((member) => member.name === name);
  } finally {
    operator.close();
  }
}

/** What a client of the node is told when it writes. */
async function refusalOf(cluster: DockerCluster, node: string) {
  const client = cluster.connect(node, { timeoutMs: 1_000 });
  try {
    const answer = await answerOrError(client.put({ key: "a", value: "1" }));
    return answer instanceof RequestError ? answer.facts : undefined;
  } finally {
    client.close();
  }
}

it("removes a member and adds it again, and it stays one whatever is done to it then", async () => {
  await withCluster({ ownDisks: true }, async (cluster) => {
    const harm = cluster.harm("membership");
    const node = (await cluster.leader()) ?? "n1";
    const [other = "", another = ""] = cluster.nodes.filter((name) => name !== node);
    const before = await memberNamed(cluster, node, other);

    expect(await harm.probeInForce(node)).toMatchObject({ holds: false });
    await harm.inflict(node, { comesBackAsLearner: true });
    expect(cluster.state(node)).toMatchObject({ harms: ["membership"] });
    expect(await seen(() => harm.probeInForce(node))).toMatchObject({ holds: true });
    expect(await harm.probeOver(node)).toMatchObject({ holds: false });
    const facts = await refusalOf(cluster, node);
    expect(facts?.sent).toBe(false);
    expect(facts && classifyError(facts, { readOnly: false })).toBe("fail");

    await harm.remedy(node);
    await harm.remedy(node);
    expect(await seen(() => harm.probeOver(node))).toMatchObject({ holds: true });
    expect(await harm.probeInForce(node)).toMatchObject({ holds: false });
    const after = await memberNamed(cluster, node, other);
    expect(after).toMatchObject({ isLearner: false, peerUrls: before?.peerUrls });
    expect(after?.id).not.toBe(before?.id);
    expect(cluster.state(node)).toEqual({ process: "running", cut: [] });

    // Its first configuration told it to join; from its disk it knows who it is.
    await cluster.powerOff(node);
    await cluster.start(node);
    await cluster.waitUntilServing(20_000);
    expect(await memberNamed(cluster, node, other)).toEqual(after);

    // Nobody else's majority is there when everything is healed.
    await harm.inflict(node, { comesBackAsLearner: false });
    await cluster.kill(other);
    await cluster.powerOff(another);
    await cluster.healAll();
    await cluster.waitUntilServing(20_000);
    expect(await seen(() => harm.probeOver(node))).toMatchObject({ holds: true });
    expect(cluster.state(node)).toEqual({ process: "running", cut: [] });
  });
}, 60_000);

it("goes on with what is half done, with an etcd that knows no learners, and as an operator asks it", async () => {
  await withCluster({ etcd: "3.3.25" }, async (cluster) => {
    const harm = cluster.harm("membership");
    const operator = connectOperator({ ...cluster.endpointOf("n1"), timeoutMs: 10_000 });
    try {
      await harm.inflict("n2", { comesBackAsLearner: true });
      // It may have led the others: what is asked before they have a leader again may run out of time.
      expect(await seen(() => cluster.probeServing("n1"))).toMatchObject({ holds: true });
      const peerUrls = ["http://n2:2380"];
      const added = await operator.addMember({ peerUrls, asLearner: false });
      expect(added).toMatchObject({ name: "", peerUrls });
      await harm.remedy("n2");
      expect(await memberNamed(cluster, "n2", "n1")).toMatchObject({ id: added.id });
      expect(await seen(() => harm.probeOver("n2"))).toMatchObject({ holds: true });

      const own = (await operator.listMembers({ linearizable: false })).find(
        ({ name }) => name === "n1",
      );
      const client = cluster.connect("n1", { timeoutMs: 10_000 });
      const alarms = async () => (await client.alarms()).alarms;
      await operator.raiseAlarm("NOSPACE", own?.id ?? "");
      expect(await alarms()).toEqual([{ memberId: own?.id, alarm: "NOSPACE" }]);
      await operator.disarm("NOSPACE", own?.id ?? "");
      expect(await alarms()).toEqual([]);
      client.close();
      await operator.defragment();
      await cluster.waitUntilServing(10_000);

      const leader = (await cluster.leader()) ?? "";
      const next = cluster.nodes.find((node) => node !== leader) ?? "";
      const toId = (await memberNamed(cluster, next, leader))?.id ?? "";
      const atLeader = connectOperator({ ...cluster.endpointOf(leader), timeoutMs: 10_000 });
      await atLeader.moveLeader(toId);
      atLeader.close();
      expect(
        await seen(async () => ({ holds: (await cluster.leader()) === next, evidence: "" })),
      ).toMatchObject({ holds: true });
      const refusal = await answerOrError(operator.removeMember("1"));
      expect(refusal).toMatchObject({ facts: { details: "etcdserver: member not found" } });
    } finally {
      operator.close();
    }
  });
}, 60_000);
