import type { History } from "../../core/history.js";
import type { Outcome } from "../../core/operation.js";
import type { Random } from "../../core/random.js";
import { historyOf, refused } from "../../testing/histories.js";
import type { FoundKey, LeaseInput, LeaseOperation, LeaseOutput } from "./lease-operation.js";

/** What a world of leases may do wrong. */
export type Defect =
  | "ends early"
  | "ignores renewals"
  | "ignores revocations"
  | "leaves keys behind"
  | "never ends"
  | "removes keys one by one"
  | "renews what is over"
  | "attaches to what is over"
  | "refuses what lives"
  | "forgets the lease of a key";

export interface WorldOptions {
  readonly random: Random;
  readonly defect?: Defect;
  /** Milliseconds. Default: 10 s. */
  readonly lastsMs?: number;
}

const clients = 5;
/** So many keys are in use at a time, for a second. */
const keys = 6;

/**
 * A history of clients of one store that does each operation at one moment between its call and its
 * return, or, of those without an answer, at any later moment or never. Clients share keys and
 * leases, so that much overlaps. Right unless it has a defect.
 */
export function leaseWorld({
  random,
  defect,
  lastsMs = 10_000,
}: WorldOptions): History<LeaseInput, LeaseOutput> {
  const agenda = newAgenda();
  const store = newStore(random, agenda, defect);
  const operations: { -readonly [Name in keyof LeaseOperation]: LeaseOperation[Name] }[] = [];
  let events = 0;
  let written = 0;
  let leases = 0;
  let processes = clients;

  function input(): LeaseInput {
    const lease = String(Math.max(1, leases - random.below(6)));
    const key = `shelf/${keys * Math.floor(agenda.nowMs / 1_000) + random.below(keys)}`;
    switch (random.below(12)) {
      case 0:
      case 1:
        leases += 1;
        return { f: "grant", lease: String(leases), ttl: 1 + random.below(3) };
      case 2:
      case 3:
      case 4: {
        written += 1;
        const isFree = random.below(10) === 0;
        return { f: "put", key, value: String(written), ...(!isFree && { lease }) };
      }
      case 5:
        return { f: "renew", lease: String(Math.max(1, leases - random.below(30))) };
      case 6:
        return random.below(2) === 0 ? { f: "revoke", lease } : { f: "time-to-live", lease };
      case 7:
        return random.below(4) === 0 ? { f: "delete", key } : { f: "renew", lease };
      default:
        return { f: "read", shelf: "shelf/" };
    }
  }

  function ask(process: number): void {
    if (agenda.nowMs > lastsMs) return;
    const invokedAtNs = agenda.nowMs * 1e6;
    const operation: (typeof operations)[number] = {
      index: events++,
      process,
      node: `n${(process % 3) + 1}`,
      phase: "main",
      input: input(),
      invokedAtNs,
      outcome: { type: "info" },
    };
    operations.push(operation);
    const complete = (outcome: Outcome<LeaseOutput>, next: number) => {
      operation.outcome = outcome;
      operation.completedIndex = events++;
      operation.completedAtNs = agenda.nowMs * 1e6;
      agenda.after(random.below(80), () => {
        ask(next);
      });
    };
    const fate = random.below(25);
    if (fate === 0) {
      agenda.after(5, () => {
        complete({ type: "fail", error: refused }, process);
      });
    } else if (fate === 1) {
      if (random.below(2) === 0)
        agenda.after(random.below(4_000), () => store.act(operation.input));
      agenda.after(50, () => {
        complete({ type: "info" }, processes++);
      });
    } else {
      agenda.after(random.below(20), () => {
        const output = store.act(operation.input);
        const header = { clusterId: "1", memberId: "1", revision: 1, raftTerm: 2 };
        agenda.after(random.below(20), () => {
          complete({ type: "ok", output, header }, process);
        });
      });
    }
  }

  for (let process = 0; process < clients; process++) ask(process);
  agenda.run();
  return historyOf<LeaseInput, LeaseOutput>(operations, { events });
}

interface Agenda {
  readonly nowMs: number;
  after(ms: number, act: () => void): void;
  run(): void;
}

function newAgenda(): Agenda {
  const waiting: { readonly atMs: number; readonly order: number; readonly act: () => void }[] = [];
  let order = 0;
  const agenda = {
    nowMs: 0,
    after(ms: number, act: () => void) {
      waiting.push({ atMs: agenda.nowMs + ms, order: order++, act });
    },
    run() {
      for (;;) {
        waiting.sort((a, b) => b.atMs - a.atMs || b.order - a.order);
        const next = waiting.pop();
        if (!next) return;
        agenda.nowMs = next.atMs;
        next.act();
      }
    },
  };
  return agenda;
}

interface Lease {
  readonly ttl: number;
  endsMs: number;
}

function newStore(random: Random, agenda: Agenda, defect: Defect | undefined) {
  const leases = new Map<string, Lease>();
  const ended = new Map<string, Lease>();
  const held = new Map<string, { value: string; lease: string }>();
  const notFound: LeaseOutput = { refused: "lease not found" };

  function endsMs(ttl: number): number {
    return agenda.nowMs + ttl * (defect === "ends early" ? 500 : 1_000);
  }

  function end(id: string): void {
    const lease = leases.get(id);
    if (!lease) return;
    leases.delete(id);
    ended.set(id, lease);
    if (defect === "leaves keys behind") return;
    const attached = [...held].filter(([, { lease: other }]) => other === id);
    for (const [place, [key, { value }]] of attached.entries()) {
      const remove = () => {
        if (held.get(key)?.value === value) held.delete(key);
      };
      if (defect === "removes keys one by one") agenda.after(150 * place, remove);
      else remove();
    }
  }

  /** Up to half a second late, as etcd does. */
  function endInTime(id: string): void {
    const lease = leases.get(id);
    if (!lease || defect === "never ends") return;
    const leftMs = lease.endsMs - agenda.nowMs;
    if (leftMs < 0) end(id);
    else {
      agenda.after(leftMs + 1 + random.below(500), () => {
        endInTime(id);
      });
    }
  }

  function put(key: string, value: string, lease: string | undefined): LeaseOutput {
    const isThere = lease === undefined || leases.has(lease);
    if (!isThere && !(defect === "attaches to what is over" && ended.has(lease))) return notFound;
    if (defect === "refuses what lives" && random.below(20) === 0) return notFound;
    held.set(key, { value, lease: lease ?? "0" });
    return { revision: 1 };
  }

  function found(): FoundKey[] {
    return [...held].map(([key, { value, lease }]) => {
      const isForgotten = defect === "forgets the lease of a key" && random.below(50) === 0;
      return { key, value, lease: isForgotten ? "0" : lease };
    });
  }

  function act(input: LeaseInput): LeaseOutput {
    switch (input.f) {
      case "grant":
        leases.set(input.lease, { ttl: input.ttl, endsMs: endsMs(input.ttl) });
        endInTime(input.lease);
        return { granted: input.ttl };
      case "put":
        return put(input.key, input.value, input.lease);
      case "delete":
        held.delete(input.key);
        return { revision: 1 };
      case "renew": {
        const lease = leases.get(input.lease);
        if (lease && defect !== "ignores renewals") lease.endsMs = endsMs(lease.ttl);
        const dead = defect === "renews what is over" ? ended.get(input.lease) : undefined;
        return { renewed: lease?.ttl ?? dead?.ttl ?? 0 };
      }
      case "revoke":
        if (!leases.has(input.lease)) return notFound;
        if (defect !== "ignores revocations") end(input.lease);
        return { revoked: true };
      case "time-to-live": {
        const lease = leases.get(input.lease);
        if (!lease) return { left: -1, granted: 0, keys: [] };
        return { left: 1, granted: lease.ttl, keys: [] };
      }
      case "read":
        return { found: found() };
      case "wait":
        return { waited: input.seconds };
    }
  }

  return { act };
}
