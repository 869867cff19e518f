import { expect, test } from "vitest";
import { connectEngine } from "./engine.js";
import { ensureNodeImage } from "./image.js";
import { labels } from "./labels.js";
import { runShortLived, type ShortLived } from "./short-lived.js";

test("exit code and output come back, output first, errors after it", async () => {
  const ended = await run("short-lived-output", {
    command: ["sh", "-c", "echo no >&2; echo yes; exit 7"],
  });
  expect(ended).toEqual({ exitCode: 7, output: "yes\nno\n", timedOut: false });
});

test("what takes too long is killed, and is gone afterwards", async () => {
  const ended = await run("short-lived-timeout", { command: ["sleep", "600"], timeoutMs: 500 });
  expect(ended).toMatchObject({ exitCode: 137, timedOut: true });
  expect(await left("short-lived-timeout")).toBe(0);
});

test("a container that does not even start is gone as well", async () => {
  await expect(run("short-lived-none", { command: ["/no/such/program"] })).rejects.toThrow(
    /no such file/,
  );
  expect(await left("short-lived-none")).toBe(0);
});

async function run(purpose: string, what: Pick<ShortLived, "command"> & Partial<ShortLived>) {
  const engine = await connectEngine();
  const { reference: image } = await ensureNodeImage(engine, { log: () => undefined });
  return runShortLived(engine, { image, purpose, kind: "probe", timeoutMs: 30_000, ...what });
}

async function left(purpose: string): Promise<number> {
  const { docker } = await connectEngine();
  const filters = { label: [`${labels.run}=${purpose}`] };
  return (await docker.listContainers({ all: true, filters })).length;
}
