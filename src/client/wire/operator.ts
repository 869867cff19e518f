import type { OperatedMember } from "../../core/client.js";

interface WireMember {
  readonly ID: string;
  readonly name: string;
  readonly peerURLs: readonly string[];
  readonly isLearner: boolean;
}

export interface WireMembers {
  readonly members: readonly WireMember[];
}

export interface WireAddedMember extends WireMembers {
  readonly member: WireMember | null;
}

export function decodeMembers({ members }: WireMembers): OperatedMember[] {
  return members.map(decodeMember);
}

export function decodeAdded({ member }: WireAddedMember): OperatedMember {
  if (member === null) throw new TypeError("no member");
  return decodeMember(member);
}

function decodeMember({ ID, name, peerURLs, isLearner }: WireMember): OperatedMember {
  return { id: ID, name, isLearner, peerUrls: peerURLs };
}

/** As etcd3's protocol numbers them. */
const alarmTypes = { NOSPACE: 1, CORRUPT: 2 } as const;
const alarmActions = { raise: 1, disarm: 2 } as const;

export function encodeAlarm(
  action: keyof typeof alarmActions,
  alarm: keyof typeof alarmTypes,
  memberId: string,
): object {
  return { action: alarmActions[action], memberID: memberId, alarm: alarmTypes[alarm] };
}
