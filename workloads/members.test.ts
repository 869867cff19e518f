import { describe, expect, it } from "vitest";
import { learnerAddress, learnerAt } from "../src/checkers/membership/learner-address.js";
import type { MembershipInput } from "../src/checkers/membership/membership-operation.js";
import type { FullClient, MembershipClient } from "../src/core/client.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { members } from "./members.js";

const shape = "learner-whose-address-changes";

function threadOf({ seed = 1, shapes = [] as string[] } = {}) {
  return members({ shapes }).thread({ thread: 3, threads: 6, random: seededRandom(seed) });
}

/** What a thread asks for when each addition and removal of it succeeds. */
function inputsOf(options: { seed?: number; shapes?: string[]; count: number }): MembershipInput[] {
  const thread = threadOf(options);
  return Array.from({ length: options.count }, () => {
    const input = thread.next();
    if (input.f === "remove" || input.f === "update") thread.saw?.(input, { type: "done" });
    if (input.f === "add") {
      const member = { id: "5", name: "", isLearner: true, peerUrls: [input.address] };
      thread.saw?.(input, { type: "added", member });
    }
    return input;
  });
}

describe("a thread", () => {
  it("chooses by its seed alone", () => {
    const [one, again, other] = [7, 7, 8].map((seed) => inputsOf({ seed, count: 100 }));
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });

  it("adds, removes and lists, and updates only where it is asked to", () => {
    const kinds = (shapes: string[]) => new Set(inputsOf({ shapes, count: 300 }).map(({ f }) => f));
    expect(kinds([])).toEqual(new Set(["add", "remove", "list"]));
    expect(kinds([shape])).toEqual(new Set(["add", "remove", "list", "update"]));
  });

  it("never gives an address for a second time", () => {
    const given = inputsOf({ shapes: [shape], count: 500 }).flatMap((input) =>
      "address" in input ? [input.address] : [],
    );
    expect(given.length).toBeGreaterThan(50);
    expect(new Set(given).size).toBe(given.length);
  });

  it("removes a learner of its own that a list tells of, whatever became of its addition", () => {
    const thread = threadOf();
    const listed = (number: number) => ({
      type: "listed" as const,
      members: [{ id: "9", name: "", isLearner: true, peerUrls: [learnerAddress(number, 2)] }],
    });
    const list = { f: "list", linearizable: true } as const;
    const kindsAfter = (number: number) => {
      thread.saw?.(list, listed(number));
      return new Set(Array.from({ length: 50 }, () => thread.next().f));
    };
    expect(kindsAfter(9)).toContain("remove");
    expect(kindsAfter(9)).not.toContain("add");
    // Another thread's.
    expect(kindsAfter(10)).not.toContain("remove");
  });
});

it("asks etcd for what its operations say", async () => {
  const asked: unknown[] = [];
  const note = (what: unknown) => {
    asked.push(what);
    return Promise.resolve();
  };
  const member = { id: "5", name: "", isLearner: true, peerUrls: ["http://127.100.0.1:1"] };
  const membership: MembershipClient = {
    listMembers: (how) => note(["list", how]).then(() => [member]),
    addMember: (how) => note(["add", how]).then(() => member),
    updateMember: (how) => note(["update", how]),
    removeMember: (id) => note(["remove", id]),
  };
  const client = { membership } as FullClient;
  const workload = members();
  const outputs = [];
  const inputs: readonly MembershipInput[] = [
    { f: "add", learner: 1, address: "http://127.100.0.1:1" },
    { f: "update", learner: 1, id: "5", address: "http://127.100.0.1:2" },
    { f: "remove", learner: 1, id: "5" },
    { f: "list", linearizable: false },
  ];
  for (const input of inputs) {
    outputs.push((await workload.invoke(client, input, undefined as never)).output);
  }
  expect(asked).toEqual([
    ["add", { peerUrls: ["http://127.100.0.1:1"], asLearner: true }],
    ["update", { id: "5", peerUrls: ["http://127.100.0.1:2"] }],
    ["remove", "5"],
    ["list", { f: "list", linearizable: false }],
  ]);
  expect(outputs).toEqual([
    { type: "added", member },
    { type: "done" },
    { type: "done" },
    { type: "listed", members: [member] },
  ]);
});

it("lists the members on each node in the end, in both ways", () => {
  const last = [...members().finalOperations(["n1", "n2"])];
  expect(last.map(({ node }) => node)).toEqual(["n1", "n1", "n2", "n2"]);
});

it.each([0, 7, 255, 256, 65_535, 65_536, 9_999_999])(
  "learner %d is known by its address",
  (number) => {
    expect(learnerAt(learnerAddress(number, 3))).toBe(number);
  },
);

it("no address of a node is a learner's", () => {
  expect(learnerAt("http://127.0.0.1:2380")).toBeUndefined();
  expect(learnerAt("https://172.18.0.2:2380")).toBeUndefined();
  expect(learnerAt("http://n1:2380")).toBeUndefined();
});
