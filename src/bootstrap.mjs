/**
 * From a bare clone to a running command: what `npm start`, `npm test` and `npm run build` call.
 * Plain JavaScript on Node's own modules alone, since nothing is installed or built before it ran.
 * Each step says in one line what it does and how long it took; what is there already is skipped.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const oldestNode = [20, 19];
/** Holds the hash of what dist/ was built from. */
const stampFile = join(root, "dist/.sources");
const harnessFailed = 3;
const lowestPriority = constants.priority.PRIORITY_LOW;
/** Characters of a failure that are repeated at the end. */
const longestReason = 1_500;
const isCi = process.env.CI === "true";

const [command = "start", ...rest] = process.argv.slice(2);
const commands = { start, test, build: installAndBuild };
/** Whoever ends us wants no further step. */
let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  // A child in the foreground gets Ctrl-C itself and ends in order; we wait for it to do so.
  process.on(signal, () => {
    isInterrupted = true;
  });
}
process.exitCode = await (commands[command] ?? usage)();

function usage() {
  console.error(`expected start, test or build, got ${JSON.stringify(command)}`);
  return 64;
}

async function start() {
  const notReady = await installAndBuild();
  if (notReady !== 0) return notReady;
  const unready = await run("node", ["dist/src/cli.js", "setup"]);
  // It has said what is missing; the job knows what to do without, and when to refuse.
  if (unready !== 0) console.error("going on with what is there");
  const job = ["test", "--workload", "register", "--nemesis", "partition,pause,kill"];
  return run("node", ["dist/src/cli.js", ...job, "--time-limit", "30", ...rest]);
}

async function test() {
  const notReady = await installAndBuild();
  if (notReady !== 0) return notReady;
  const unit = await vitest("unit");
  const withoutDocker = await missingDocker();
  const withoutBrowser = await missingBrowser();
  // Real clusters leave the processor idle most of the time: these take what is left of it.
  const background = besideOthers();
  const commands = vitestProject({ project: "commands", missing: withoutDocker }, vitestAside);
  const docker = await vitestProject({ project: "docker", missing: withoutDocker }, vitest);
  const browser = await vitestProject({ project: "browser", missing: withoutBrowser }, vitest);
  return summarise([...(await background), unit, docker, await commands, browser]);
}

async function besideOthers() {
  const checked = await staticChecks({ priority: lowestPriority });
  return [...checked, await vitestAside("proofs", { priority: lowestPriority })];
}

async function installAndBuild() {
  const tooOld = complaintAboutNode();
  if (tooOld) {
    console.error(tooOld);
    return harnessFailed;
  }
  return (
    (await step("packages", packagesAreInstalled, () => run("npm", ["ci", "--loglevel=error"]))) ||
    (await step("build", isBuilt, build))
  );
}

function complaintAboutNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]))
    return undefined;
  return `ordeal needs Node ${oldestNode.join(".")} or later and this is ${process.versions.node}: install a newer one.`;
}

/** npm writes its own record of what it installed after everything else. */
function packagesAreInstalled() {
  const installed = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  return statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs;
}

function isBuilt() {
  if (!existsSync(join(root, "node_modules/.bin/ordeal"))) return false;
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === hashOfSources();
}

async function build() {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const hash = hashOfSources();
  const viewer = ["build", "--logLevel", "warn", "--config", "src/report/viewer/vite.config.ts"];
  const failed =
    (await run("node", ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"])) ||
    (await run("node", ["node_modules/vite/bin/vite.js", ...viewer]));
  if (failed !== 0) return failed;
  linkCommand();
  writeFileSync(stampFile, hash);
  return 0;
}

/** npm links the commands of what it installs, but not a project's own: `npx ordeal` needs it. */
function linkCommand() {
  const cli = join(root, "dist/src/cli.js");
  const link = join(root, "node_modules/.bin/ordeal");
  chmodSync(cli, 0o755);
  rmSync(link, { force: true });
  symlinkSync(relative(dirname(link), cli), link);
}

function hashOfSources() {
  const hash = createHash("sha256");
  const files = [
    ...["src", "workloads", "nemeses", "scenarios"].flatMap((folder) =>
      filesBelow(join(root, folder)),
    ),
    ...["package-lock.json", "tsconfig.json", "tsconfig.build.json"].map((f) => join(root, f)),
  ];
  for (const file of files.sort()) hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest("hex");
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

async function staticChecks(how) {
  const tsc = "node_modules/typescript/bin/tsc";
  const checks = [
    { name: "types", args: [tsc, "--noEmit"] },
    { name: "types of the viewer", args: [tsc, "--noEmit", "-p", "src/report/viewer"] },
    { name: "lint", args: ["node_modules/eslint/bin/eslint.js", "."] },
    {
      name: "format",
      args: ["node_modules/prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."],
    },
  ];
  const parts = [];
  for (const { name, args } of checks) {
    const failed = await step(
      name,
      () => false,
      () => run("node", args, how),
    );
    parts.push({ name, passed: failed === 0 ? 1 : 0, failed: failed === 0 ? 0 : 1 });
  }
  return parts;
}

async function missingDocker() {
  const code = await run("node", ["dist/src/cli.js", "setup"]);
  return code === 0 ? undefined : "no Docker engine can be had here (see above)";
}

async function missingBrowser() {
  if (findBrowser() || (await installBrowser())) {
    process.env.CHROMIUM_PATH = findBrowser();
    return undefined;
  }
  return "no Chromium was found: install it, or set CHROMIUM_PATH";
}

function findBrowser() {
  const given = process.env.CHROMIUM_PATH;
  if (given) return existsSync(given) ? given : undefined;
  const usual = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return usual.map((name) => `/usr/bin/${name}`).find((path) => existsSync(path));
}

async function installBrowser() {
  const isDebian = existsSync("/etc/debian_version");
  if (process.env.CHROMIUM_PATH || process.getuid?.() !== 0 || !isDebian) return false;
  const install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends";
  const failed = await step(
    "Chromium",
    () => false,
    () =>
      run("sh", ["-c", `${install} chromium fonts-dejavu-core >&2`], {
        env: { DEBIAN_FRONTEND: "noninteractive" },
      }),
  );
  return failed === 0 && findBrowser() !== undefined;
}

async function vitestProject({ project, missing }, runIt) {
  if (missing === undefined) return runIt(project);
  return { name: `${project} tests`, passed: 0, failed: isCi ? 1 : 0, missing };
}

/** While others run: told of in one piece when it is over. */
async function vitestAside(project, how = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ordeal-vitest-"));
  const said = join(folder, "said.txt");
  const file = openSync(said, "w");
  const part = await vitest(project, { stdio: ["ignore", file, file], ...how });
  closeSync(file);
  process.stdout.write(readFileSync(said));
  rmSync(folder, { recursive: true });
  return part;
}

async function vitest(project, how = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ordeal-vitest-"));
  const outcome = join(folder, "outcome.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${outcome}`];
  const args = ["node_modules/vitest/vitest.mjs", "run", "--project", project, ...reporters];
  const code = await run("node", [...args, ...rest], how);
  const part = { name: `${project} tests`, ...countOf(outcome, code) };
  rmSync(folder, { recursive: true });
  return part;
}

/** A file that cannot even be loaded has no failed test, yet it failed; so has a runner that died. */
function countOf(outcome, code) {
  if (!existsSync(outcome)) return { passed: 0, failed: 1, failures: [] };
  const {
    numPassedTests: passed,
    numFailedTests,
    testResults,
  } = JSON.parse(readFileSync(outcome, "utf8"));
  const unloadable = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  ).length;
  const failed = numFailedTests + unloadable;
  const failures = testResults.flatMap(failuresOf);
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, failures };
}

/** What failed and how, shortly: of a long log the end is often all that is kept. */
function failuresOf({ name, message, status, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (status === "failed" && failed.length === 0) return [`${file}: ${shortened(message)}`];
  return failed.map(
    ({ fullName, failureMessages }) => `${file}: ${fullName}: ${shortened(failureMessages[0])}`,
  );
}

function shortened(reason = "no reason was given") {
  const lines = stripVTControlCharacters(reason).split("\n");
  const text = lines
    .filter((line) => !/^\s+at /.test(line))
    .join("\n")
    .trim();
  return text.length > longestReason ? `${text.slice(0, longestReason)} ...` : text;
}

function summarise(parts) {
  console.log("");
  for (const { failures = [] } of parts) for (const failure of failures) console.log(failure);
  for (const { name, passed, failed, missing } of parts) {
    const isCounted = missing === undefined;
    console.log(
      isCounted
        ? `${failed ? "FAILED" : "ok    "}  ${name}: ${passed} passed, ${failed} failed`
        : `NOT RUN ${name}: ${missing}${isCi ? " (with CI=true that is a failure)" : ""}`,
    );
  }
  const sum = (field) => parts.reduce((total, part) => total + part[field], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
}

async function step(name, isDone, work) {
  const startedAt = process.hrtime.bigint();
  if (isDone()) {
    console.error(`${name}: there already`);
    return 0;
  }
  const code = await work();
  const seconds = (Number(process.hrtime.bigint() - startedAt) / 1e9).toFixed(1);
  console.error(`${name}: ${code === 0 ? "done" : `failed with code ${code}`} in ${seconds} s`);
  return code;
}

/** Resolves to the exit code; a signal's number counts as a shell would count it. */
function run(program, args, { env = {}, stdio = "inherit", priority } = {}) {
  if (isInterrupted) return Promise.resolve(128 + constants.signals.SIGTERM);
  const isNode = program === "node";
  const child = spawn(isNode ? process.execPath : program, args, {
    cwd: root,
    stdio,
    env: { ...process.env, ...env },
  });
  if (priority !== undefined && child.pid !== undefined) setPriority(child.pid, priority);
  const passOn = () => child.kill("SIGTERM");
  process.on("SIGTERM", passOn);
  return new Promise((resolve) => {
    const finish = (code) => {
      process.off("SIGTERM", passOn);
      resolve(code);
    };
    child.on("error", (error) => {
      console.error(`could not run ${program}: ${error.message}`);
      finish(harnessFailed);
    });
    child.on("exit", (code, signal) => finish(code ?? 128 + constants.signals[signal]));
  });
}
