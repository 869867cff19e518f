import { env } from "node:process";
import { casRegisterModel } from "../../models/cas-register.js";
import { kvModel } from "../../models/kv.js";
import { registerModel } from "../../models/register.js";
import { setModel } from "../../models/set.js";
import { versionedRegisterModel } from "../../models/versioned-register.js";
import { type AppendShape, appendLog } from "../generators/append-log.js";
import { bankLog, bankModel } from "../generators/bank.js";
import { fittingLog } from "../generators/register-log.js";
import {
  casRegisterOperations,
  kvOperations,
  registerOperations,
} from "../generators/register-operations.js";
import { nameOfShape, type RegisterShape } from "../generators/register-shape.js";
import { setLog } from "../generators/set-log.js";
import { shortLogs } from "../generators/short-logs.js";
import { transactionCases } from "./elle-cases.js";
import { type GoFigure, goPorcupine } from "./go-porcupine.js";
import { type Prepared, prepared } from "./prepared.js";
import { countOfLogs, recordedKv, recordedLogs } from "./recorded-histories.js";

/** What is measured in a process of its own. */
export interface Case {
  readonly name: string;
  /** How much there is in it, so that a quick run may pass it over. */
  readonly operations: number;
  readonly load: () => readonly Prepared[];
  readonly go?: GoFigure;
  readonly target: Target;
  /** Also look for a counterexample, and measure that. */
  readonly explains?: boolean;
}

/** Undefined: nothing is asked of it. */
export interface Target {
  /** CPU once it is warm; in the first run of a process. */
  readonly steadyMs?: number;
  readonly firstMs?: number;
  /** In the engines alone, once warm. */
  readonly engineMs?: number;
  /** Once warm, against the least that Go Porcupine needed. */
  readonly timesFaster?: number;
  readonly memoryMb?: number;
  readonly counterexample?: { readonly cpuMs: number; readonly operations: number };
}

/** Where others' histories lie; without it generated ones stand in for them. */
const folder = env["ORDEAL_HISTORIES"];

const plain: RegisterShape = {
  seed: 1,
  operations: 1_000,
  clients: 5,
  kinds: "cas",
  values: "few",
  unknownPercent: 0,
  outcome: "valid",
};

export const cases: readonly Case[] = [
  ...etcdLogs(),
  ...kvFiles(),
  ...everyKind({ clients: 5 }, goPorcupine.register1kFiveClients, { timesFaster: 2 }),
  ...everyKind({ clients: 10 }, goPorcupine.register1kTenClients, { timesFaster: 2 }),
  ...everyKind({ clients: 20 }, goPorcupine.register1kTwentyClients, { steadyMs: 10 }),
  ...[5, 10].flatMap((clients) =>
    everyKind(
      { clients, unknownPercent: 5, outcome: "stale" },
      goPorcupine.register1kUnknownStale,
      { steadyMs: 50 },
    ),
  ),
  ...everyKind({ operations: 10_000, clients: 10 }, goPorcupine.register10kTenClients, {
    steadyMs: 10,
  }),
  ...everyKind(
    { operations: 10_000, clients: 10, outcome: "stale" },
    goPorcupine.register10kTenClientsStale,
    { steadyMs: 20 },
  ),
  ...(["read-write", "cas"] as const).map((kinds) =>
    register(
      { operations: 10_000, clients: 30, unknownPercent: 5, outcome: "stale", kinds },
      goPorcupine.register10kThirtyClients,
      { steadyMs: 5_000 },
    ),
  ),
  // Nothing is asked of these: as hard as a register of few values can be.
  ...[1_000, 10_000].flatMap((operations) =>
    (["read-write", "cas"] as const).map((kinds) =>
      register(
        { operations, clients: 10, unknownPercent: 5, outcome: "overspent", kinds },
        undefined,
        {},
      ),
    ),
  ),
  ...everyKind({ operations: 100_000, clients: 5 }, goPorcupine.register100kFiveClients, {
    steadyMs: 150,
    firstMs: 350,
    memoryMb: 60,
  }),
  ...everyKind(
    { operations: 100_000, clients: 10, unknownPercent: 5 },
    goPorcupine.register100kTenClients,
    { steadyMs: 500 },
  ),
  ...everyKind(
    { operations: 100_000, clients: 10, unknownPercent: 5, outcome: "stale" },
    goPorcupine.register100kTenClients,
    { steadyMs: 3_000 },
  ),
  register(
    { operations: 1_000_000, clients: 10, kinds: "read-write", values: "unique" },
    goPorcupine.register1M,
    { firstMs: 1_500, memoryMb: 300 },
  ),
  ...[10, 100, 1_000].map((keys) =>
    keyed(keys, { operations: 100_000 }, keys === 10 ? undefined : goPorcupine.kv100k, {
      ...(keys > 10 && { timesFaster: 4 }),
    }),
  ),
  keyed(1_000, { operations: 1_000_000 }, goPorcupine.kv1M, { timesFaster: 3 }),
  keyed(1_000, { operations: 1_000_000, outcome: "stale" }, undefined, {}),
  register(
    {
      operations: 1_000_000,
      clients: 30,
      unknownPercent: 1,
      kinds: "read-write",
      values: "unique",
      seed: 2,
    },
    undefined,
    { engineMs: 200 },
  ),
  ...(["valid", "stale"] as const).map(versioned),
  ...appendsAndGets(),
  ...sets(),
  ...deletions(),
  ...withoutSpecialisation(),
  ...[1, 2, 3].map(explained),
  ...transactionCases(1_000_000),
];

function etcdLogs(): Case[] {
  const target = { timesFaster: 150 };
  if (folder === undefined) {
    const { etcdLogs: go } = goPorcupine;
    const load = () =>
      shortLogs(103).map(({ shape, log }) =>
        prepared(casRegisterModel, casRegisterOperations(log), expectedOf(shape)),
      );
    return [{ name: "103 logs like etcd's, in all", operations: 8_000, load, go, target }];
  }
  const count = countOfLogs(folder);
  const share = count / goPorcupine.etcdLogsCount;
  // Of these alone no figure is known, so that the part of the whole stands for it.
  const go = {
    fromMs: share * goPorcupine.etcdLogs.fromMs,
    toMs: share * goPorcupine.etcdLogs.toMs,
  };
  const name = `${count} of Porcupine's 103 etcd logs, in all`;
  return [{ name, operations: 8_000, load: () => recordedLogs(folder), go, target }];
}

function kvFiles(): Case[] {
  const target = { timesFaster: 1 };
  if (folder !== undefined) {
    const recorded = [
      ["c01-ok.txt", goPorcupine.kvOneClient],
      ["c01-bad.txt", goPorcupine.kvOneClient],
      ["c10-ok.txt", goPorcupine.kvTenClients],
      ["c10-bad.txt", goPorcupine.kvTenClients],
    ] as const;
    return recorded.map(([file, go]) => ({
      name: `Porcupine's kv, ${file}`,
      operations: 500,
      load: () => recordedKv(folder, file),
      go,
      target,
    }));
  }
  return [
    append({ operations: 100, clients: 1, keys: 10, outcome: "valid" }, goPorcupine.kvOneClient),
    append({ operations: 500, clients: 10, keys: 10, outcome: "valid" }, goPorcupine.kvTenClients),
    append({ operations: 500, clients: 10, keys: 10, outcome: "lost" }, goPorcupine.kvTenClients),
  ].map((each) => ({ ...each, target }));
}

function appendsAndGets(): Case[] {
  const shape = { operations: 5_000, clients: 50, keys: 10 };
  return [
    append({ ...shape, outcome: "valid" }, goPorcupine.kvFiftyClientsValid),
    append({ ...shape, outcome: "lost" }, goPorcupine.kvFiftyClientsInvalid),
  ];
}

function sets(): Case[] {
  const shape = { seed: 1, operations: 10_000, clients: 10, readPercent: 5, unknownPercent: 1 };
  return (["valid", "lost"] as const).map((outcome): Case => {
    const expected = outcome === "valid" ? "valid" : "invalid";
    return {
      name: `set, ${shape.operations.toLocaleString("en")} ops, 10 clients, 5 % reads, 1 % unknown, ${outcome}`,
      operations: shape.operations,
      load: () => [prepared(setModel, setLog({ ...shape, outcome }), expected)],
      target: {},
    };
  });
}

/** Nothing is asked of these: nobody else has a figure for them. */
function deletions(): Case[] {
  return (["unique", "few"] as const).flatMap((values) =>
    (["valid", "stale"] as const).map((outcome): Case => {
      const shape: RegisterShape = {
        ...plain,
        ...{ operations: 100_000, clients: 10, unknownPercent: 1 },
        ...{ deletes: true, values, outcome },
      };
      return {
        name: nameOfShape(shape),
        operations: shape.operations,
        load: () => [prepared(registerModel, registerOperations(logOf(shape)), expectedOf(shape))],
        target: {},
      };
    }),
  );
}

function append(shape: Omit<AppendShape, "seed">, go: GoFigure): Case {
  const { operations, clients, keys, outcome } = shape;
  const expected = outcome === "valid" ? "valid" : "invalid";
  return {
    name: `appends and gets, ${keys} keys, ${operations} ops, ${clients} clients, ${outcome}`,
    operations,
    load: () => [prepared(kvModel, appendLog({ ...shape, seed: 1 }), expected)],
    go,
    target: {},
  };
}

/** With and without compare-and-set, with unique values and with few. */
function everyKind(shape: Partial<RegisterShape>, go: GoFigure, target: Target): Case[] {
  return (["read-write", "cas"] as const).flatMap((kinds) =>
    (["unique", "few"] as const).map((values) => register({ ...shape, kinds, values }, go, target)),
  );
}

function register(shape: Partial<RegisterShape>, go: GoFigure | undefined, target: Target): Case {
  return shaped({ ...plain, ...shape }, go, target);
}

/** As one may find it in the table of all shapes, too. */
export function shaped(whole: RegisterShape, go: GoFigure | undefined, target: Target): Case {
  return {
    name: nameOfShape(whole),
    operations: whole.operations,
    load: () => [
      prepared(casRegisterModel, casRegisterOperations(logOf(whole)), expectedOf(whole)),
    ],
    ...(go && { go }),
    target,
  };
}

function keyed(
  keys: number,
  shape: Partial<RegisterShape>,
  go: GoFigure | undefined,
  target: Target,
): Case {
  const whole: RegisterShape = {
    ...plain,
    clients: 10,
    kinds: "read-write",
    values: "unique",
    ...shape,
    keys,
  };
  return {
    name: nameOfShape(whole),
    operations: whole.operations,
    load: () => [prepared(registerModel, registerOperations(logOf(whole)), expectedOf(whole))],
    ...(go && { go }),
    target,
  };
}

function versioned(outcome: RegisterShape["outcome"]): Case {
  const shape: RegisterShape = {
    ...plain,
    operations: 1_000_000,
    clients: 30,
    keys: 1_000,
    values: "unique",
    outcome,
  };
  return {
    name: `with revisions: ${nameOfShape(shape)}`,
    operations: shape.operations,
    load: () => [
      prepared(versionedRegisterModel, registerOperations(logOf(shape)), expectedOf(shape)),
    ],
    target: { engineMs: 150 },
  };
}

/** Models that say nothing but what is needed, and those that say besides what only looks. */
function withoutSpecialisation(): Case[] {
  const bare: typeof casRegisterModel = {
    init: () => casRegisterModel.init(),
    step: (state, input, output) => casRegisterModel.step(state, input, output),
  };
  const hinted: typeof casRegisterModel = {
    ...bare,
    readOnly: (input, output) => casRegisterModel.readOnly?.(input, output) === true,
  };
  const registers = (
    [
      [5, "valid", goPorcupine.register1kFiveClients],
      [10, "valid", goPorcupine.register1kTenClients],
      [10, "stale", goPorcupine.register1kTenClientsStale],
      [20, "valid", goPorcupine.register1kTwentyClients],
    ] as const
  ).flatMap(([clients, outcome, go]) =>
    (["unique", "few"] as const).flatMap((values) => {
      const shape: RegisterShape = { ...plain, clients, outcome, values };
      return Object.entries({ "no hints": bare, "readOnly alone": hinted }).map(
        ([name, model]): Case => ({
          name: `${name}: ${nameOfShape(shape)}`,
          operations: shape.operations,
          load: () => [prepared(model, casRegisterOperations(logOf(shape)), expectedOf(shape))],
          go,
          target: { timesFaster: 1 },
        }),
      );
    }),
  );
  const kvShape: RegisterShape = {
    ...plain,
    operations: 100_000,
    clients: 10,
    keys: 1_000,
    kinds: "read-write",
    values: "unique",
  };
  const kv: Case = {
    name: `kvModel: ${nameOfShape(kvShape)}`,
    operations: kvShape.operations,
    load: () => [prepared(kvModel, kvOperations(logOf(kvShape)), expectedOf(kvShape))],
    go: goPorcupine.kv100k,
    target: { timesFaster: 1 },
  };
  const banks = (["valid", "wrong"] as const).map((outcome): Case => {
    const shape = { seed: 1, operations: 1_000, clients: 6, unknownPercent: 0, outcome };
    const expected = outcome === "valid" ? "valid" : "invalid";
    return {
      name: `no hints: bank, ${shape.operations} ops, ${shape.clients} clients, ${outcome}`,
      operations: shape.operations,
      load: () => [prepared(bankModel, bankLog(shape), expected)],
      target: {},
    };
  });
  return [...registers, kv, ...banks];
}

function explained(seed: number): Case {
  const shape: RegisterShape = {
    ...plain,
    seed,
    operations: 100_000,
    clients: 10,
    unknownPercent: 1,
    outcome: seed === 2 ? "lost" : "stale",
    values: seed === 3 ? "few" : "unique",
  };
  return {
    name: `counterexample: ${nameOfShape(shape)}`,
    operations: shape.operations,
    load: () => [
      prepared(casRegisterModel, casRegisterOperations(logOf(shape)), expectedOf(shape)),
    ],
    target: { counterexample: { cpuMs: 1_000, operations: 6 } },
    explains: true,
  };
}

function logOf(shape: RegisterShape) {
  return fittingLog(shape).log;
}

function expectedOf({ outcome }: RegisterShape): "valid" | "invalid" {
  return outcome === "valid" ? "valid" : "invalid";
}
