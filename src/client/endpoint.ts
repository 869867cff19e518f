/** How to reach one member. */
export interface Endpoint {
  /** The member's name, as the history and its certificate call it. */
  readonly node: string;
  /** `host:port`, without a scheme. */
  readonly endpoint: string;
  /** Deadline of every call, in milliseconds. */
  readonly timeoutMs: number;
  /** Mutual TLS, in PEM. Undefined for plain text. */
  readonly tls?: TlsFiles;
}

export interface TlsFiles {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}
