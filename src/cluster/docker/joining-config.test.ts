import { expect, it } from "vitest";
import { parse } from "yaml";
import { effectiveConfig } from "./etcd-config.js";
import { joiningConfig, peerUrlOf } from "./joining-config.js";

const { text } = effectiveConfig(
  { "pre-vote": false },
  { name: "n2", members: ["n1", "n2", "n3"], token: "run", tls: true, version: "3.5.30" },
);

it("names the members as they are, one that was never started by its host", () => {
  const joining = joiningConfig(text, [
    { id: "1", name: "n1", isLearner: false, peerUrls: ["https://n1:2380"] },
    { id: "9", name: "", isLearner: true, peerUrls: ["https://n2:2380"] },
  ]);
  expect(parse(joining)).toEqual({
    ...(parse(text) as object),
    "initial-cluster": "n1=https://n1:2380,n2=https://n2:2380",
    "initial-cluster-state": "existing",
  });
});

it("keeps a bare word that an older YAML takes for a truth a text", () => {
  expect(joiningConfig(`${text}auto-compaction-mode: "off"\n`, [])).toContain('"off"');
});

it("knows where the others reach a node", () => {
  expect(peerUrlOf(text)).toBe("https://n2:2380");
});
