import type { Applied, Command } from "../src/cluster/simulated/store/command.js";
import { Store } from "../src/cluster/simulated/store/store.js";
import { type Client, type FullClient, RequestError, type TxnRequest } from "../src/core/client.js";
import type { ResponseHeader } from "../src/core/operation.js";
import type { InvokeContext } from "../src/core/workload.js";

/** A client of one store in memory, which answers at once and as etcd does, and what it was asked. */
export interface StoreClient extends FullClient {
  readonly txns: TxnRequest[];
  readonly ranges: Parameters<Client["range"]>[0][];
}

/** It knows keys and leases, but no time: there are neither renewals nor locks nor watches. */
export function storeClient(): StoreClient {
  const store = Store.empty(new Set());
  const txns: StoreClient["txns"] = [];
  const ranges: StoreClient["ranges"] = [];
  const header = () => ({
    ...{ clusterId: "1", memberId: "1", raftTerm: 1 },
    revision: store.revision,
  });
  const unasked = () => Promise.reject(new Error("nobody should ask for that"));

  function refused({ code, details }: { readonly code: number; readonly details: string }): never {
    throw new RequestError({ code, details, peer: "n1:2379", sent: true });
  }

  function applied<Type extends Command["type"]>(command: Command & { readonly type: Type }) {
    const refusal = store.refusal(command);
    if (refusal) refused(refusal);
    const answer = store.apply(command);
    if (answer.type === "error") refused(answer.error);
    return answer as Extract<Applied, { readonly type: Type }>;
  }

  /** With the header that holds when it was done; a refusal rejects. */
  function answered<T extends object>(work: () => T) {
    return new Promise<T & { readonly header: ResponseHeader }>((resolve) => {
      const answer = work();
      resolve({ ...answer, header: header() });
    });
  }

  return {
    node: "n1",
    txns,
    ranges,
    range(request) {
      ranges.push(request);
      return answered(() => {
        const found = store.range(request);
        if ("error" in found) refused(found.error);
        return found;
      });
    },
    put: (request) => answered(() => applied({ type: "put", request }).response),
    deleteRange: (request) => answered(() => applied({ type: "delete-range", request }).response),
    txn(request) {
      txns.push(request);
      return answered(() => applied({ type: "txn", request }).response);
    },
    compact: ({ revision }) =>
      answered(() => {
        applied({ type: "compact", revision });
        return {};
      }),
    leaseGrant: ({ id = "7", ttl }) =>
      answered(() => {
        const granted = applied({ type: "lease-grant", id, ttl });
        return { id: granted.id, ttl: granted.ttl };
      }),
    leaseRevoke: ({ id }) =>
      answered(() => {
        applied({ type: "lease-revoke", id });
        return {};
      }),
    leaseKeepAlive: unasked,
    leaseTimeToLive: unasked,
    lock: unasked,
    unlock: unasked,
    campaign: unasked,
    proclaim: unasked,
    electionLeader: unasked,
    resign: unasked,
    watch() {
      throw new Error("nobody should watch");
    },
    close: () => undefined,
  };
}

/** For operations that neither wait nor tell of anything on their way. */
export const atOnce: InvokeContext = {
  clock: {
    nowNs: () => 0,
    wallTime: () => "2024-01-01T00:00:00.000Z",
    sleep: () => Promise.reject(new Error("nobody should wait")),
  },
  over: new AbortController().signal,
  tell: () => {
    throw new Error("nobody should tell of anything");
  },
};
