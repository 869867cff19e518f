import type { MemberMessage } from "./member/member.js";

/** Of a message that carries nothing, with what the network puts around it. */
export const leastBytes = 100;
/** What a write takes in a snapshot, about. */
const bytesPerRevision = 200;

/** About as many bytes as etcd would send. */
export function sizeOf(message: MemberMessage): number {
  switch (message.type) {
    case "append":
      return leastBytes + JSON.stringify(message.entries).length;
    case "propose":
      return leastBytes + JSON.stringify(message.data).length;
    case "snapshot": {
      const { revision, compactRevision } = message.snapshot.state;
      return leastBytes + (revision - compactRevision) * bytesPerRevision;
    }
    default:
      return leastBytes;
  }
}
