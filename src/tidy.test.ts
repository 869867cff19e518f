import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

/** The folders that each folder may import from besides itself. src/README.md draws the same. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "src/core": [],
  "src/porcupine-ts": [],
  "src/elle-ts": [],
  "src/models": ["src/core", "src/porcupine-ts"],
  "src/checkers": ["src/core", "src/porcupine-ts", "src/elle-ts", "src/models"],
  "src/generator": ["src/core"],
  "src/client": ["src/core"],
  "src/cluster": ["src/core", "src/client"],
  "src/history": ["src/core"],
  "src/runner": ["src/core", "src/generator", "src/history"],
  "src/report": ["src/core"],
  "src/store": ["src/core", "src/history"],
  "src/judge": [
    "src/core",
    "src/checkers",
    "src/models",
    "src/porcupine-ts",
    "src/elle-ts",
    "src/history",
    "src/store",
    "workloads",
  ],
  "src/campaign": [],
  "src/campaign/bugs": ["src/core", "src/report"],
  "src/campaign/shrink": ["src/core", "src/history", "src/campaign"],
  "src/campaign/soak": ["src/core", "src/report", "src/store", "src/generator"],
  "src/testing": ["src/core", "src/history", "src/models", "src/porcupine-ts", "src/elle-ts"],
  // Whole runs, as the shell makes them.
  "src/campaign/replay": ["src", "workloads", "nemeses", "scenarios"],
  "src/campaign/rollout": ["src", "workloads", "nemeses", "scenarios"],
  "src/testing/simulate": ["src", "workloads", "nemeses", "scenarios"],
  workloads: ["src/core", "src/models", "src/checkers", "src/generator"],
  nemeses: ["src/core"],
  scenarios: ["src/core", "src/models", "src/checkers", "workloads", "nemeses"],
};

/** Each outside package comes in through these doors alone. */
const doors: Readonly<Record<string, readonly string[]>> = {
  etcd3: ["src/client/"],
  "@grpc/grpc-js": ["src/client/"],
  "@grpc/proto-loader": ["src/client/"],
  cockatiel: ["src/client/"],
  dockerode: ["src/cluster/docker/"],
  testcontainers: ["src/cluster/docker/"],
  "@peculiar/x509": ["src/cluster/docker/"],
  yargs: ["src/cli.ts", "src/commands/"],
  "pure-rand": ["src/generator/"],
  "tar-stream": ["src/store/"],
  tinyqueue: ["src/cluster/simulated/"],
  preact: ["src/report/viewer/"],
  uplot: ["src/report/viewer/"],
};

/**
 * Time and chance come from a Clock and a Random. These alone may ask the machine: the clock
 * itself, what talks to an engine or over a socket in real time, and what people look at.
 */
const mayAskTheMachine = [
  "src/runner/system-clock.ts",
  "src/cluster/docker/",
  "src/client/",
  "src/history/writer.ts",
  "src/porcupine-ts/",
  "src/report/viewer/",
  "src/commands/",
];

const tests = /\.(test|fixture)\.tsx?$/;

it.each(Object.entries(mayImport))("%s imports only from the folders below it", (folder, below) => {
  const allowed = [folder, ...below];
  // A folder with a row of its own is not its parent's business.
  const inner = Object.keys(mayImport).filter((other) => other.startsWith(`${folder}/`));
  const own = sourceFiles(folder).filter(
    (file) => !inner.some((row) => file.startsWith(`${row}/`)),
  );
  const strays = own.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith("."))
      .map((target) => join(dirname(file), target))
      .filter((target) => !allowed.some((prefix) => target.startsWith(`${prefix}/`)))
      .map((target) => `${file} imports ${target}`),
  );
  expect(strays).toEqual([]);
});

it("knows workloads and nemeses by name in the shell alone", () => {
  const shell = /^src\/([\w-]+\.ts|commands\/|judge\/|campaign\/|testing\/simulate\/)/;
  const strays = sourceFiles("src")
    .filter((file) => !shell.test(file))
    .filter((file) =>
      importsOf(file).some((target) => /\/(workloads|nemeses|scenarios)\//.test(target)),
    );
  expect(strays).toEqual([]);
});

it.each(Object.entries(doors))("lets %s in through its doors alone", (name, allowed) => {
  const strays = sourceFiles(".")
    .filter((file) => !allowed.some((door) => file.startsWith(door)))
    .filter((file) =>
      importsOf(file).some((target) => target === name || target.startsWith(`${name}/`)),
    );
  expect(strays).toEqual([]);
});

it("asks the machine for time and chance only where that is said to be so", () => {
  const asks = /\b(Date\.now|new Date\(\)|performance\.now|setTimeout|setInterval|Math\.random)\b/;
  const strays = sourceFiles(".")
    .filter((file) => !mayAskTheMachine.some((place) => file.startsWith(place)))
    .filter((file) => asks.test(withoutComments(readFileSync(file, "utf8"))));
  expect(strays).toEqual([]);
});

it("names the simulated cluster only where it is made, asked for or tested", () => {
  const may = /^src\/(cluster\/simulated|commands|testing)\//;
  const strays = sourceFiles(".")
    .filter((file) => !may.test(file))
    .filter((file) => /simulat/i.test(readFileSync(file, "utf8")));
  expect(strays).toEqual([]);
});

it("has no import cycle among its files", () => {
  expect(cyclesAmong(sourceFiles("."))).toEqual([]);
});

it("leaves no marker of unfinished work", () => {
  const marker = new RegExp(
    `\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b`,
  );
  const strays = sourceFiles(".").filter((file) => marker.test(readFileSync(file, "utf8")));
  expect(strays).toEqual([]);
});

function sourceFiles(folder: string): string[] {
  const roots = folder === "." ? ["src", "workloads", "nemeses", "scenarios"] : [folder];
  return roots.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !tests.test(name))
      .map((name) => join(root, name)),
  );
}

function importsOf(file: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(
    /^(?:import|export)\b[^;]*?from "([^"]+)"|\bimport(?:\(| )"([^"]+)"/gm,
  );
  return [...found].map(([, from, bare]) => from ?? bare ?? "");
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}

/** Depth first; a file met again on the way to itself closes a cycle. */
function cyclesAmong(files: readonly string[]): string[] {
  const known = new Set(files);
  const finished = new Set<string>();
  const cycles: string[] = [];
  const targetsOf = (file: string) =>
    importsOf(file)
      .filter((target) => target.startsWith("."))
      .map((target) => join(dirname(file), target.replace(/\.js$/, ".ts")))
      .filter((target) => known.has(target));

  function visit(file: string, path: readonly string[]): void {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (finished.has(file) || path.includes(file)) return;
    for (const target of targetsOf(file)) visit(target, [...path, file]);
    finished.add(file);
  }

  for (const file of files) visit(file, []);
  return cycles;
}
