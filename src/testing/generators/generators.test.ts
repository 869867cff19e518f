import { expect, it } from "vitest";
import { casRegisterModel } from "../../models/cas-register.js";
import { kvModel } from "../../models/kv.js";
import { registerModel } from "../../models/register.js";
import { setModel } from "../../models/set.js";
import { judge } from "../judge.js";
import { appendLog } from "./append-log.js";
import { bankLog, bankModel } from "./bank.js";
import { fittingLog, registerLog } from "./register-log.js";
import { casRegisterOperations, kvOperations, registerOperations } from "./register-operations.js";
import type { RegisterShape } from "./register-shape.js";
import { setLog } from "./set-log.js";
import { shortLogs } from "./short-logs.js";

const shape: RegisterShape = {
  seed: 3,
  operations: 400,
  clients: 5,
  kinds: "cas",
  values: "few",
  unknownPercent: 1,
  outcome: "valid",
};

it("makes the same history of the same shape", () => {
  expect(registerLog(shape)).toEqual(registerLog(shape));
  expect(registerLog(shape)).not.toEqual(registerLog({ ...shape, seed: 4 }));
});

it("gives every call and return a moment of its own", () => {
  const { log } = fittingLog({ ...shape, unknownPercent: 5 });
  const moments = [...log.call, ...log.returned].filter(Number.isFinite);
  expect(new Set(moments).size).toBe(moments.length);
  expect(log.returned.filter((moment) => moment === Infinity).length).toBeGreaterThan(5);
  expect(log.call.every((moment, index) => moment < (log.returned[index] ?? 0))).toBe(true);
});

const shapes = (["read-write", "cas"] as const).flatMap((kinds) =>
  (["unique", "few"] as const).flatMap((values) =>
    (["valid", "stale", "lost"] as const).map((outcome) => ({ ...shape, kinds, values, outcome })),
  ),
);

it.each(shapes)("makes registers with $kinds, $values values, $outcome", async (each) => {
  const { log } = fittingLog(each);
  const expected = each.outcome === "valid" ? "valid" : "invalid";
  const asCas = await judge(casRegisterModel, casRegisterOperations(log));
  const asRegister = await judge(registerModel, registerOperations(log));
  expect([asCas.validity, asRegister.validity]).toEqual([expected, expected]);
});

it.each(["read-write", "cas"] as const)("makes overspent registers, %s", async (kinds) => {
  const { log } = fittingLog({ ...shape, kinds, unknownPercent: 5, outcome: "overspent" });
  const { validity } = await judge(casRegisterModel, casRegisterOperations(log));
  expect(validity).toBe("invalid");
  expect(() => fittingLog({ ...shape, values: "unique", outcome: "overspent" })).toThrow(
    RangeError,
  );
});

it.each(
  shapes.map((each) => ({ ...each, deletes: true as const, operations: 800, unknownPercent: 3 })),
)("makes registers that are deleted, with $kinds, $values values, $outcome", async (each) => {
  const { log } = fittingLog(each);
  const operations = registerOperations(log);
  const deleted = operations.filter(({ output }) => output && "deleted" in output);
  expect(deleted.length).toBeGreaterThan(40);
  expect(deleted.some(({ output }) => output && "previous" in output)).toBe(true);
  const { validity } = await judge(registerModel, operations);
  expect(validity).toBe(each.outcome === "valid" ? "valid" : "invalid");
  expect(() => casRegisterOperations(log)).toThrow(RangeError);
  expect(() => kvOperations(log)).toThrow(RangeError);
});

it.each(["valid", "stale", "lost"] as const)("makes many keys, %s", async (outcome) => {
  const { log } = fittingLog({
    ...shape,
    operations: 2_000,
    keys: 30,
    kinds: "read-write",
    values: "unique",
    outcome,
  });
  const { validity, partitions } = await judge(registerModel, registerOperations(log));
  expect(validity).toBe(outcome === "valid" ? "valid" : "invalid");
  expect(partitions).toHaveLength(30);
  expect((await judge(kvModel, kvOperations(log))).validity).toBe(validity);
});

it.each(["valid", "lost"] as const)("makes appends, %s", async (outcome) => {
  const operations = appendLog({ seed: 5, operations: 200, clients: 5, keys: 5, outcome });
  const { validity } = await judge(kvModel, operations);
  expect(validity).toBe(outcome === "valid" ? "valid" : "invalid");
});

it.each(["valid", "wrong"] as const)("makes accounts, %s", async (outcome) => {
  const operations = bankLog({ seed: 5, operations: 150, clients: 3, unknownPercent: 1, outcome });
  const { validity } = await judge(bankModel, operations);
  expect(validity).toBe(outcome === "valid" ? "valid" : "invalid");
});

it.each(["valid", "lost"] as const)("makes sets, %s", async (outcome) => {
  const few = { seed: 5, operations: 150, clients: 3, readPercent: 20, unknownPercent: 5 };
  expect(setLog({ ...few, outcome })).toEqual(setLog({ ...few, outcome }));
  for (const engine of ["auto", "general"] as const) {
    const { validity } = await judge(setModel, setLog({ ...few, outcome }), { engine });
    expect({ engine, validity }).toEqual({
      engine,
      validity: outcome === "valid" ? "valid" : "invalid",
    });
  }
});

it("makes short logs, about half of which are valid", async () => {
  for (const { shape: its, log } of shortLogs(12)) {
    const { validity } = await judge(casRegisterModel, casRegisterOperations(log));
    expect(validity).toBe(its.outcome === "valid" ? "valid" : "invalid");
  }
});
