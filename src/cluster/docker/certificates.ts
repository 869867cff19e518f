import { webcrypto } from "node:crypto";
// x509's dependency injection needs it, before x509 itself.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** In PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface ClusterCertificates {
  readonly ca: string;
  /** By node. */
  readonly nodes: ReadonlyMap<string, { readonly server: KeyPair; readonly peer: KeyPair }>;
  readonly client: KeyPair;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 86_400_000;

/** x509 wants the browser's name for what Node has under its own. */
type DomCrypto = Parameters<typeof x509.cryptoProvider.set>[0];

/**
 * A certificate authority for one run and what it signs: for each node one certificate as a server
 * and one as a peer, valid for its name, its address and this machine's loopback, and one for all
 * clients. The authority's key is dropped: nobody can sign anything later.
 */
export async function makeCertificates(
  nodes: readonly { readonly name: string; readonly address: string; readonly host: string }[],
): Promise<ClusterCertificates> {
  x509.cryptoProvider.set(webcrypto as unknown as DomCrypto);
  const authority = await makeAuthority();
  const entries = await Promise.all(
    nodes.map(async ({ name, address, host }) => {
      const names = subjectNames(name, [address, "127.0.0.1", host]);
      const [server, peer] = await Promise.all([
        sign(authority, `${name} server`, names),
        sign(authority, `${name} peer`, names),
      ]);
      return [name, { server, peer }] as const;
    }),
  );
  const client = await sign(authority, "ordeal client");
  return { ca: authority.certificate.toString("pem"), nodes: new Map(entries), client };
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

async function makeAuthority(): Promise<Authority> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=ordeal CA",
    ...validity(),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return { certificate, key: keys.privateKey };
}

async function sign(
  { certificate, key }: Authority,
  commonName: string,
  names?: x509.SubjectAlternativeNameExtension,
): Promise<KeyPair> {
  const keys = await makeKeys();
  const signed = await x509.X509CertificateGenerator.create({
    subject: `CN=${commonName}`,
    issuer: certificate.subject,
    ...validity(),
    publicKey: keys.publicKey,
    signingKey: key,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      // Both for every one: a peer dials and is dialled, and etcd's gateway dials its own server.
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      ...(names ? [names] : []),
    ],
  });
  const der = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: signed.toString("pem"), key: x509.PemConverter.encode(der, "PRIVATE KEY") };
}

function makeKeys() {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function subjectNames(
  name: string,
  hosts: readonly string[],
): x509.SubjectAlternativeNameExtension {
  const isAddress = (host: string) => /^[\d.]+$|:/.test(host);
  return new x509.SubjectAlternativeNameExtension(
    [...new Set([name, "localhost", ...hosts])].map((value) => ({
      type: isAddress(value) ? ("ip" as const) : ("dns" as const),
      value,
    })),
  );
}

/** The calendar's time, since certificates are judged by it; a day early for clocks that differ. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - dayMs), notAfter: new Date(now + 365 * dayMs) };
}
