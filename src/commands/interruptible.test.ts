import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { interruptible } from "./interruptible.js";

let nowNs = 0n;
let said = "";

beforeEach(() => {
  said = "";
  vi.spyOn(process.hrtime, "bigint").mockImplementation(() => nowNs);
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    said += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const plan = { first: "ending in order", again: "leaving", exitCode: 2 };

function press(name: "SIGINT" | "SIGTERM", { afterMs }: { readonly afterMs: number }): void {
  nowNs += BigInt(afterMs) * 1_000_000n;
  process.emit(name, name);
}

/** Resolves with the exit code when the process would end. */
function exit(): Promise<unknown> {
  return new Promise((resolve) => {
    vi.spyOn(process, "exit").mockImplementation((code) => {
      resolve(code);
      return undefined as never;
    });
  });
}

it("ends the work in order at first, and at once when asked again", async () => {
  const left = exit();
  const { signal, release } = interruptible(plan);
  expect(signal.aborted).toBe(false);
  press("SIGINT", { afterMs: 0 });
  expect(signal.reason).toBe("SIGINT");
  expect(said).toContain("SIGINT: ending in order; once more to leave at once");
  press("SIGTERM", { afterMs: 2_000 });
  expect(await left).toBe(2);
  release();
});

it("takes a signal that comes twice at once for one", () => {
  const leave = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
  const { release } = interruptible(plan);
  press("SIGINT", { afterMs: 0 });
  press("SIGINT", { afterMs: 3 });
  expect(said).not.toContain("again");
  expect(leave).not.toHaveBeenCalled();
  release();
});

it("cleans up before it leaves, and leaves where that fails too", async () => {
  const left = exit();
  const { release } = interruptible({
    ...plan,
    beforeLeaving: () => Promise.reject(new Error("no engine")),
    failure: (cause) => `not removed: ${cause}`,
  });
  press("SIGINT", { afterMs: 0 });
  press("SIGINT", { afterMs: 2_000 });
  expect(await left).toBe(2);
  expect(said).toContain("not removed: no engine");
  release();
});

it("hears no more when it is released", () => {
  const { signal, release } = interruptible(plan);
  const heard = process.listenerCount("SIGINT");
  release();
  expect(process.listenerCount("SIGINT")).toBe(heard - 1);
  expect(signal.aborted).toBe(false);
});
