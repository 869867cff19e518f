import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { UsageError } from "../../core/errors.js";
import { effectiveConfig, readEtcdConfig, refuseUnknownKeys } from "./etcd-config.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ordeal-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(text: string): Promise<string> {
  const path = join(folder, "etcd-config.yml");
  await writeFile(path, text);
  return path;
}

describe("readEtcdConfig", () => {
  it("gives what the file says", async () => {
    const path = await fileWith("# ours\nsnapshot-count: 5\nlog-level: debug\n");
    expect(await readEtcdConfig(path)).toEqual({ "snapshot-count": 5, "log-level": "debug" });
  });

  it("takes an empty file for no wishes", async () => {
    expect(await readEtcdConfig(await fileWith("# nothing\n"))).toEqual({});
  });

  it.each([
    ["a: 1\nb: [1, 2\n", /is not YAML \(line [23], column \d+\)/],
    ["snapshot-count: 5\nsnapshot-count: 6\n", /is not YAML \(line 2, column 1\)/],
    ["- a\n- b\n", /is no etcd configuration/],
    ["just words\n", /is no etcd configuration/],
  ])("refuses %j", async (text, sentence) => {
    const error: unknown = await readEtcdConfig(await fileWith(text)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(sentence);
  });

  it("refuses a file that is not there, and a folder", async () => {
    await expect(readEtcdConfig(join(folder, "none.yml"))).rejects.toThrow(/there is no such file/);
    await expect(readEtcdConfig(folder)).rejects.toThrow(/it is a folder/);
  });
});

describe("effectiveConfig", () => {
  const membership = {
    name: "n2",
    members: ["n1", "n2", "n3"],
    token: "run-1",
    tls: false,
    version: "3.5.30",
  };

  it("fills in who the members are and defaults that suit testing", () => {
    expect(parse(effectiveConfig({}, membership).text)).toMatchObject({
      name: "n2",
      "initial-cluster": "n1=http://n1:2380,n2=http://n2:2380,n3=http://n3:2380",
      "initial-cluster-token": "run-1",
      "snapshot-count": 100,
      "heartbeat-interval": 100,
      "election-timeout": 1000,
      logger: "zap",
    });
  });

  it("lets the user's file win, but for what ordeal must decide, and tells which", () => {
    const user = { "snapshot-count": 7, "data-dir": "/elsewhere", "pre-vote": false };
    const { text, overridden } = effectiveConfig(user, membership);
    expect(parse(text)).toMatchObject({ "snapshot-count": 7, "pre-vote": false });
    expect(parse(text)).not.toMatchObject({ "data-dir": "/elsewhere" });
    expect(overridden).toEqual(["data-dir"]);
  });

  it("keeps text that an older YAML would take for a truth or a number", () => {
    const user = { proxy: "off", "auth-token": "0100" };
    const { text } = effectiveConfig(user, membership);
    expect(parse(text, { version: "1.1" })).toMatchObject(user);
  });

  it("asks for certificates of peers and clients where there is TLS", () => {
    const user = { "client-transport-security": { "client-cert-auth": false, "auto-tls": true } };
    const config = parse(effectiveConfig(user, { ...membership, tls: true }).text) as object;
    expect(config).toMatchObject({
      "client-transport-security": { "client-cert-auth": true, "auto-tls": true },
      "peer-transport-security": { "client-cert-auth": true },
      "advertise-client-urls": "https://n2:2379",
    });
    expect(parse(effectiveConfig(user, membership).text)).not.toHaveProperty(
      "client-transport-security",
    );
  });

  it("speaks to 3.3 in the words that it knows", () => {
    const config = parse(effectiveConfig({}, { ...membership, version: "3.3.25" }).text) as object;
    expect(config).toMatchObject({ "log-output": "stderr" });
    expect(config).not.toHaveProperty("logger");
    expect(config).not.toHaveProperty("log-outputs");
  });
});

describe("refuseUnknownKeys", () => {
  const build = () => ({ directory: folder, version: "3.5.30" });
  beforeAll(() =>
    writeFile(
      join(folder, "etcd"),
      'json:"snapshot-count" json:"pre-vote,omitempty" json:"client-transport-security" json:"cert-file"',
    ),
  );

  it("takes keys that the binary reads", async () => {
    await refuseUnknownKeys({ "pre-vote": true, "client-transport-security": {} }, build());
  });

  it("names keys that it does not, in sections too", async () => {
    const near = { "snapshot-cuont": 1 };
    await expect(refuseUnknownKeys(near, build())).rejects.toThrow(
      'no configuration key "snapshot-cuont" and would ignore it (did you mean "snapshot-count"?)',
    );
    const inner = { "client-transport-security": { "cert-fiel": "x" } };
    await expect(refuseUnknownKeys(inner, build())).rejects.toThrow('"cert-fiel"');
  });
});
