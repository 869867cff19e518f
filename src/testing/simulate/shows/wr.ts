import type { WrInput, WrOutput } from "../../../../workloads/wr-operations.js";
import { accountsIn, type BankOperation } from "../../../checkers/bank-operations.js";
import type { Operation } from "../../../core/operation.js";
import { type Deed, type Doer, registersShow, versionsShow } from "./registers-show.js";
import type { Shows } from "./shows.js";

/** By checker. */
export const wrShows: Readonly<Record<string, Shows>> = {
  "rw-register": ({ operations }, named) =>
    registersShow(
      operations.flatMap((one) => transactionsOf(one, { versions: false })),
      named.flatMap((one) => transactionsOf(one, { versions: false })),
    ),
  "rw-register-revisions": ({ operations }, named, { message }) => {
    const [all, own] = [operations, named].map((some) =>
      some.flatMap((one) => transactionsOf(one, { versions: true })),
    ) as [Doer[], Doer[]];
    return message.includes("(incompatible-versions:")
      ? versionsShow(all, own)
      : registersShow(all, own);
  },
  "bank-elle": ({ operations }, named) =>
    registersShow(operations.flatMap(transfersAndReads), named.flatMap(transfersAndReads)),
};

function transactionsOf(
  operation: Operation,
  { versions }: { readonly versions: boolean },
): Doer[] {
  const { index, completedIndex, input, outcome } = operation as Operation<WrInput, WrOutput>;
  if (outcome.type === "fail") return [];
  const isOk = outcome.type === "ok";
  const revision = isOk ? outcome.header?.revision : undefined;
  const found = isOk ? [...outcome.output.found] : [];
  const deeds = input.operations.flatMap((one): Deed[] => {
    const { key } = one;
    if (one.f === "w") {
      const version = versions && revision !== undefined && { version: revision };
      return [{ f: "write", key, value: String(one.value), ...version }];
    }
    const held = found.shift();
    if (!held) return [];
    const value = held.value === null ? null : String(held.value);
    return [{ f: "read", key, value, ...(versions && { version: held.modRevision }) }];
  });
  return [{ index, ...(isOk && completedIndex !== undefined && { completedIndex }), deeds }];
}

/** A balance is named by its amount and by who left it. */
function transfersAndReads(operation: Operation): Doer[] {
  const { index, completedIndex, input, outcome } = operation as BankOperation;
  if (outcome.type === "fail") return [];
  const doer = {
    index,
    ...(outcome.type === "ok" && completedIndex !== undefined && { completedIndex }),
  };
  const found = accountsIn(operation as BankOperation);
  if (found) {
    const deeds = accounts.map((key): Deed => {
      const held = found.find((each) => each.key === key);
      const value = !held ? null : "text" in held ? held.text : `${held.balance}/${held.by}`;
      return { f: "read", key, value };
    });
    return [{ ...doer, deeds }];
  }
  if (input.f === "read") return [];
  if (input.f === "open") {
    const opened = accounts.flatMap((key): Deed[] => [
      { f: "read", key, value: null },
      { f: "write", key, value: `10/${input.id}` },
    ]);
    return [{ ...doer, deeds: opened }];
  }
  const { id, from, to, amount, expected } = input;
  const moved = (
    key: string,
    held: { readonly balance: number; readonly by: number },
    by: number,
  ) =>
    [
      { f: "read", key, value: `${held.balance}/${held.by}` },
      { f: "write", key, value: `${held.balance + by}/${id}` },
    ] as const;
  const deeds = [...moved(from, expected.from, -amount), ...moved(to, expected.to, amount)];
  return [{ ...doer, deeds }];
}

/** As the workload has them. */
const accounts = Array.from({ length: 8 }, (_, i) => `bank/${i}`);
