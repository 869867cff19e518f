import { expect, it } from "vitest";
import { historyOf } from "../../testing/histories.js";
import {
  a,
  a2,
  context,
  kv,
  page,
  put,
  story,
  told,
  watch,
  write,
} from "./kubernetes-histories.fixture.js";
import type { KubernetesOperation } from "./kubernetes-operation.js";
import { resourceVersion } from "./resource-version.js";

const judge = async (...operations: readonly KubernetesOperation[]) =>
  resourceVersion.check(historyOf(operations), context);

it("finds nothing where revisions only grow", async () => {
  expect(await resourceVersion.check(told(), context)).toMatchObject({
    validity: "valid",
    details: { answers: 7, clients: 3 },
  });
});

it("finds an answer that is older than one before, on another node", async () => {
  // Process 4 is the thread of process 1.
  const late = page("23..24", [a2], { process: 4, newest: 2 });
  const { validity, findings } = await judge(...Object.values(story), late);
  expect(validity).toBe("invalid");
  expect(findings).toEqual([
    {
      message:
        "process 4 on n5 was told of revision 2, although the same client, then process 1 on n2, had been told of 5 before",
      operations: [8, 23],
    },
  ]);
});

it("finds an answer that is older than what a watch told", async () => {
  const early = watch("0..4", [[2, [put(kv(a, "3", [9, 2, 2]))]]], { startRevision: 4 });
  expect(await judge(early, page("5..6", [], { newest: 8 }))).toMatchObject({
    validity: "invalid",
    findings: [{ operations: [0, 5] }],
  });
  expect(await judge(early, page("5..6", [], { newest: 9 }))).toMatchObject({ validity: "valid" });
});

it("finds a write at a revision that was told of before", async () => {
  const create = { f: "create", key: a, value: "1" } as const;
  const list = page("0..1", [], { newest: 5 });
  expect(await judge(list, write(1, "2..3", create, 5))).toMatchObject({ validity: "invalid" });
  expect(await judge(list, write(1, "2..3", create, 6))).toMatchObject({ validity: "valid" });
});

it("says nothing of other clients, nor of answers that overlap", async () => {
  const list = page("0..1", [], { newest: 5 });
  expect(await judge(list, page("2..3", [], { process: 2, newest: 4 }))).toMatchObject({
    validity: "valid",
  });
  const long = page("0..4", [], { newest: 5 });
  expect(await judge(long, page("2..3", [], { process: 4, newest: 4 }))).toMatchObject({
    validity: "valid",
  });
});

it("does not judge what it has no time for", async () => {
  const none = { ...context, deadlineMs: 0 };
  expect(await resourceVersion.check(told(), none)).toMatchObject({ validity: "unknown" });
});
