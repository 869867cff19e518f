import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../../../core/errors.js";
import { debianSuites, debianVersions } from "./debian-versions.js";

/** What `--etcd` asks for. */
export type EtcdRequest =
  | { readonly type: "version"; readonly version: string }
  | { readonly type: "suite"; readonly suite: string }
  | { readonly type: "image"; readonly reference: string }
  /** Absolute. A file or a folder that holds one called `etcd`. */
  | { readonly type: "path"; readonly path: string };

/** Throws UsageError where the text is nothing of what etcd can be had from. */
export function parseEtcdRequest(text: string): EtcdRequest {
  const asked = text.trim();
  const version = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(asked)?.[1];
  if (version !== undefined) return { type: "version", version };
  const suite = /^debian:([a-z]+)$/.exec(asked)?.[1];
  if (suite !== undefined && debianSuites.includes(suite)) return { type: "suite", suite };
  if (looksLikePath(asked) || (asked !== "" && existsSync(asked))) {
    return { type: "path", path: resolve(asked.replace(/^~(?=\/)/, homedir())) };
  }
  if (isImageReference(asked)) return { type: "image", reference: asked };
  throw new UsageError(
    `Expected an etcd version such as ${debianVersions[debianVersions.length - 1]?.version ?? ""}, debian:trixie, an image reference or the path of a binary, got ${JSON.stringify(text)}${hint(asked)}.`,
  );
}

function looksLikePath(text: string): boolean {
  return /^(?:\.{0,2}\/|~\/|\.{1,2}$)/.test(text);
}

/** Strict enough to tell a mistyped version from it; the engine judges the rest. */
function isImageReference(text: string): boolean {
  if (!/[/:@]/.test(text)) return false;
  return /^[a-z0-9][\w.-]*(?::\d+)?(?:\/[\w.-]+)*(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(
    text,
  );
}

function hint(text: string): string {
  const series = /^v?(\d+\.\d+)(?:\.x)?$/.exec(text)?.[1];
  if (series === undefined) return "";
  const known = debianVersions.find(({ version }) => version.startsWith(`${series}.`));
  return `: a version has three numbers${known ? `, such as ${known.version}` : ""}`;
}

/** For messages: as the user would write it. */
export function inWords(request: EtcdRequest): string {
  switch (request.type) {
    case "version":
      return `etcd ${request.version}`;
    case "suite":
      return `the etcd of debian:${request.suite}`;
    case "image":
      return `the etcd in ${request.reference}`;
    case "path":
      return join(request.path);
  }
}
