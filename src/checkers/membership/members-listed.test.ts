import { expect, it } from "vitest";
import { historyOf } from "../../testing/histories.js";
import {
  add,
  failedAdd,
  learner,
  list,
  lostAdd,
  lostUpdate,
  ownList,
  remove,
  update,
} from "./membership-histories.fixture.js";
import { membersListed } from "./members-listed.js";

const context = { deadlineMs: 10_000, memoryMb: 100 };

async function judged(...operations: Parameters<typeof historyOf>[0]) {
  return membersListed.check(historyOf(operations) as never, context);
}

async function objections(...operations: Parameters<typeof historyOf>[0]) {
  const { findings } = await judged(...operations);
  return findings.map(({ message }) => message);
}

it("takes a learner that was added, told another address, listed and removed", async () => {
  const verdict = await judged(
    list(0, "0..1"),
    add(0, "2..3"),
    list(1, "4..5", learner(7)),
    update(0, "6..7", 1),
    list(1, "8..9", learner(7, 1)),
    remove(0, "10..11"),
    list(1, "12..13"),
  );
  expect(verdict.validity).toBe("valid");
  expect(verdict.summary).toBe("5 answers about members told what had been asked for.");
});

it("takes what a member that lags behind knows, and what may have been done", async () => {
  expect(
    await objections(
      add(0, "0..1"),
      update(0, "2..3", 1),
      remove(0, "4..5"),
      ownList(1, "6..7", learner(7)),
      ownList(1, "8..9"),
    ),
  ).toEqual([]);
  expect(await objections(lostAdd(0, "0.."), list(1, "1..2", learner(7)))).toEqual([]);
  expect(
    await objections(add(0, "0..1"), lostUpdate(0, "2..", 1), list(1, "3..4", learner(7, 1))),
  ).toEqual([]);
  // The answer to the addition came after the list in which it stands.
  expect(await objections(add(0, "0..3"), list(1, "1..2", learner(7)))).toEqual([]);
});

it("objects to a learner that has a vote, once for each", async () => {
  const voting = { ...learner(7, 1), isLearner: false };
  const verdict = await judged(
    add(0, "0..1"),
    update(2, "2..3", 1),
    list(1, "4..5", voting),
    list(1, "6..7", voting),
  );
  expect(verdict.validity).toBe("invalid");
  expect(verdict.findings).toEqual([
    {
      message:
        "process 1 on n2 was told that learner 7 has a vote, although it was added as a learner and nobody ever asked to promote it",
      operations: [0, 2, 4],
      explanation: [
        "Process 0 on n1 asked at 0.000 s to add learner 7 as a learner.",
        "Process 2 on n3 asked at 0.002 s to change its address, and nothing else.",
        "At 0.005 s process 1 on n2 was told who the members are, and learner 7 is one with a vote.",
      ],
    },
  ]);
  expect(verdict.summary).toBe(
    "Of 3 answers about members some are wrong (learners with a vote: 1).",
  );
  expect(await objections(add(0, "0..1", { ...learner(7), isLearner: false }))).toEqual([
    "process 0 on n1 was told that learner 7 has a vote, although it was added as a learner and nobody ever asked to promote it",
  ]);
});

it("objects to an address that nobody had given by then", async () => {
  const early = list(1, "2..3", learner(7, 1));
  expect(await objections(add(0, "0..1"), early, update(0, "4..5", 1))).toEqual([
    "process 1 on n2 listed learner 7 at http://127.100.0.7:2, an address that it had not been given",
  ]);
});

it("objects to members that nobody asked for, or that were refused", async () => {
  const stranger = { id: "9", name: "", isLearner: false, peerUrls: ["http://elsewhere:1"] };
  expect(await objections(list(1, "0..1", stranger))).toEqual([
    "process 1 on n2 listed the member 9 at http://elsewhere:1, and nobody had asked to add such a member",
  ]);
  expect(await objections(list(1, "0..1", learner(7)), add(0, "2..3"))).toEqual([
    "process 1 on n2 listed learner 7 at http://127.100.0.7:1, and nobody had asked to add such a member",
  ]);
  expect(await objections(failedAdd(0, "0..1"), list(1, "2..3", learner(7)))).toEqual([
    "process 1 on n2 was told that learner 7 is a member, and its addition had been refused",
  ]);
});

it("objects to a member that is told of with two ids", async () => {
  const other = { ...learner(7), id: "8" };
  expect(await objections(add(0, "0..1"), list(1, "2..3", other))).toEqual([
    "process 1 on n2 was told that the id of learner 7 is 8, and process 0 on n1 that it is 107",
  ]);
});
