import type {
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from "../../core/client.js";
import { decodeHeader, exact, type WireHeader } from "./common.js";

export interface WireLeaseGrant {
  readonly header: WireHeader | null;
  readonly ID: string;
  readonly TTL: string;
}

export type WireLeaseKeepAlive = WireLeaseGrant;

export interface WireLeaseTimeToLive extends WireLeaseGrant {
  readonly grantedTTL: string;
  readonly keys: readonly Buffer[];
}

export function encodeLeaseGrant({ id, ttl }: LeaseGrantRequest): object {
  return { TTL: ttl, ...(id !== undefined && { ID: id }) };
}

/** A revocation, or a renewal. */
export function encodeLeaseId({ id }: { readonly id: string }): object {
  return { ID: id };
}

export function encodeLeaseTimeToLive({ id, keys = false }: LeaseTimeToLiveRequest): object {
  return { ID: id, keys };
}

/** A grant, or a renewal. */
export function decodeLease(answer: WireLeaseGrant): LeaseGrantResponse & LeaseKeepAliveResponse {
  return { header: decodeHeader(answer.header), id: answer.ID, ttl: exact(answer.TTL) };
}

export function decodeLeaseTimeToLive(answer: WireLeaseTimeToLive): LeaseTimeToLiveResponse {
  return {
    ...decodeLease(answer),
    grantedTtl: exact(answer.grantedTTL),
    keys: answer.keys.map((key) => key.toString()),
  };
}
