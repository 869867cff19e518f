import { expect, it } from "vitest";
import { decodeAlarms, decodeHashKv, decodeMemberList, encodeHashKv } from "./maintenance.js";

const header = {
  cluster_id: "1",
  member_id: "18446744073709551615",
  revision: "7",
  raft_term: "2",
};

it("asks for a hash at a revision, or at the newest", () => {
  expect(encodeHashKv({ revision: 5 })).toEqual({ revision: 5 });
  expect(encodeHashKv({})).toEqual({ revision: 0 });
});

it("reads a hash, also where nothing was compacted yet", () => {
  const decoded = decodeHashKv({ header, hash: 4_294_967_295, compact_revision: "-1" });
  expect(decoded).toMatchObject({ hash: 4_294_967_295, compactRevision: -1 });
  expect(decoded.header).toMatchObject({ memberId: "18446744073709551615", revision: 7 });
  expect(() => decodeHashKv({ header: null, hash: 1, compact_revision: "0" })).toThrow("no header");
});

it("reads alarms by etcd's own names, one that etcd3 does not know by its number", () => {
  const wire = {
    alarms: [
      { memberID: "9", alarm: "Corrupt" },
      { memberID: "8", alarm: 3 },
    ],
  };
  expect(decodeAlarms(wire).alarms).toEqual([
    { memberId: "9", alarm: "CORRUPT" },
    { memberId: "8", alarm: "3" },
  ]);
});

it("reads who the members are", () => {
  const members = [{ ID: "9", name: "n1", isLearner: true }];
  expect(decodeMemberList({ header, members }).members).toEqual([
    { id: "9", name: "n1", isLearner: true },
  ]);
});
