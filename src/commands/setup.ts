import Table from "cli-table3";
import pc from "picocolors";
import type { Argv, CommandModule } from "yargs";
import { connectEngine } from "../cluster/docker/engine.js";
import { ensureNodeImage, imageOrigins } from "../cluster/docker/image.js";
import { type Inspected, inspectEngine } from "../cluster/docker/inspect.js";
import { makeEngineReady } from "../cluster/docker/start-engine.js";
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
  const engine = await makeEngineReady(say);
  say(`engine: ${engine.name} ${engine.version} (API ${engine.api}) at ${engine.host}`);
  const image = await ensureNodeImage(engine, { log: say, from: imageFrom, rebuild });
  say(`node image: ${image.reference}, ${image.how}`);
  const builds: StoredEtcd[] = [];
  for (const request of etcd) {
    const build = await fetchEtcd(request, { engine, log: say });
    say(`etcd: ${build.version}, ${build.source}`);
    builds.push(build);
  }
  const { name, version, api, host } = engine;
  if (json) printJson({ ready: true, engine: { name, version, api, host }, image, etcd: builds });
}

async function check({ json }: Arguments): Promise<void> {
  const rows = await inspectEngine(await connectEngine());
  const blocking = rows.filter(({ state }) => state === "blocking");
  if (json) printJson({ ready: blocking.length === 0, rows });
  else say(table(rows));
  if (blocking.length === 0) return;
  const missing = blocking.map(({ what, found }) => `${what} (${found})`).join(", ");
  throw new HarnessError(`Not ready for a run: ${missing}; \`ordeal setup\` sees to that.`);
}

function table(rows: readonly Inspected[]): string {
  const drawn = new Table({ head: ["", "state", "found", "rules out"], style: { head: ["bold"] } });
  for (const { what, state, found, rulesOut } of rows) {
    drawn.push([what, painted(state), found, rulesOut ?? ""]);
  }
  return drawn.toString();
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
