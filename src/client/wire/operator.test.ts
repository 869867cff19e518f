import { expect, it } from "vitest";
import { decodeAdded, decodeMembers, encodeAlarm } from "./operator.js";

const wire = {
  ID: "18446744073709551615",
  name: "",
  peerURLs: ["http://n1:2380"],
  isLearner: true,
};
const decoded = {
  id: "18446744073709551615",
  name: "",
  isLearner: true,
  peerUrls: ["http://n1:2380"],
};

it("reads members with where the others reach them, ids beyond 2^53 included", () => {
  expect(decodeMembers({ members: [wire] })).toEqual([decoded]);
});

it("reads the member that was added, and takes no answer without one", () => {
  expect(decodeAdded({ member: wire, members: [wire] })).toEqual(decoded);
  expect(() => decodeAdded({ member: null, members: [] })).toThrow("no member");
});

it("numbers alarms and what is to become of them as etcd does", () => {
  expect(encodeAlarm("raise", "NOSPACE", "7")).toEqual({ action: 1, memberID: "7", alarm: 1 });
  expect(encodeAlarm("disarm", "CORRUPT", "7")).toEqual({ action: 2, memberID: "7", alarm: 2 });
});
