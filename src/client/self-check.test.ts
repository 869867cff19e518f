import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "../core/client.js";
import { HarnessError } from "../core/errors.js";
import type { Endpoint } from "./endpoint.js";
import { connectEtcd } from "./etcd-client.js";
import { type ScriptedEtcd, scriptedEtcd } from "./scripted-etcd.fixture.js";
import { proveNoRetries } from "./self-check.js";
import { stockClient } from "./stock-client.fixture.js";

let etcd: ScriptedEtcd;
beforeEach(async () => {
  etcd = await scriptedEtcd();
});
afterEach(() => {
  etcd.stop();
});

const member = () => ({ node: "n1", endpoint: etcd.endpoint });
const puts = () => etcd.arrived.filter(({ method }) => method === "Put").length;

describe("the self-check", () => {
  it("finds our client in order, time and again", async () => {
    for (let round = 1; round <= 3; round++) {
      const { evidence } = await proveNoRetries(member());
      expect(evidence).toContain("a write to n1 whose reply was lost was applied once");
      expect(puts()).toBe(round);
    }
  });

  it("catches a stock etcd3 client, which repeats the write", async () => {
    const check = proveNoRetries({ ...member(), connect: stockClient });
    await expect(check).rejects.toThrow(HarnessError);
    await expect(check).rejects.toThrow("it was applied 2 times: the client retries");
  });

  it("catches a client that says that a lost reply is a success", async () => {
    const connect = (endpoint: Endpoint): Client => {
      const honest = connectEtcd(endpoint);
      const header = { clusterId: "1", memberId: "1", revision: 1, raftTerm: 1 };
      return { ...honest, put: (request) => honest.put(request).catch(() => ({ header })) };
    };
    const check = proveNoRetries({ ...member(), connect });
    await expect(check).rejects.toThrow(HarnessError);
    await expect(check).rejects.toThrow("and it ended well");
  });

  it("says so where the write never takes effect, or the node does not answer", async () => {
    const connect = (endpoint: Endpoint): Client => ({
      ...connectEtcd(endpoint),
      put: () => connectEtcd({ ...endpoint, endpoint: "127.0.0.1:1" }).put({ key: "", value: "" }),
    });
    const idle = proveNoRetries({ ...member(), connect });
    await expect(idle).rejects.toThrow(HarnessError);
    await expect(idle).rejects.toThrow("Expected a write to take effect within 5000 ms");

    etcd.stop();
    const gone = proveNoRetries(member());
    await expect(gone).rejects.toThrow(HarnessError);
    await expect(gone).rejects.toThrow("could not be made, since n1 answered");
  });
});
