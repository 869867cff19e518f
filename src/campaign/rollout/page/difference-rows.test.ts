import { describe, expect, it } from "vitest";
import { differenceRows } from "./difference-rows.js";
import type { Remark } from "../rollout-record.js";

const side = { etcd: "3.5.30", version: "3.5.30", sha256: "" };
const nothing = { from: side, to: side, differences: [], remarks: [] };

describe("rows of a difference", () => {
  it("begin with etcd where it is another one, though its version be the same", () => {
    const built = { etcd: "./bin/etcd", version: "3.5.30", sha256: "" };
    expect(differenceRows({ ...nothing, to: built })).toEqual([
      { key: "etcd", change: { from: "3.5.30", to: "3.5.30 (./bin/etcd)" }, remarks: [] },
    ]);
    expect(differenceRows(nothing)).toEqual([]);
  });

  it("tell a value from a text that looks like it", () => {
    const values = ["100", 100, "true", true, "", " a", "[x]", "100ms", "info", ["a", 1], null];
    const rows = differenceRows({
      ...nothing,
      differences: values.map((to, index) => ({ key: `key-${index}`, to })),
    });
    expect(rows.map(({ change }) => change?.to)).toEqual([
      '"100"',
      "100",
      '"true"',
      "true",
      '""',
      '" a"',
      '"[x]"',
      "100ms",
      "info",
      '["a",1]',
      "null",
    ]);
    expect(rows[0]?.change?.from).toBeUndefined();
  });

  it("have the weightiest remark first, and keys that do not differ last", () => {
    const remark = (key: string, kind: Remark["kind"]): Remark => ({ key, kind, sentence: kind });
    const rows = differenceRows({
      ...nothing,
      differences: [{ key: "b", from: 1, to: 2 }],
      remarks: [remark("a", "note"), remark("b", "note"), remark("b", "dangerous")],
    });
    expect(
      rows.map(({ key, change, remarks }) => [key, change, remarks.map(({ kind }) => kind)]),
    ).toEqual([
      ["b", { from: "1", to: "2" }, ["dangerous", "note"]],
      ["a", undefined, ["note"]],
    ]);
  });

  it("are of bounded size", () => {
    const [row] = differenceRows({
      ...nothing,
      differences: [{ key: "a", to: "x".repeat(10_000) }],
    });
    expect(row?.change?.to).toHaveLength(501);
  });
});
