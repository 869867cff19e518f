import { describe, expect, it } from "vitest";
import type { RangeRequest, TxnOperation, TxnRequest, TxnResponse } from "../../../core/client.js";
import type { BugName } from "../bugs.js";
import { EtcdRefusal } from "./etcd-refusal.js";
import { LockService } from "./lock-service.js";

const kvOf = (key: string, createRevision: number) => ({
  key,
  value: "",
  createRevision,
  modRevision: createRevision,
  version: 1,
  lease: "0",
});

/** A member that does what the service asks for, and no more. */
function rig(bug?: BugName) {
  const created = new Map<string, number>();
  const waiting: { readonly key: string; readonly gone: () => void }[] = [];
  let revision = 1;
  const header = () => ({ clusterId: "1", memberId: "1", revision, raftTerm: 1 });

  function find({ key, rangeEnd, limit = Infinity, maxCreateRevision, sort }: RangeRequest) {
    const sign = sort?.order === "descend" ? -1 : 1;
    const kvs = [...created]
      .filter(([name]) => (rangeEnd === undefined ? name === key : name >= key && name < rangeEnd))
      .filter(([, at]) => at <= (maxCreateRevision ?? Infinity))
      .map(([name, at]) => kvOf(name, at))
      .sort((one, other) => sign * (one.createRevision - other.createRevision))
      .slice(0, limit);
    return { kvs, count: kvs.length, more: false };
  }

  function run(operation: TxnOperation): TxnResponse["responses"][number] {
    if (operation.type === "range") return { type: "range", response: find(operation.request) };
    if (operation.type !== "put") throw new Error(`asked for ${operation.type}`);
    revision += 1;
    created.set(operation.request.key, revision);
    return { type: "put", response: {} };
  }

  function remove(key: string) {
    if (!created.delete(key)) return 0;
    revision += 1;
    for (const each of waiting) if (each.key === key) each.gone();
    return 1;
  }

  const service = new LockService({
    bugs: new Set(bug === undefined ? [] : [bug]),
    txn({ compare, success, failure }: TxnRequest) {
      const succeeded = compare.every(({ key }) => !created.has(key));
      const responses = (succeeded ? success : failure).map(run);
      return Promise.resolve({ header: header(), succeeded, responses });
    },
    range: (request) => Promise.resolve({ header: header(), ...find(request) }),
    deleteRange: ({ key }) =>
      Promise.resolve({ deleted: remove(key), header: header(), prevKvs: [] }),
    grant: (ttl) => Promise.resolve({ id: String(1_000 + ttl) }),
    nextDeletionOf: (key) =>
      created.has(key)
        ? new Promise((resolve) => {
            waiting.push({ key, gone: resolve });
          })
        : Promise.resolve(),
  });

  const holders: string[] = [];
  const ask = (name: string, lease: string, givenUp = new Promise<void>(() => undefined)) => {
    const asked = service.lock(name, lease, givenUp).then(({ key }) => {
      holders.push(key);
      return key;
    });
    asked.catch(() => undefined);
    return asked;
  };
  return { service, created, remove, ask, holders };
}

/** All that follows from what was settled is done by then. */
const settled = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

describe("a lock", () => {
  it("is held at once where nobody else has it, by a key named after the lease in hex", async () => {
    const { ask, created } = rig();
    expect(await ask("door", "255")).toBe("door/ff");
    expect([...created.keys()]).toEqual(["door/ff"]);
  });

  it("gets a lease of a minute where it was asked for with none", async () => {
    const { ask } = rig();
    expect(await ask("door", "0")).toBe(`door/${(1_060).toString(16)}`);
  });

  it("is given to those who wait in the order in which they came", async () => {
    const { ask, holders, service } = rig();
    for (const lease of ["3", "1", "2"]) void ask("door", lease);
    await settled();
    expect(holders).toEqual(["door/3"]);
    await service.unlock("door/3");
    await settled();
    expect(holders).toEqual(["door/3", "door/1"]);
    await service.unlock("door/1");
    await settled();
    expect(holders).toEqual(["door/3", "door/1", "door/2"]);
  });

  it("is not given away when one that waits in between gives up", async () => {
    const { ask, holders, remove } = rig();
    for (const lease of ["1", "2", "3"]) void ask("door", lease);
    await settled();
    remove("door/2");
    await settled();
    expect(holders).toEqual(["door/1"]);
    remove("door/1");
    await settled();
    expect(holders).toEqual(["door/1", "door/3"]);
  });

  it("is nothing to a lock of another name", async () => {
    const { ask, holders } = rig();
    void ask("door", "1");
    void ask("doors", "2");
    await settled();
    expect(holders).toEqual(["door/1", "doors/2"]);
  });

  it("is held again by whoever asks twice with one lease", async () => {
    const { ask, created } = rig();
    await ask("door", "1");
    expect(await ask("door", "1")).toBe("door/1");
    expect(created.size).toBe(1);
  });

  it("is left alone by whoever gives up while he waits, and kept by whoever holds it", async () => {
    const { ask, created, holders, remove } = rig();
    const givenUp = Promise.resolve();
    await ask("door", "1", givenUp);
    const impatient = ask("door", "2", givenUp);
    void ask("door", "3");
    await expect(impatient).rejects.toThrow("context canceled");
    expect([...created.keys()]).toEqual(["door/1", "door/3"]);
    remove("door/1");
    await settled();
    expect(holders).toEqual(["door/1", "door/3"]);
  });

  it("is refused to one whose key was lost while it waited", async () => {
    const { ask, remove } = rig();
    await ask("door", "1");
    const late = ask("door", "2");
    await settled();
    remove("door/2");
    remove("door/1");
    await expect(late).rejects.toThrow(
      new EtcdRefusal({ code: 2, details: "mutex: session is expired" }),
    );
  });

  it("is held by two, and no more, with lock-held-twice", async () => {
    const { ask, holders } = rig("lock-held-twice");
    for (const lease of ["1", "2", "3"]) void ask("door", lease);
    await settled();
    expect(holders).toEqual(["door/1", "door/2"]);
  });
});
