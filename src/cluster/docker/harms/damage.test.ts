import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Corruption } from "../../../core/harms.js";
import { chooseDamage, walRecords } from "./damage.js";

const place = fc.double({ min: 0, max: 0.99, noNaN: true });

function at(bytes: Buffer, how: Pick<Corruption, "file" | "way" | "place">): number | undefined {
  return chooseDamage(bytes, { ...how, stoppedBy: "KILL" })?.at;
}

/** A record as etcd frames it, its length padded to a multiple of eight. */
function framed(data: Buffer, crc: number): Buffer {
  const bytesOf = (value: number): number[] =>
    value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...bytesOf(Math.floor(value / 0x80))];
  const head = [0x08, 2, 0x10, ...bytesOf(crc), 0x1a, ...bytesOf(data.length)];
  const body = Buffer.concat([Buffer.from(head), data]);
  const padding = (8 - (body.length % 8)) % 8;
  const frame = Buffer.alloc(8);
  frame.writeUIntLE(body.length, 0, 6);
  if (padding > 0) frame.writeUInt8(0x80 | padding, 7);
  return Buffer.concat([frame, body, Buffer.alloc(padding)]);
}

const payloads = fc.array(
  fc.record({
    data: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    crc: fc.nat({ max: 2 ** 32 - 1 }),
  }),
  { minLength: 1, maxLength: 20 },
);
const zeros = Buffer.alloc(500);

describe("of a WAL", () => {
  it("the data of each record is found, whatever its length and CRC", () => {
    fc.assert(
      fc.property(payloads, (records) => {
        const file = Buffer.concat([...records.map(({ data, crc }) => framed(data, crc)), zeros]);
        const found = walRecords(file).map(({ data }) => file.subarray(data.start, data.end));
        expect(found).toEqual(records.map(({ data }) => data));
      }),
    );
  });

  it("bits are flipped in the data of records alone", () => {
    fc.assert(
      fc.property(payloads, place, (records, where) => {
        const file = Buffer.concat([...records.map(({ data, crc }) => framed(data, crc)), zeros]);
        const hit = at(file, { file: "wal", way: "flip", place: where }) ?? -1;
        const within = walRecords(file).filter(({ data }) => data.start <= hit && hit < data.end);
        expect(within).toHaveLength(1);
      }),
    );
  });

  it("the end that is cut off holds more than the zeros after the last record", () => {
    fc.assert(
      fc.property(payloads, place, (records, where) => {
        const file = Buffer.concat(records.map(({ data, crc }) => framed(data, crc)));
        const cut = at(Buffer.concat([file, zeros]), {
          file: "wal",
          way: "truncate",
          place: where,
        });
        expect(cut).toBeLessThan(file.length);
      }),
    );
  });

  it("there is nothing to damage where nothing was written yet", () => {
    expect(at(zeros, { file: "wal", way: "flip", place: 0 })).toBeUndefined();
    expect(at(zeros, { file: "wal", way: "truncate", place: 0 })).toBeUndefined();
  });
});

describe("of a snapshot", () => {
  it("any byte may be hit, from the last to the first", () => {
    const file = Buffer.alloc(101, 1);
    for (const way of ["flip", "truncate"] as const) {
      expect(at(file, { file: "snapshot", way, place: 0 })).toBe(100);
      expect(at(file, { file: "snapshot", way, place: 0.99 })).toBe(1);
    }
    expect(at(Buffer.alloc(0), { file: "snapshot", way: "flip", place: 0 })).toBeUndefined();
  });
});

describe("of a database", () => {
  const pageSize = 4096;
  /** Two meta pages with these transactions, ten pages in use, more that never were. */
  function database(first: number, second: number): Buffer {
    const file = Buffer.alloc(40 * pageSize);
    for (const [start, transaction] of [
      [0, first],
      [pageSize, second],
    ] as const) {
      file.writeUInt32LE(pageSize, start + 24);
      file.writeBigUInt64LE(10n, start + 56);
      file.writeBigUInt64LE(BigInt(transaction), start + 64);
    }
    return file;
  }

  it("bits are flipped in the newest meta page, in what its checksum guards", () => {
    fc.assert(
      fc.property(place, fc.boolean(), (where, firstIsNewest) => {
        const file = firstIsNewest ? database(8, 7) : database(8, 9);
        const hit = at(file, { file: "database", way: "flip", place: where }) ?? -1;
        const start = firstIsNewest ? 0 : pageSize;
        expect(hit).toBeGreaterThanOrEqual(start + 16);
        expect(hit).toBeLessThan(start + 80);
      }),
    );
  });

  it("whole pages in use are cut off, and never the meta pages", () => {
    const cut = (where: number) =>
      at(database(1, 2), { file: "database", way: "truncate", place: where });
    expect([0.01, 0.1, 0.5, 0.95].map(cut)).toEqual([9, 9, 5, 2].map((n) => n * pageSize));
  });
});
