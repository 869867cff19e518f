import type { Corruption } from "../../../core/harms.js";

/** What is to be done to a file, in bytes from its start. */
export type Damage =
  | { readonly way: "flip"; readonly at: number; readonly bit: number }
  /** All from there on is cut off. */
  | { readonly way: "truncate"; readonly at: number };

/**
 * Where to damage a file so that etcd must notice it or survive it; undefined where there is nothing
 * in it to damage. What is chosen is what etcd guards:
 *
 * - Of the WAL, the data of records, under a running CRC (server/wal/decoder.go). Not the types of
 *   records, which the CRC leaves out, nor the zeros that etcd fills a new file with. Its end may
 *   be gone from anywhere: etcd takes that for a write that a crash tore, and what is lost is for the
 *   others to know.
 * - Of a snapshot, all of it: one CRC, without which it counts as empty
 *   (server/etcdserver/api/snap/snapshotter.go).
 * - Of the database, bits of the newest meta page alone, since only meta pages have a checksum
 *   (go.etcd.io/bbolt), and whole pages from the end, since a page that is gone cannot be read.
 *
 * A bit in any other page of the database is no fair damage. Of 18 that were flipped at random in
 * pages in use (etcd 3.5.30), 3 kept etcd from starting; 15 members served, with hashes unlike the
 * others', 2 of them with other values for clients. With `experimental-initial-corrupt-check: true`
 * 5 of 5 were found at the start.
 */
export function chooseDamage(bytes: Buffer, { file, way, place }: Corruption): Damage | undefined {
  switch (file) {
    case "wal":
      return way === "flip" ? flipInWal(bytes, place) : cutWal(bytes, place);
    case "snapshot":
      return bytes.length === 0 ? undefined : damageAt(way, offset(bytes.length, place));
    case "database":
      return way === "flip" ? flipInMeta(bytes, place) : cutDatabase(bytes, place);
  }
}

function damageAt(way: Damage["way"], at: number): Damage {
  return way === "flip" ? { way, at, bit: at % 8 } : { way, at };
}

/** `place` is counted from the end, 0 being the last byte. */
function offset(length: number, place: number): number {
  return Math.floor((length - 1) * (1 - place));
}

interface WalRecord {
  readonly end: number;
  readonly data: { readonly start: number; readonly end: number };
}

function flipInWal(bytes: Buffer, place: number): Damage | undefined {
  const records = walRecords(bytes).filter(({ data }) => data.end > data.start);
  const last = records.at(-1);
  if (!last) return undefined;
  const wanted = offset(last.end, place);
  const hit = records.find(({ end }) => end > wanted) ?? last;
  const at = Math.min(Math.max(wanted, hit.data.start), hit.data.end - 1);
  return damageAt("flip", at);
}

function cutWal(bytes: Buffer, place: number): Damage | undefined {
  const last = walRecords(bytes).at(-1);
  return last && damageAt("truncate", offset(last.end, place));
}

const frameBytes = 8;

/**
 * The records of a WAL file. Before each stands its length in 56 bits, little-endian, and a byte that
 * says how far it is padded; a length of 0 ends the file.
 */
export function walRecords(bytes: Buffer): WalRecord[] {
  const records: WalRecord[] = [];
  let at = 0;
  while (at + frameBytes <= bytes.length) {
    const length = bytes.readUIntLE(at, 6);
    const start = at + frameBytes;
    if (length === 0 || start + length > bytes.length) break;
    const flags = bytes.readUInt8(at + frameBytes - 1);
    const end = start + length + (flags & 0x80 ? flags & 0x7 : 0);
    records.push({ end, data: dataOf(bytes, start, start + length) });
    at = end;
  }
  return records;
}

const dataTag = 0x1a;

/** A record is a message of protocol buffers: its type, its CRC and, last, its data. */
function dataOf(bytes: Buffer, start: number, end: number): WalRecord["data"] {
  let at = start;
  while (at < end && bytes[at] !== dataTag) at = afterVarint(bytes, at + 1);
  return { start: Math.min(at < end ? afterVarint(bytes, at + 1) : end, end), end };
}

function afterVarint(bytes: Buffer, start: number): number {
  let at = start;
  while (((bytes[at] ?? 0) & 0x80) !== 0) at++;
  return at + 1;
}

/** Where things are in a database file: two meta pages, each with its page's head before it. */
const meta = { head: 16, pageSize: 24, pages: 56, transaction: 64, end: 80 } as const;

function newestMeta(bytes: Buffer) {
  if (bytes.length < meta.end) return undefined;
  const pageSize = bytes.readUInt32LE(meta.pageSize);
  const starts = [0, pageSize].filter((start) => start + meta.end <= bytes.length);
  const [newest = 0] = starts.sort((a, b) => Number(transaction(bytes, b) - transaction(bytes, a)));
  return { start: newest, pageSize, pages: Number(bytes.readBigUInt64LE(newest + meta.pages)) };
}

function transaction(bytes: Buffer, start: number): bigint {
  return bytes.readBigUInt64LE(start + meta.transaction);
}

function flipInMeta(bytes: Buffer, place: number): Damage | undefined {
  const newest = newestMeta(bytes);
  return newest && damageAt("flip", newest.start + meta.head + offset(meta.end - meta.head, place));
}

/** At the end of a page, and never into the meta pages. Pages that were never used do not count. */
function cutDatabase(bytes: Buffer, place: number): Damage | undefined {
  const newest = newestMeta(bytes);
  if (!newest) return undefined;
  const pages = Math.max(2, Math.floor(newest.pages * (1 - place)));
  return damageAt("truncate", pages * newest.pageSize);
}
