import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HarnessError } from "../../core/errors.js";
import { connectEngine, NoEngineError, placesToTry } from "./engine.js";

let home = "";
const servers: Server[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "ordeal-engine-"));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((s) => new Promise((resolve) => s.close(resolve))));
  await rm(home, { recursive: true });
});

test("whoever sets DOCKER_HOST means that engine and no other", () => {
  const hosts = placesToTry({ DOCKER_HOST: "tcp://there:2375", HOME: home }).map((p) => p.host);
  expect(hosts).toEqual(["tcp://there:2375"]);
});

test("the system's, a rootless and Docker Desktop's socket are tried", () => {
  const hosts = placesToTry({ HOME: home, XDG_RUNTIME_DIR: "/run/user/7" }).map((p) => p.host);
  expect(hosts).toEqual([
    "unix:///var/run/docker.sock",
    "unix:///run/user/7/docker.sock",
    `unix://${home}/.docker/run/docker.sock`,
  ]);
});

test("the host of the context that the user chose comes first", async () => {
  await writeContext("mine", "unix:///mine.sock");
  const [first] = placesToTry({ HOME: home, DOCKER_CONTEXT: "mine" });
  expect(first).toEqual({ host: "unix:///mine.sock", saidBy: "Docker's context mine" });
  await writeFile(join(home, ".docker", "config.json"), '{"currentContext":"mine"}');
  expect(placesToTry({ HOME: home })[0]).toEqual(first);
});

test("an engine is what answers, with what it says of itself", async () => {
  const host = await engineThatSays({ Version: "99.1", ApiVersion: "1.99", Arch: "arm64" });
  const { name, version, api, architecture } = await connectEngine({ DOCKER_HOST: host });
  expect({ name, version, api, architecture }).toEqual({
    name: "Docker Engine",
    version: "99.1",
    api: "1.99",
    architecture: "arm64",
  });
});

test("no engine is a sentence with each place, what came of it and what to do", async () => {
  const connecting = connectEngine({ DOCKER_HOST: `unix://${home}/none.sock` });
  await expect(connecting).rejects.toThrow(HarnessError);
  await expect(connecting).rejects.toThrow(
    `No Docker engine answers: tried unix://${home}/none.sock (from DOCKER_HOST): no such socket. Start the engine that DOCKER_HOST names, or unset it.`,
  );
});

test("a port on which nobody listens is told as such", async () => {
  const connecting = connectEngine({ DOCKER_HOST: "tcp://127.0.0.1:1" });
  await expect(connecting).rejects.toThrow("nobody listens");
});

test("a place that accepts and never answers does not hold us", async () => {
  const host = await listening(() => undefined);
  const error: unknown = await connectEngine({ DOCKER_HOST: host }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(NoEngineError);
  expect((error as NoEngineError).tried).toContain("no answer within 5 s");
});

async function writeContext(name: string, host: string): Promise<void> {
  const id = createHash("sha256").update(name).digest("hex");
  const folder = join(home, ".docker", "contexts", "meta", id);
  await mkdir(folder, { recursive: true });
  const meta = { Name: name, Endpoints: { docker: { Host: host } } };
  await writeFile(join(folder, "meta.json"), JSON.stringify(meta));
}

function engineThatSays(version: object): Promise<string> {
  return listening((answer) => {
    answer(JSON.stringify(version));
  });
}

async function listening(onRequest: (answer: (body: string) => void) => void): Promise<string> {
  const socket = join(home, `${servers.length}.sock`);
  const server = createServer((_, response) => {
    onRequest((body) => {
      response.setHeader("content-type", "application/json").end(body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return `unix://${socket}`;
}
