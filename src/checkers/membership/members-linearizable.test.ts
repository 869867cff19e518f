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
import { membersLinearizable } from "./members-linearizable.js";

const context = { deadlineMs: 10_000, memoryMb: 100 };

async function judge(version: string, ...operations: Parameters<typeof historyOf>[0]) {
  const history = historyOf(operations);
  const cluster = { ...history.header.cluster, versions: { n1: "3.5.30", n2: version } };
  const header = { ...history.header, cluster };
  return membersLinearizable.check({ ...history, header } as never, context);
}

async function judged(...operations: Parameters<typeof historyOf>[0]) {
  return (await judge("3.5.30", ...operations)).validity;
}

it("takes a learner's life, and leaves out lists that cannot contradict it", async () => {
  const verdict = await judge(
    "3.5.30",
    list(1, "0..1"),
    add(0, "2..3"),
    list(1, "4..5", learner(7)),
    update(0, "6..7", 1),
    list(1, "8..9", learner(7, 1)),
    remove(0, "10..11"),
    list(1, "12..13"),
    list(1, "14..15"),
  );
  expect(verdict.validity).toBe("valid");
  expect(verdict.details).toMatchObject({ operations: 5, parts: 1 });
});

it.each([
  [
    "takes one that may have been added",
    "valid",
    [lostAdd(0, "0.."), list(1, "1..2"), list(1, "3..4", learner(7))],
  ],
  [
    "takes two orders of what goes on at once",
    "valid",
    [add(0, "0..5"), list(1, "1..2"), list(1, "3..4", learner(7))],
  ],
  [
    "takes an address that may have been told",
    "valid",
    [
      add(0, "0..1"),
      lostUpdate(0, "2..", 1),
      list(1, "3..4", learner(7)),
      list(1, "5..6", learner(7, 1)),
    ],
  ],
  ["objects to one that was added and is not there", "invalid", [add(0, "0..1"), list(1, "2..3")]],
  [
    "objects to one that comes back",
    "invalid",
    [add(0, "0..1"), remove(0, "2..3"), list(1, "4..5", learner(7))],
  ],
  [
    "objects to one that was there and then not, with its removal still to come",
    "invalid",
    [add(0, "0..1"), list(1, "2..3", learner(7)), list(1, "4..5"), remove(0, "6..7")],
  ],
  [
    "objects to an old address after the new one",
    "invalid",
    [
      add(0, "0..1"),
      lostUpdate(0, "2..", 1),
      list(1, "3..4", learner(7, 1)),
      list(1, "5..6", learner(7)),
    ],
  ],
  [
    "objects to an old address after the update",
    "invalid",
    [add(0, "0..1"), update(0, "2..3", 1), list(1, "4..5", learner(7))],
  ],
  ["does not look at what one member knows", "valid", [add(0, "0..1"), ownList(1, "2..3")]],
  [
    "leaves one that was refused to members-listed",
    "valid",
    [failedAdd(0, "0..1"), list(1, "2..3", learner(7))],
  ],
] as const)("%s", async (_, validity, operations) => {
  expect(await judged(...operations)).toBe(validity);
});

it("has nothing to search where an addition may never have come to pass", async () => {
  const verdict = await judge("3.5.30", lostAdd(0, "0.."), list(1, "1..2"), list(1, "3..4"));
  expect(verdict.validity).toBe("valid");
  expect(verdict.details).toMatchObject({ operations: 1 });
});

it("judges nothing where a member is older than 3.5", async () => {
  const verdict = await judge("3.4.23", add(0, "0..1"), list(1, "2..3"));
  expect(verdict).toMatchObject({ validity: "valid", findings: [] });
  expect(verdict.summary).toMatch(/^Nothing was judged: before etcd 3.5/);
});

it("tells the story of one that comes back", async () => {
  const verdict = await judge(
    "3.5.30",
    add(0, "0..1"),
    remove(0, "2..3"),
    list(1, "4..5", learner(7)),
  );
  expect(verdict.findings).toHaveLength(1);
  expect(verdict.findings[0]?.message).toContain("learner 7");
  expect(verdict.findings[0]?.operations).toContain(4);
});
