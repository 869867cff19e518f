import { describe, expect, it } from "vitest";
import type { Plan } from "../../core/run.js";
import { cleanerOf, cleanValue } from "./clean-text.js";
import { machineWords } from "./machine-words.js";

const machine = {
  home: "/root",
  user: "alice",
  host: "build-7",
  workingDirectory: "/app/ordeal",
};
const folder = "/data/results/register-kill/2026-11-22T17-00-00.000Z";

const clean = cleanerOf(machineWords(machine, { plan: undefined, folder }));

describe("of the machine nothing is told", () => {
  it.each<[string, string, string]>([
    ["its home", "in /root/etcd", "in ~/etcd"],
    ["a home elsewhere", '"/home/bob/x"', '"~/x"'],
    ["a home of another system", "/Users/bob, C:\\Users\\bob\\x, C:\\\\Users\\\\bob", "~, ~\\x, ~"],
    ["where it worked", "/app/ordeal/bin and /app/ordeal", "./bin and ."],
    ["its results", `${folder}/logs`, "results/register-kill/2026-11-22T17-00-00.000Z/logs"],
    ["a temporary file", "wrote /tmp/x-17/y/etcd.yml.", "wrote ./etcd.yml."],
    ["who worked on it", "by alice@build-7", "by <user>@<host>"],
    ["a login", "https://me:pass@mirror/x", "https://[removed]@mirror/x"],
    ["a password", '{"password":"p w","next":1}', '{"password":"[removed] w","next":1}'],
    ["a password in YAML", "my-secret: abc\nb: c", "my-secret: [removed]\nb: c"],
    [
      "a key in JSON",
      '"-----BEGIN PRIVATE KEY-----\\nMII\\n-----END PRIVATE KEY-----\\n"',
      '"[private key removed]\\n"',
    ],
    ["a key that is cut off", "a -----BEGIN RSA PRIVATE KEY-----\nMII", "a [private key removed]"],
  ])("%s", (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });
});

it.each([
  "/etc/ordeal/tls/server.key and /var/lib/etcd",
  "/etcdserverpb.KV/Txn to 127.0.0.1:2379",
  "/registry/home/x and a/home/b",
  "malice on build-71",
  "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----",
  "https://n1:2379/health",
])("what says nothing of it stays: %s", (text) => {
  expect(clean(text)).toBe(text);
});

it("a name is told where it is a word of the run, or of anybody", () => {
  const plan = { options: { nemeses: ["kill"] }, nodes: ["n1"], etcd: {} } as unknown as Plan;
  const words = machineWords({ ...machine, user: "kill", host: "etcd" }, { plan, folder });
  expect([...words.names]).toEqual([]);
});

it("of a folder that was renamed nothing of its place is told", () => {
  const renamed = cleanerOf(machineWords(machine, { plan: undefined, folder: "/data/bob/run1" }));
  expect(renamed("/data/bob/run1/logs")).toBe("results/run/logs");
});

it("operations and the words of the format stay as they are", () => {
  const event = {
    type: "alice",
    input: { f: "write", value: "/home/bob" },
    output: ["/home/bob"],
    error: { details: ["/home/bob", 3, null] },
  };
  expect(cleanValue(event, clean)).toEqual({ ...event, error: { details: ["~", 3, null] } });
});
