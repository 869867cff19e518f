import type { Scenario } from "../src/core/scenario.js";
import type { KvInput, KvOutput } from "../src/models/etcd/requests.js";
import { put, transaction } from "./kv-steps.js";

export const txnPanic: Scenario<KvInput, KvOutput> = {
  name: "txn-panic",
  bug: {
    issues: [],
    title:
      "one transaction ends every member for good: it deletes a range and then puts one of its keys and keeps its value",
    guarantee:
      "A request that cannot be carried out is refused, and no request of a client ends a member.",
    mechanism: [
      "A put may ask to keep the value that its key has, which is an error where there is no such key.",
      "In a transaction that is looked at before anything is written, since nothing could be taken back later: the key is there, and the transaction goes on.",
      "A transaction that deletes a key and puts it as well is refused at the door, but a range up to the very end of all keys is not seen to hold the key.",
      "So the deletion comes first, the put finds no value to keep, and an error in the middle of a transaction's writes is one that etcd cannot go on with: it panics.",
      "The transaction is in the log already: every member panics, and again when it is started and applies the log.",
    ],
    consequence:
      "Any client that may write takes down the whole cluster with one request, and it comes back only from a backup.",
    affected: [{}],
  },
  workload: "kv",
  nodes: 1,
  nemeses: [],
  rounds: 1,
  caughtBy: ["crash-log"],
  requestTimeoutMs: 3_000,

  async play({ client, nodes: [node = ""], note }) {
    const writer = client(node);
    await writer.must(put("b", "1"));
    note("deletes all keys from a on and puts b with the value that it has, in one transaction");
    await writer.ask(
      transaction(
        { type: "delete-range", request: { key: "a", rangeEnd: "\0" } },
        { type: "put", request: { key: "b", value: "", ignoreValue: true } },
      ),
    );
  },
};
