import { expect, test } from "vitest";
import { parseEtcdVersion } from "./run-etcd-version.js";

test("the version and the commit are read off what etcd prints", () => {
  const output =
    "etcd Version: 3.5.16\nGit SHA: f20bbadd4\nGo Version: go1.22.7\nGo OS/Arch: linux/amd64\n";
  expect(parseEtcdVersion(output)).toEqual({ version: "3.5.16", gitSha: "f20bbadd4" });
});

test("a build that knows no commit has none", () => {
  const output =
    "etcd Version: 3.5.30\nGit SHA: Not provided (use ./build instead of go build)\nGo Version: go1.24\n";
  expect(parseEtcdVersion(output)).toEqual({ version: "3.5.30" });
});

test.each(["", "etcdctl version: 3.5.16\nAPI version: 3.5\n", "ls (GNU coreutils) 9.1\n"])(
  "%j is no etcd",
  (output) => {
    expect(parseEtcdVersion(output)).toBeUndefined();
  },
);
