import { UsageError } from "../../core/errors.js";
import type { EndOfNight, Night, NightRun } from "./night.js";

/**
 * The shards of a night as one night: it is named like the shard that began first, and its runs
 * stand in the order of the night. Their folders are left as they are, each relative to its own
 * shard's. With a shard that is missing the night has no end on record. Throws UsageError where
 * these are not the shards of one night, each once.
 */
export function mergeNights(
  nights: readonly Night[],
  { allowMissing = false }: { readonly allowMissing?: boolean } = {},
): Night {
  const shards = nights.map(shardOf);
  const first = shards.reduce(
    (a, b) => (b.night.startedAt < a.night.startedAt ? b : a),
    anyOf(shards),
  );
  for (const shard of shards) requireSameNight(first, shard);
  requireEachOnce(shards);
  const missing = missingAmong(nights);
  if (missing !== undefined && !allowMissing) throw new UsageError(missing);
  requireRunsOnce(shards);

  const { ordeal, version, tool, name, startedAt, seed, budget, caveat, cells } = first.night;
  const ended = missing === undefined ? endOf(nights) : undefined;
  return {
    ordeal,
    version,
    tool,
    name,
    startedAt,
    ...(ended && { ended }),
    seed,
    budget,
    ...(caveat !== undefined && { caveat }),
    cells,
    runs: nights.flatMap(({ runs }) => runs).sort(byNumber),
  };
}

/** "shard 3 of 5 is missing"; undefined where none is. */
export function missingAmong(nights: readonly Night[]): string | undefined {
  const parts = new Set(nights.map(({ shard }) => shard?.part));
  const of = nights[0]?.shard?.of ?? 0;
  const count = of - parts.size;
  if (count <= 0) return undefined;
  const named: number[] = [];
  for (let part = 1; named.length < Math.min(count, missingNamed); part++) {
    if (!parts.has(part)) named.push(part);
  }
  const more = count > named.length ? ` and ${count - named.length} more` : "";
  const are = count === 1 ? "is" : "are";
  return `shard${count === 1 ? "" : "s"} ${named.join(", ")}${more} of ${of} ${are} missing`;
}

const missingNamed = 5;

interface Shard {
  readonly part: number;
  readonly of: number;
  readonly night: Night;
}

function shardOf(night: Night): Shard {
  const { shard, name } = night;
  if (!shard) {
    throw new UsageError(`expected shards of one night, but ${name} is a whole night by itself`);
  }
  const { part, of } = shard;
  if (!Number.isInteger(part) || !Number.isInteger(of) || part < 1 || part > of) {
    throw new UsageError(`expected a shard from 1 to ${of}, but ${name} is shard ${part} of ${of}`);
  }
  return { part, of, night };
}

function anyOf(shards: readonly Shard[]): Shard {
  const [shard] = shards;
  if (!shard) throw new UsageError("expected the shards of a night, got none");
  return shard;
}

/** What all shards of a night have in common, and how to compare and to quote it. */
const common: Readonly<Record<string, (shard: Shard) => string>> = {
  "numbers of shards": ({ of }) => String(of),
  seeds: ({ night }) => String(night.seed),
  budgets: ({ night }) => JSON.stringify(night.budget),
  "versions of ordeal": ({ night }) => night.tool,
  clusters: ({ night }) => night.caveat ?? "real ones",
};

function requireSameNight(first: Shard, shard: Shard): void {
  for (const [what, told] of Object.entries(common)) {
    const [expected, got] = [told(first), told(shard)];
    if (expected === got) continue;
    throw new UsageError(
      `expected shards of one night, but their ${what} differ: ${expected} in ${first.night.name}, ${got} in ${shard.night.name}`,
    );
  }
  if (cellsText(first) === cellsText(shard)) return;
  throw new UsageError(
    `expected shards of one night, but the cells of ${first.night.name} and of ${shard.night.name} differ`,
  );
}

/** Whatever the order of the names in a cell. */
function cellsText({ night }: Shard): string {
  return JSON.stringify(
    night.cells.map(({ workload, nemeses, etcd, nodes, config }) => [
      workload,
      nemeses,
      etcd,
      nodes,
      config,
    ]),
  );
}

function requireEachOnce(shards: readonly Shard[]): void {
  const seen = new Set<number>();
  for (const { part, of } of shards) {
    if (seen.has(part)) throw new UsageError(`shard ${part} of ${of} is given twice`);
    seen.add(part);
  }
}

function requireRunsOnce(shards: readonly Shard[]): void {
  const owners = new Map<number, number>();
  for (const { part, night } of shards) {
    for (const { number } of night.runs) {
      const owner = owners.get(number) ?? part;
      if (owner !== part) {
        throw new UsageError(`run ${number} is in shard ${owner} and in shard ${part}`);
      }
      owners.set(number, part);
    }
  }
}

/** What most needs to be known comes first. */
const endsByWeight: readonly EndOfNight[] = ["disk", "interrupted", "until-failure", "budget"];

function endOf(nights: readonly Night[]): EndOfNight | undefined {
  if (nights.some(({ ended }) => ended === undefined)) return undefined;
  return endsByWeight.find((end) => nights.some(({ ended }) => ended === end));
}

function byNumber(a: NightRun, b: NightRun): number {
  return a.number - b.number || a.attempt - b.attempt;
}
