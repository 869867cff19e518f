import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRunFolder } from "../store/run-folder.js";
import { answerFrom } from "./serve.js";

let results: string;
let server: Server;

beforeEach(async () => {
  results = mkdtempSync(join(tmpdir(), "ordeal-serve-"));
  const folder = createRunFolder(results, "register<b>", "2026-11-22T17:00:00.000Z");
  writeFileSync(folder.history, "{}\n");
  folder.writeReport("<p>a report</p>");
  server = createServer(answerFrom(results));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(results, { recursive: true });
});

/** Not fetch: it would tidy the path up before it sends it. */
function get(path: string, method = "GET"): Promise<{ status: number; body: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method }, (response) => {
      let body = "";
      response.on("data", (chunk) => (body += String(chunk)));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    })
      .on("error", reject)
      .end();
  });
}

it("lists the runs, names as text", async () => {
  const { status, body } = await get("/");
  expect(status).toBe(200);
  expect(body).toContain("register&lt;b&gt;");
  expect(body).not.toContain("register<b>");
});

it("serves a run's report", async () => {
  const { status, body } = await get("/register%3Cb%3E/2026-11-22T17-00-00.000Z/report.html");
  expect({ status, body }).toEqual({ status: 200, body: "<p>a report</p>" });
});

it.each([
  "/../../etc/passwd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/latest/../../../etc/hostname",
  "/%00",
  "/%zz",
  "/nothing",
  "/latest",
])("has nothing at %s", async (path) => {
  expect((await get(path)).status).toBe(404);
});

it("follows no link out of the folder", async () => {
  symlinkSync("/etc/hostname", join(results, "way-out"));
  expect((await get("/way-out")).status).toBe(404);
});

it("takes no other method", async () => {
  expect((await get("/", "POST")).status).toBe(405);
});
