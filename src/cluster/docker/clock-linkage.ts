import { open } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "../../core/errors.js";

interface Build {
  readonly version: string;
  /** Holds the file `etcd`. */
  readonly directory: string;
}

/**
 * A program that is linked statically, as the etcd that its makers publish, can be given a clock of
 * its own on amd64 alone: there is no code for other processors that starts it. Rejects with HarnessError.
 */
export async function refuseStatic(builds: Iterable<Build>, architecture: string): Promise<void> {
  if (architecture === "amd64") return;
  for (const { version, directory } of builds) {
    if (await hasInterpreter(join(directory, "etcd"))) continue;
    throw new HarnessError(
      `etcd ${version} is linked statically, so that on ${architecture} its clock cannot be moved without the machine's: test it without the fault "clock", or take a build that is linked to libc, such as Debian's.`,
    );
  }
}

const headerBytes = 64;
/** The kind of segment that names the loader of libraries (elf.h, PT_INTERP). */
const interpreter = 3;

/** Whether a 64-bit, little-endian ELF program names a loader of libraries. */
export async function hasInterpreter(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(headerBytes);
    await file.read(header, 0, headerBytes, 0);
    if (header.readUInt32BE(0) !== 0x7f454c46) return false;
    const [size, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
    const segments = Buffer.alloc(size * count);
    await file.read(segments, 0, segments.length, Number(header.readBigUInt64LE(32)));
    const kinds = Array.from({ length: count }, (_, index) => segments.readUInt32LE(index * size));
    return kinds.includes(interpreter);
  } finally {
    await file.close();
  }
}
