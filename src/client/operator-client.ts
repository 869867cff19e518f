import type { OperatorClient } from "../core/operator.js";
import type { Endpoint } from "./endpoint.js";
import { OneRpc } from "./one-rpc.js";
import { saveSnapshot } from "./save-snapshot.js";
import { decodeAdded, decodeMembers, encodeAlarm } from "./wire/operator.js";

/** As connectEtcd, for those who look after a cluster. Close it, or the process stays alive. */
export function connectOperator(endpoint: Endpoint): OperatorClient {
  const rpc = new OneRpc(endpoint);
  const nothing = () => undefined;
  return {
    node: endpoint.node,
    listMembers: ({ linearizable }) =>
      rpc.unary("Cluster", "MemberList", { linearizable }, decodeMembers),
    addMember: ({ peerUrls, asLearner }) =>
      rpc.unary("Cluster", "MemberAdd", { peerURLs: peerUrls, isLearner: asLearner }, decodeAdded),
    removeMember: (id) => rpc.unary("Cluster", "MemberRemove", { ID: id }, nothing),
    promoteMember: (id) => rpc.unary("Cluster", "MemberPromote", { ID: id }, nothing),
    moveLeader: (toId) => rpc.unary("Maintenance", "MoveLeader", { targetID: toId }, nothing),
    defragment: () => rpc.unary("Maintenance", "Defragment", {}, nothing),
    saveSnapshot: (take) => saveSnapshot(rpc, endpoint.node, take),
    raiseAlarm: (alarm, memberId) =>
      rpc.unary("Maintenance", "Alarm", encodeAlarm("raise", alarm, memberId), nothing),
    disarm: (alarm, memberId) =>
      rpc.unary("Maintenance", "Alarm", encodeAlarm("disarm", alarm, memberId), nothing),
    close: () => {
      rpc.close();
    },
  };
}
