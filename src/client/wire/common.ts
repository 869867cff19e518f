import type { KeyValue } from "../../core/client.js";
import type { ResponseHeader } from "../../core/operation.js";

/*
 * Between our words and etcd's protocol as proto-loader hands it over: 64-bit integers are decimal
 * strings, bytes are Buffers, a message that is not there is null and an unset arm of a oneof is
 * missing. etcd3's own types of the answers claim that everything is there, so they are not used.
 */

export interface WireHeader {
  readonly cluster_id: string;
  readonly member_id: string;
  readonly revision: string;
  readonly raft_term: string;
}

export interface WireKeyValue {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly create_revision: string;
  readonly mod_revision: string;
  readonly version: string;
  readonly lease: string;
}

/** Left out where it is empty: sent all the same, it would be the end of all keys to etcd. */
export function encodeRangeEnd({ rangeEnd = "" }: { readonly rangeEnd?: string }) {
  return rangeEnd === "" ? {} : { range_end: Buffer.from(rangeEnd) };
}

export function decodeKeyValue(kv: WireKeyValue): KeyValue {
  return {
    key: kv.key.toString(),
    value: kv.value.toString(),
    createRevision: exact(kv.create_revision),
    modRevision: exact(kv.mod_revision),
    version: exact(kv.version),
    lease: kv.lease,
  };
}

export function decodeHeader(header: WireHeader | null): ResponseHeader {
  if (header === null) throw new TypeError("no header");
  return {
    clusterId: header.cluster_id,
    memberId: header.member_id,
    revision: exact(header.revision),
    raftTerm: exact(header.raft_term),
  };
}

export interface WireHeaderOnly {
  readonly header: WireHeader | null;
}

/** An answer that says no more than that it was done. */
export function decodeHeaderOnly({ header }: WireHeaderOnly): { readonly header: ResponseHeader } {
  return { header: decodeHeader(header) };
}

/** A number that a double would round is refused: a wrong revision is worse than none. */
export function exact(decimal: string): number {
  const number = Number(decimal);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${decimal} exceeds 2^53`);
  return number;
}
