import { bank as bankChecker } from "../src/checkers/bank.js";
import { bankElle } from "../src/checkers/bank-elle.js";
import {
  type Bank,
  type BankInput,
  type BankOutput,
  type BankTransfer,
  type FoundAccount,
  type SeenBalance,
  writesOf,
} from "../src/checkers/bank-operations.js";
import { bankRevisions } from "../src/checkers/bank-revisions.js";
import { monotonicRevision } from "../src/checkers/monotonic-revision.js";
import type { Client, Compare, KeyValue, RangeRequest, TxnRequest } from "../src/core/client.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Random } from "../src/core/random.js";
import type { Answer, Thread, ThreadContext, Workload } from "../src/core/workload.js";

/** Few enough that transfers meet, and so little in each that some run empty. */
const rules: Bank = {
  accounts: Array.from({ length: 8 }, (_, i) => `bank/${i}`),
  opening: 10,
};

/** All keys below "bank/", whoever wrote them. */
const everyAccount: RangeRequest = { key: "bank/", rangeEnd: "bank0" };

const mostMoved = 5;

/**
 * Transfers between accounts, and reads of all accounts in one range. Finds transactions that are
 * seen or kept by halves, lost and doubled transfers, stale reads, and comparisons with something
 * else than what is there. Each transfer is one transaction, which takes place if both accounts
 * still have the mod_revision that the thread saw last, and else reads all accounts: a refusal is an
 * answer. Beside its balance an account holds who wrote it, so that a read names each write it saw.
 *
 * Whichever thread wants to transfer and has seen no account yet asks for all to be opened in one
 * transaction, provided that there is none: the first to be applied opens them. Reads may find
 * nothing until then. The accounts stay the same over the run, whatever `opsPerKey` says.
 *
 * With `serializable` the reads ask a member for what it has, and are judged as if they did not.
 */
export function bank(options: WorkloadOptions): Workload<BankInput, BankOutput> {
  const readOptions = options.serializable ? { serializable: true } : {};
  return {
    name: "bank",
    kinds: ["read", "transfer"],
    thread: bankThread,
    toleratesCompaction: true,
    toleratesRewind: true,
    isReadOnly: (input) => input.f === "read",
    invoke: (client, input) => invoke(client, input, readOptions),
    finalOperations: (nodes) => nodes.map((node) => ({ node, input: { f: "read" } })),
    checkers: {
      bank: bankChecker(rules),
      "bank-revisions": bankRevisions(rules),
      "bank-elle": bankElle(rules),
      "monotonic-revision": monotonicRevision({
        counts: ({ input }) => input.f !== "read" || !options.serializable,
      }),
    },
    // Serializable reads may be stale by their revisions, and are judged as if they must not be.
    ...(!options.serializable && { opinions: { first: "bank", second: "bank-revisions" } }),
  };
}

/**
 * What a thread chooses follows from its random stream alone; what it knows of the accounts comes
 * from the answers that it got, and decides whether a choice can be carried out.
 */
function bankThread({ thread, threads, random }: ThreadContext): Thread<BankInput, BankOutput> {
  const seen = new Map<string, SeenBalance>();
  let written = 0;

  function nextId(): number {
    written++;
    return written * threads + thread;
  }

  function next(): BankInput {
    const choice = choose(random);
    if (choice.f === "read") return { f: "read" };
    if (seen.size === 0) return { f: "open", id: nextId() };
    const transfer = possible(choice, seen);
    return transfer ? { f: "transfer", id: nextId(), ...transfer } : { f: "read" };
  }

  function saw(input: BankInput, output: BankOutput): void {
    if ("accounts" in output) {
      for (const found of output.accounts) {
        if ("text" in found) continue;
        const { key, balance, by, modRevision } = found;
        seen.set(key, { balance, by, modRevision });
      }
    } else if (input.f !== "read") {
      for (const { account, balance } of writesOf(input, rules)) {
        seen.set(account, { balance, by: input.id, modRevision: output.revision });
      }
    }
  }

  return {
    next,
    saw,
    forget: () => {
      seen.clear();
    },
  };
}

interface Choice {
  readonly f: "read" | "transfer";
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

/** Always the same draws, whatever comes of them: half reads, half transfers. */
function choose(random: Random): Choice {
  const { accounts } = rules;
  const f = random.pick(["read", "transfer"] as const);
  const from = random.below(accounts.length);
  const to = (from + 1 + random.below(accounts.length - 1)) % accounts.length;
  const amount = 1 + random.below(mostMoved);
  return { f, from: accounts[from] ?? "", to: accounts[to] ?? "", amount };
}

/** No more than there is; the other way round where there is nothing. */
function possible(
  { from, to, amount }: Choice,
  seen: ReadonlyMap<string, SeenBalance>,
): Omit<BankTransfer, "f" | "id"> | undefined {
  const [giver, taker] = [seen.get(from), seen.get(to)];
  if (!giver || !taker) return undefined;
  if (giver.balance > 0) {
    const most = Math.min(amount, giver.balance);
    return { from, to, amount: most, expected: { from: giver, to: taker } };
  }
  if (taker.balance <= 0) return undefined;
  const most = Math.min(amount, taker.balance);
  return { from: to, to: from, amount: most, expected: { from: taker, to: giver } };
}

async function invoke(
  client: Client,
  input: BankInput,
  readOptions: Pick<RangeRequest, "serializable">,
): Promise<Answer<BankOutput>> {
  if (input.f === "read") {
    const { header, kvs } = await client.range({ ...everyAccount, ...readOptions });
    return { output: { accounts: kvs.map(foundIn) }, header };
  }
  const { header, succeeded, responses } = await client.txn(requestOf(input));
  if (succeeded) return { output: { applied: true, revision: header.revision }, header };
  const [inner] = responses;
  const kvs = inner?.type === "range" ? inner.response.kvs : [];
  return { output: { applied: false, accounts: kvs.map(foundIn) }, header };
}

/** One transaction: write where the guards hold, else read what is there instead. */
function requestOf(input: Exclude<BankInput, { readonly f: "read" }>): TxnRequest {
  return {
    compare: guardsOf(input),
    success: writesOf(input, rules).map(({ account, balance }) => ({
      type: "put",
      request: { key: account, value: JSON.stringify({ balance, by: input.id }) },
    })),
    failure: [{ type: "range", request: everyAccount }],
  };
}

function guardsOf(input: Exclude<BankInput, { readonly f: "read" }>): Compare[] {
  const guard = (key: string, modRevision: number): Compare => ({
    ...{ key, target: "mod", result: "equal", operand: modRevision },
  });
  if (input.f === "open") return rules.accounts.map((account) => guard(account, 0));
  const { from, to, expected } = input;
  return [guard(from, expected.from.modRevision), guard(to, expected.to.modRevision)];
}

/** Whatever no client can have written is kept as it was found. */
function foundIn({ key, value, modRevision }: KeyValue): FoundAccount {
  const [, balance, by] = /^\{"balance":(-?\d+),"by":(\d+)\}$/.exec(value) ?? [];
  if (balance === undefined || by === undefined) return { key, modRevision, text: value };
  return { key, balance: Number(balance), by: Number(by), modRevision };
}
