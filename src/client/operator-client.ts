import type { OperatorClient } from "../core/operator.js";
import type { Endpoint } from "./endpoint.js";
import { membershipOver } from "./membership-client.js";
import { OneRpc } from "./one-rpc.js";
import { saveSnapshot } from "./save-snapshot.js";
import { encodeAlarm } from "./wire/operator.js";

/** As connectEtcd, for those who look after a cluster. Close it, or the process stays alive. */
export function connectOperator(endpoint: Endpoint): OperatorClient {
  const rpc = new OneRpc(endpoint);
  const nothing = () => undefined;
  return {
    node: endpoint.node,
    ...membershipOver(rpc),
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
