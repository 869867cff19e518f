import { spawn } from "node:child_process";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import type { Measurement, Order } from "./measurement.js";

const program = fileURLToPath(new URL("measure.js", import.meta.url));

/** A process for each, so that none is warm or large from another. Its failure is a text. */
export async function measureInChild(order: Order): Promise<Measurement | string> {
  const { code, output } = await runNode(["--expose-gc", program, JSON.stringify(order)]);
  const line = output.trim().split("\n").at(-1) ?? "";
  if (code !== 0 || !line.startsWith("{")) return `ended with ${code}`;
  return JSON.parse(line) as Measurement;
}

export function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | string; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(execPath, args, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code: code ?? signal ?? "no code", output: Buffer.concat(chunks).toString() });
    });
  });
}
