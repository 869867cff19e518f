import { expect, test } from "vitest";
import { UsageError } from "../../../core/errors.js";
import { debianVersions } from "./debian-versions.js";
import { parseEtcdRequest } from "./request.js";

test.each([
  ["3.5.16", { type: "version", version: "3.5.16" }],
  ["v3.6.0-rc.1", { type: "version", version: "3.6.0-rc.1" }],
  ["debian:trixie", { type: "suite", suite: "trixie" }],
  ["debian:bookworm-slim", { type: "image", reference: "debian:bookworm-slim" }],
  ["etcd:mine", { type: "image", reference: "etcd:mine" }],
  [
    "registry.example:5000/etcd/etcd:v3",
    { type: "image", reference: "registry.example:5000/etcd/etcd:v3" },
  ],
  ["/opt/etcd", { type: "path", path: "/opt/etcd" }],
])("%s is understood", (text, request) => {
  expect(parseEtcdRequest(text)).toEqual(request);
});

test("what lies in the file system is a path, even if it could be an image", () => {
  expect(parseEtcdRequest("src/core").type).toBe("path");
  expect(parseEtcdRequest("./nowhere/etcd").type).toBe("path");
});

test.each(["", "newest", "3.5.x.1", "3 5", "image: with space", "UPPER/Case:tag"])(
  "%j is refused, with what would do",
  (text) => {
    expect(() => parseEtcdRequest(text)).toThrow(UsageError);
    expect(() => parseEtcdRequest(text)).toThrow(
      `Expected an etcd version such as 3.5.30, debian:trixie, an image reference or the path of a binary, got ${JSON.stringify(text)}`,
    );
  },
);

test("half a version is answered with a whole one of that series", () => {
  expect(() => parseEtcdRequest("3.4")).toThrow("a version has three numbers, such as 3.4.23");
});

test("every version of the table can be asked for by number and by suite", () => {
  for (const { suite, version } of debianVersions) {
    expect(parseEtcdRequest(version)).toEqual({ type: "version", version });
    expect(parseEtcdRequest(`debian:${suite}`)).toEqual({ type: "suite", suite });
  }
});
