import { Store } from "../src/cluster/simulated/store/store.js";
import type { Client, TxnRequest } from "../src/core/client.js";

/** A client of one store in memory, which answers at once and as etcd does, and what it was asked. */
export interface StoreClient extends Client {
  readonly txns: TxnRequest[];
  readonly ranges: Parameters<Client["range"]>[0][];
}

export function storeClient(): StoreClient {
  const store = Store.empty(new Set());
  const txns: StoreClient["txns"] = [];
  const ranges: StoreClient["ranges"] = [];
  const header = () => ({
    ...{ clusterId: "1", memberId: "1", raftTerm: 1 },
    revision: store.revision,
  });
  const unasked = () => Promise.reject(new Error("nobody should ask for that"));
  return {
    node: "n1",
    txns,
    ranges,
    range(request) {
      ranges.push(request);
      const found = store.range(request);
      if ("error" in found) throw new Error(found.error.details);
      return Promise.resolve({ header: header(), ...found });
    },
    put(request) {
      store.apply({ type: "put", request });
      return Promise.resolve({ header: header() });
    },
    txn(request) {
      txns.push(request);
      const refused = store.refusal({ type: "txn", request });
      if (refused) throw new Error(refused.details);
      const answer = store.apply({ type: "txn", request });
      if (answer.type !== "txn") throw new Error("it was not applied");
      return Promise.resolve({ header: header(), ...answer.response });
    },
    deleteRange: unasked,
    close: () => undefined,
  };
}
