import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, it } from "vitest";

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "ordeal-temporary-"));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

/** A process that makes one, says where, and then does what it is told to. */
function processThat(does: string) {
  const program = join(parent, "program.ts");
  const module = new URL("./temporary-folder.ts", import.meta.url).href;
  writeFileSync(
    program,
    `import { temporaryFolder } from ${JSON.stringify(module)};
     const { path } = temporaryFolder(${JSON.stringify(parent)}, "made-");
     process.stdout.write(path + "\\n");
     ${does}`,
  );
  return execa(process.execPath, ["--import", "tsx", program], { reject: false });
}

it.each([
  ["when its process ends", "", undefined],
  ["when it leaves at once", "process.exit(3);", undefined],
  [
    "when it is asked to go",
    'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 99);',
    "SIGTERM",
  ],
  [
    "when Ctrl-C ends it",
    'process.kill(process.pid, "SIGINT"); setInterval(() => {}, 99);',
    "SIGINT",
  ],
])("a temporary folder is gone %s", async (_, does, signal) => {
  const { stdout, signal: endedBy } = await processThat(does);
  expect(stdout).toContain(join(parent, "made-"));
  expect(existsSync(stdout)).toBe(false);
  expect(endedBy).toBe(signal);
});

it("a temporary folder stays until then where somebody else takes the signal", async () => {
  const { stdout } = await processThat(`
    import { existsSync } from "node:fs";
    process.on("SIGINT", () => {
      process.stdout.write(String(existsSync(path)));
      process.exit();
    });
    process.kill(process.pid, "SIGINT");
    setInterval(() => {}, 99);`);
  const [path = "", wasThere] = stdout.split("\n");
  expect(wasThere).toBe("true");
  expect(existsSync(path)).toBe(false);
});
