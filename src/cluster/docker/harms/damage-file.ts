import { gunzipSync } from "node:zlib";
import { HarnessError } from "../../../core/errors.js";
import type { Corruption } from "../../../core/harms.js";
import { paths } from "../etcd-config.js";
import { type DockerNode, runScript } from "../node.js";
import { chooseDamage, type Damage } from "./damage.js";

/** A file before something was done to it and after that, as the node's machine has it. */
export interface DamagedFile {
  readonly name: string;
  readonly damage: Damage;
  /** SHA-256, in hexadecimal. */
  readonly before: string;
  readonly after: string;
}

const folder = `${paths.data}/member`;
/** The newest of each kind: their names count up. */
const pathOf: Readonly<Record<Corruption["file"], string>> = {
  wal: `$(ls ${folder}/wal/*.wal | tail -n 1)`,
  snapshot: `$(ls ${folder}/snap/*.snap 2>/dev/null | tail -n 1)`,
  database: `${folder}/snap/db`,
};

/** No etcd may run there. Rejects with HarnessError where there is no such file, or nothing in it. */
export async function damageFile(node: DockerNode, how: Corruption): Promise<DamagedFile> {
  const what = `The newest ${how.file} of ${node.name} could not be damaged`;
  // etcd makes its files larger than what is in them: most of it is zeros.
  const read = `file=${pathOf[how.file]}
[ -f "$file" ] || { echo "there is none yet" >&2; exit 1; }
basename "$file"; gzip -1 <"$file" | base64 -w 0`;
  const [name = "", packed = ""] = (await runScript(node, read, what)).split("\n");
  const bytes = gunzipSync(Buffer.from(packed, "base64"));
  const damage = chooseDamage(bytes, how);
  if (!damage) throw new HarnessError(`${what}: there is nothing in it yet.`);
  const write = `file=${pathOf[how.file]}
sha256sum <"$file"
${damageScript(bytes, damage)} || exit 1
sha256sum <"$file"`;
  const sums = (await runScript(node, write, what)).match(/[0-9a-f]{64}/g);
  const [before = "", after = ""] = sums ?? [];
  return { name, damage, before, after };
}

function damageScript(bytes: Buffer, damage: Damage): string {
  if (damage.way === "truncate") return `truncate -s ${damage.at} "$file"`;
  const flipped = bytes.readUInt8(damage.at) ^ (1 << damage.bit);
  const octal = flipped.toString(8).padStart(3, "0");
  return `printf '\\${octal}' | dd of="$file" bs=1 seek=${damage.at} conv=notrunc status=none`;
}

/** "db ends at byte 40960 (SHA-256 before 1f3a..., after 09bc...)" */
export function damageInWords({ name, damage, before, after }: DamagedFile): string {
  const what =
    damage.way === "flip"
      ? `has bit ${damage.bit} of byte ${damage.at} flipped`
      : `ends at byte ${damage.at}`;
  return `${name} ${what} (SHA-256 before ${before.slice(0, 8)}..., after ${after.slice(0, 8)}...)`;
}
