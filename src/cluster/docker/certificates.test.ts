import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { expect, it } from "vitest";
import { makeCertificates } from "./certificates.js";

const nodes = [
  { name: "n1", address: "172.18.0.2", host: "127.0.0.1" },
  { name: "n2", address: "172.18.0.3", host: "engine.example" },
];

it("signs certificates that hold for a node's name, its address and where clients reach it", async () => {
  const made = await makeCertificates(nodes);
  const ca = new X509Certificate(made.ca);
  expect(ca.ca).toBe(true);
  for (const { name, address, host } of nodes) {
    const own = made.nodes.get(name);
    for (const pair of [own?.server, own?.peer]) {
      const cert = new X509Certificate(pair?.cert ?? "");
      expect(cert.verify(ca.publicKey)).toBe(true);
      expect(cert.checkHost(name)).toBe(name);
      expect(cert.checkIP(address)).toBe(address);
      expect(cert.checkIP("127.0.0.1")).toBe("127.0.0.1");
      if (host !== "127.0.0.1") expect(cert.checkHost(host)).toBe(host);
      expect(cert.checkHost("n9")).toBeUndefined();
    }
  }
});

it("gives keys that belong to their certificates", async () => {
  const { nodes: byNode, client, ca } = await makeCertificates(nodes);
  const pairs = [client, ...[...byNode.values()].flatMap(({ server, peer }) => [server, peer])];
  expect(pairs).toHaveLength(5);
  for (const { cert, key } of pairs)
    expect(() => createSecureContext({ ca, cert, key })).not.toThrow();
});

it("makes an authority of its own for each run", async () => {
  const [one, other] = await Promise.all([makeCertificates(nodes), makeCertificates(nodes)]);
  const client = new X509Certificate(one.client.cert);
  expect(client.verify(new X509Certificate(other.ca).publicKey)).toBe(false);
});
