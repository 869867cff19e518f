import { describe, expect, it } from "vitest";
import { parseSnapshots } from "./snapshots.js";

const files = `0000000000000002-0000000000000065.snap
0000000000000003-00000000000000ca.snap
db`;

const metrics = `HTTP/1.0 200 OK\r
etcd_network_snapshot_receive_success{From="42aeb804774e8452"} 2
etcd_network_snapshot_receive_success{From="176a4a71a3c369ff"} 1`;

describe("what a node tells of its snapshots", () => {
  it("is the newest that its disk has, and how many came from all leaders", () => {
    expect(parseSnapshots(`${files}\n${metrics}\n`)).toEqual({
      newestIndex: 0xca,
      unused: 0,
      received: 3,
    });
  });

  it("counts none where etcd has no such line yet, and nothing where it does not answer", () => {
    expect(parseSnapshots(`db\nHTTP/1.0 200 OK\r\n`)).toMatchObject({
      newestIndex: 0,
      received: 0,
    });
    expect(parseSnapshots(files)).toMatchObject({ newestIndex: 0xca, received: undefined });
    expect(parseSnapshots("HTTP/1.0 503 Service Unavailable\r\n").received).toBeUndefined();
  });

  it("knows databases that came and were not put into use, and no torn files", () => {
    const more = "000000000000031e.snap.db\n0000000000000003-00000000000000cb.snap.broken\ntmp123";
    expect(parseSnapshots(`${files}\n${more}`)).toMatchObject({ newestIndex: 0xca, unused: 1 });
  });
});
