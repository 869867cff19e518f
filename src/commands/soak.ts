import { join } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { keepOf, keepRun, makeRoom } from "../campaign/soak/keep.js";
import { prometheusText } from "../campaign/soak/metrics.js";
import type { Cell, Night } from "../campaign/soak/night.js";
import { type AskedNight, nightFor, planFor } from "../campaign/soak/night-plan.js";
import { cellsOf } from "../campaign/soak/order.js";
import { runProcess } from "../campaign/soak/run-process.js";
import { soak, type SoakHost } from "../campaign/soak/soak.js";
import { exitCodes } from "../core/run.js";
import { prepareDocker } from "../docker-parts.js";
import { systemClock } from "../runner/system-clock.js";
import { type CampaignFolder, openCampaignFolder, removeFolder } from "../store/campaign-folder.js";
import { announceNight } from "./announce-night.js";
import { chooseBed } from "./choose-bed.js";
import { lockFolder } from "./folder-lock.js";
import { interruptible } from "./interruptible.js";
import { liveLine } from "./live-line.js";
import { printJson, say } from "./say.js";
import {
  askedFrom,
  maxDiskFrom,
  metricsPortFrom,
  simulatedNight,
  type SoakArguments,
  soakOptions,
  testOptionsFor,
} from "./soak-arguments.js";
import { nightInALine, runInALine } from "./soak-in-words.js";
import { serveMetrics } from "./soak-metrics.js";
import { writeSoakPages } from "./soak-pages.js";
import { commandFor, wordsFor } from "./test.js";

export const soakCommand: CommandModule<object, SoakArguments> = {
  command: "soak",
  describe: "Run a whole matrix of tests for a night, and leave one page about all of them",

  builder: (yargs) =>
    soakOptions(yargs)
      .example("$0 soak --for 8h --nemesis partition kill,pause --etcd 3.4.23 3.5.30", "a night")
      .example(
        "$0 soak --campaign nightly.yml --shard 2/5",
        "its second fifth",
      ) as unknown as Argv<SoakArguments>,

  async handler(given) {
    const wanted = await askedFrom(given);
    const maxBytes = maxDiskFrom(given);
    const metricsPort = metricsPortFrom(given);
    if (given.printConfig) {
      printJson({ ...wanted, cells: cellsOf(wanted.matrix) });
      return;
    }
    const cluster = await clusterFor(given, wanted);
    const asked = cluster === "simulated" ? simulatedNight(wanted) : wanted;
    const folder = openCampaignFolder<Night>(given.results);
    const unlock = lockFolder(folder.path);
    try {
      await makeNight({ given, asked, cluster, folder, maxBytes, metricsPort });
    } finally {
      unlock();
    }
  },
};

/** The same for the whole night. What its runs need is made ready once, before the first. */
async function clusterFor(given: SoakArguments, { matrix }: AskedNight): Promise<string> {
  const [cell] = cellsOf(matrix);
  if (!cell) throw new RangeError("a campaign without a cell");
  const first = testOptionsFor(given, cell, 0);
  let cluster = first.cluster;
  if (given.cluster === undefined) {
    const { name, because } = await chooseBed({ config: undefined, ...first });
    if (because !== undefined) say(because);
    cluster = name;
  }
  if (cluster !== "docker") return cluster;
  for (const etcd of matrix.etcd) await prepareDocker({ etcd }, say);
  return cluster;
}

interface NightToMake {
  readonly given: SoakArguments;
  readonly asked: AskedNight;
  /** The kind of cluster. */
  readonly cluster: string;
  readonly folder: CampaignFolder<Night>;
  readonly maxBytes: number | undefined;
  readonly metricsPort: number | undefined;
}

async function makeNight(toMake: NightToMake): Promise<void> {
  const { given, asked, cluster, folder, maxBytes, metricsPort } = toMake;
  const clock = systemClock();
  const found = folder.readNights();
  const { night: begun, isResumed } = nightFor(asked, found, {
    freshSeed: () => Number(process.hrtime.bigint() % 1_000_000_000n),
    wallTime: clock.wallTime(),
  });
  const state = {
    earlier: found.filter(({ name }) => name !== begun.name),
    night: begun,
    running: undefined as Cell | undefined,
  };
  const nightPath = folder.pathOf(begun.name);
  say(
    `${isResumed ? `going on after ${begun.runs.length} runs` : "a new night"}: ${begun.cells.length} cells, ${begun.budget}, seed ${begun.seed}, in ${nightPath}`,
  );
  folder.writeNight(begun);

  const { signal } = interruptible({
    first: "ending the run that goes on, and the night with it",
    again: "leaving; the run that goes on heals and ends by itself",
    exitCode: exitCodes.harness,
  });
  const stopMetrics =
    metricsPort === undefined
      ? undefined
      : await serveMetrics(metricsPort, () => {
          const { night, running } = state;
          return prometheusText(night, {
            elapsedMs: clock.nowNs() / 1e6,
            ...(running && { running }),
          });
        });

  // From here on nothing fails before it is stopped: it would keep the process alive.
  const line = liveLine(() => nightInALine(state.night, state.running));
  const host: SoakHost = {
    clock,
    signal,
    async run(cell, seed) {
      state.running = cell;
      const options = { ...testOptionsFor(given, cell, seed), cluster };
      const startedNs = clock.nowNs();
      const result = await runProcess({
        program: [process.execPath, ...process.execArgv, process.argv[1] ?? ""],
        words: wordsFor(options),
        command: commandFor(options),
        nightPath,
        startedAt: clock.wallTime(),
        elapsedMs: () => (clock.nowNs() - startedNs) / 1e6,
        signal,
      });
      state.running = undefined;
      return result;
    },
    keep(run) {
      line.log(runInALine(run));
      return Promise.resolve(keepRun(run, keepOf(run, given.keepPassing), nightPath));
    },
    makeRoom(night) {
      if (maxBytes === undefined) return Promise.resolve({ night, isFull: false });
      const { nights, isFull } = makeRoom([...state.earlier, night], { folder, maxBytes });
      state.earlier = nights.slice(0, -1);
      for (const earlier of state.earlier) folder.writeNight(earlier);
      return Promise.resolve({ night: nights.at(-1) ?? night, isFull });
    },
    discard({ folder: run }) {
      if (run !== undefined) removeFolder(join(nightPath, run));
      return Promise.resolve();
    },
    changed(night) {
      state.night = night;
      folder.writeNight(night);
      writeSoakPages(folder, [...state.earlier, night]);
      return Promise.resolve();
    },
  };

  try {
    const done = await soak(begun, planFor(asked, begun), host);
    line.stop();
    announceNight([...state.earlier, done], folder, given.json);
  } finally {
    line.stop();
    stopMetrics?.();
  }
}
