import type { MembershipClient } from "../core/client.js";
import type { OneRpc } from "./one-rpc.js";
import { decodeAdded, decodeMembers } from "./wire/operator.js";

/** Over a connection that somebody else closes. */
export function membershipOver(rpc: OneRpc): MembershipClient {
  const nothing = () => undefined;
  return {
    listMembers: ({ linearizable }) =>
      rpc.unary("Cluster", "MemberList", { linearizable }, decodeMembers),
    addMember: ({ peerUrls, asLearner }) =>
      rpc.unary("Cluster", "MemberAdd", { peerURLs: peerUrls, isLearner: asLearner }, decodeAdded),
    updateMember: ({ id, peerUrls }) =>
      rpc.unary("Cluster", "MemberUpdate", { ID: id, peerURLs: peerUrls }, nothing),
    removeMember: (id) => rpc.unary("Cluster", "MemberRemove", { ID: id }, nothing),
  };
}
