import Table from "cli-table3";
import pc from "picocolors";
import type { Argv, CommandModule } from "yargs";
import { nemeses } from "../../nemeses/index.js";
import type { Engine } from "../cluster/docker/engine.js";
import { ensureNodeImage, imageOrigins } from "../cluster/docker/image.js";
import { type Inspected, inspectMachine } from "../cluster/docker/inspect.js";
import { makeEngineReady } from "../cluster/docker/start-engine.js";
import { stopwatch } from "../cluster/docker/stopwatch.js";
import { parseEtcdRequest } from "../cluster/docker/versions/request.js";
import {
  defaultEtcd,
  fetchEtcd,
  knownVersions,
  type StoredEtcd,
} from "../cluster/docker/versions.js";
import { HarnessError } from "../core/errors.js";
import { printJson, say } from "./say.js";

interface Arguments {
  readonly check: boolean;
  readonly etcd: readonly string[];
  readonly imageFrom: (typeof imageOrigins)[number];
  readonly rebuild: boolean;
  readonly json: boolean;
}

export const setupCommand: CommandModule<object, Arguments> = {
  command: "setup",
  describe: "Make ready what runs need: a Docker engine, the node image, an etcd",

  builder: (yargs) =>
    yargs.options({
      check: {
        type: "boolean",
        default: false,
        describe: "Change nothing; show what is there and what is missing",
      },
      etcd: {
        type: "string",
        array: true,
        default: [defaultEtcd],
        coerce: separated,
        describe: `Fetch these, separated by commas; by number there are ${versionList()}`,
      },
      "image-from": {
        choices: imageOrigins,
        default: "auto",
        describe: "Where the node image's base comes from: auto takes a registry's if one answers",
      },
      rebuild: { type: "boolean", default: false, describe: "Make the node image anew" },
      json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
    }) as unknown as Argv<Arguments>,

  async handler(given) {
    await (given.check ? check(given) : makeReady(given));
  },
};

async function makeReady({ etcd, imageFrom, rebuild, json }: Arguments): Promise<void> {
  // Nonsense is told before minutes are spent.
  for (const request of etcd) parseEtcdRequest(request);
  const engine = await step(makeEngineReady, describeEngine);
  const image = await step(
    (log) => ensureNodeImage(engine, { log, from: imageFrom, rebuild }),
    ({ reference, how }) => `node image ${reference} ${how}`,
  );
  const builds: StoredEtcd[] = [];
  for (const request of etcd) {
    const fetched = await step(
      (log) => fetchEtcd(request, { engine, log }),
      ({ version, source }) => `etcd ${version} at hand (${source})`,
    );
    builds.push(fetched);
  }
  const { name, version, api, host } = engine;
  if (json) printJson({ ready: true, engine: { name, version, api, host }, image, etcd: builds });
}

/** Says what a step found, with the time it took, unless the step told already what it did. */
async function step<T>(
  take: (log: (line: string) => void) => Promise<T>,
  describe: (result: T) => string,
): Promise<T> {
  const elapsed = stopwatch();
  const told: string[] = [];
  const result = await take((line) => {
    told.push(line);
    say(line);
  });
  if (told.length === 0) say(`${describe(result)}, ${elapsed()}`);
  return result;
}

function describeEngine({ name, version, api, host }: Engine): string {
  return `${name} ${version} (API ${api}) answers at ${host}`;
}

async function check({ json }: Arguments): Promise<void> {
  const rows = await inspectMachine();
  const blocking = rows.filter(({ state }) => state === "blocking");
  if (json) printJson({ ready: blocking.length === 0, rows });
  else say(table(rows));
  if (blocking.length === 0) return;
  const missing = blocking.map(({ what, found }) => `${what} (${found})`).join(", ");
  throw new HarnessError(
    `Not ready for a run, for want of: ${missing}. \`ordeal setup\` sees to that, or says what to do.`,
  );
}

function table(rows: readonly Inspected[]): string {
  const drawn = new Table({
    head: ["", "state", "found", "rules out"],
    // Without its own colours, which it would also write into files.
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    drawn.push([row.what, painted(row.state), row.found, ruledOutBy(row).join(", ")]);
  }
  return drawn.toString();
}

/** What nobody can have without it: nemeses by name, and whatever else. */
function ruledOutBy({ state, rulesOut, neededFor = [] }: Inspected): string[] {
  if (state !== "missing" && state !== "blocking") return [];
  const those = Object.values(nemeses).filter(({ needs }) =>
    needs.some((need) => neededFor.includes(need)),
  );
  return [...those.map(({ name }) => name), ...(rulesOut === undefined ? [] : [rulesOut])];
}

function painted(state: Inspected["state"]): string {
  switch (state) {
    case "ok":
      return pc.green(state);
    case "missing":
    case "unknown":
      return pc.yellow(state);
    case "blocking":
      return pc.red(state);
  }
}

function separated(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(",")).map((value) => value.trim());
}

function versionList(): string {
  return knownVersions()
    .map(({ version }) => version)
    .join(", ");
}
