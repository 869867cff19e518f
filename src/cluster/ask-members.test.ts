import { expect, it } from "vitest";
import { agreedLeader } from "./ask-members.js";

const status = (raftTerm: number, leaderId: string) => ({ raftTerm, leaderId });

it("takes the leader that a majority of all members follow", () => {
  expect(agreedLeader([status(2, "a"), status(2, "a"), status(2, "0")], 3)).toBe("a");
});

it("is not misled by a member that counts terms up all alone", () => {
  expect(agreedLeader([status(9, "0"), status(2, "a"), status(2, "a")], 3)).toBe("a");
});

it("does not follow a leader that a majority has left", () => {
  const old = [status(2, "a"), status(2, "a")];
  expect(agreedLeader([...old, status(3, "b"), status(3, "b"), status(3, "b")], 5)).toBe("b");
  expect(agreedLeader(old, 5)).toBeUndefined();
});

it("knows none where members disagree within a term, or none answers", () => {
  expect(agreedLeader([status(2, "a"), status(2, "0"), status(2, "0")], 3)).toBeUndefined();
  expect(agreedLeader([], 3)).toBeUndefined();
});
