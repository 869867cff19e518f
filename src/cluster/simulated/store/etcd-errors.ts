import type { EtcdError } from "./command.js";

/** What the store and etcd's door before it say no with. */
export const etcdErrors = {
  emptyKey: { code: 3, details: "etcdserver: key is not provided" },
  keyNotFound: { code: 3, details: "etcdserver: key not found" },
  valueProvided: { code: 3, details: "etcdserver: value is provided" },
  leaseProvided: { code: 3, details: "etcdserver: lease is provided" },
  tooManyOperations: { code: 3, details: "etcdserver: too many operations in txn request" },
  duplicateKey: { code: 3, details: "etcdserver: duplicate key given in txn request" },
  compacted: { code: 11, details: "etcdserver: mvcc: required revision has been compacted" },
  futureRevision: {
    code: 11,
    details: "etcdserver: mvcc: required revision is a future revision",
  },
  leaseNotFound: { code: 5, details: "etcdserver: requested lease not found" },
  leaseExists: { code: 9, details: "etcdserver: lease already exists" },
  leaseTtlTooLarge: { code: 11, details: "etcdserver: too large lease TTL" },
} as const satisfies Readonly<Record<string, EtcdError>>;
