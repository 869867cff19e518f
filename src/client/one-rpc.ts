import type {
  CallOptions,
  ChannelOptions,
  ClientUnaryCall,
  Client as GrpcClient,
  Metadata,
  ServiceError,
} from "@grpc/grpc-js";
import { noop } from "cockatiel";
import { Etcd3, type Services } from "etcd3";
import { RequestError } from "../core/client.js";
import type { Endpoint } from "./endpoint.js";
import type { WireAnswers } from "./wire.js";

const unavailable = 14;
const internal = 13;

const channelOptions: ChannelOptions = {
  // Off altogether: this also stops grpc-js from repeating refused streams on its own account.
  "grpc.enable_retries": 0,
  // DNS could otherwise hand us a retry policy.
  "grpc.service_config_disable_resolution": 1,
  // The default pool is shared by the whole process: two clients would be one connection.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_http_proxy": 0,
  // The defaults are 1 s and 120 s: a client would stay deaf long after its node came back.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1000,
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  // No keepalive: etcd answers pings more frequent than every 5 s by closing the connection, and
  // slower ones find nothing that a call's deadline does not.
};

/**
 * An etcd3 client reduced to what a test may trust: one endpoint, one connection, and one RPC for
 * one call. etcd3 itself retries whatever is indeterminate, on any host, so its own methods must
 * not be used; it lends its protocol definitions, its credentials and its connection.
 */
export class OneRpc extends Etcd3 {
  private readonly timeoutMs: number;
  private readonly pending = new Set<ClientUnaryCall>();
  private readonly channels = new Set<GrpcClient>();
  private readonly target: string;
  private closed = false;

  constructor({ node, endpoint, timeoutMs, tls }: Endpoint) {
    super({
      hosts: endpoint,
      faultHandling: { host: () => noop, global: noop },
      grpcOptions: {
        ...channelOptions,
        // A certificate for the node's name proves that it is this node. By its address alone, any
        // node on this machine would do, and Node.js warns about addresses as server names.
        ...(tls && { "grpc.ssl_target_name_override": node }),
      },
      ...(tls && {
        credentials: { rootCertificate: tls.ca, certChain: tls.cert, privateKey: tls.key },
      }),
    });
    this.timeoutMs = timeoutMs;
    // The form in which grpc-js names a call that was never bound to a socket.
    this.target = `dns:${endpoint}`;
  }

  /**
   * Makes one RPC and hands what came to `decode`. Rejects with RequestError and nothing else: an
   * answer that `decode` cannot take becomes one too, since the request may well have worked.
   */
  unary<Method extends keyof WireAnswers, Answer>(
    service: keyof typeof Services,
    method: Method,
    request: object,
    decode: (answer: WireAnswers[Method]) => Answer,
  ): Promise<Answer> {
    if (this.closed) return Promise.reject(this.closedError());
    // Unlike etcd3's own methods, withConnection calls through once, whatever comes of it.
    return this.pool
      .withConnection(service, ({ client, metadata }) =>
        // A rejection inside would reach etcd3, which drops the connection and the error's code.
        ({ outcome: this.call({ client, method, request, metadata }) }),
      )
      .then(async ({ outcome }) => {
        const { answer, peer } = await outcome;
        try {
          // etcd's protocol definition, by which grpc-js decoded it, says that it is this.
          return decode(answer as WireAnswers[Method]);
        } catch (error) {
          const details = `unexpected answer: ${error instanceof Error ? error.message : "?"}`;
          throw new RequestError({ code: internal, details, peer, sent: true }, { cause: error });
        }
      });
  }

  /** Ends pending calls with RequestError. Safe to call twice. */
  override close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const call of this.pending) call.cancel();
    // Before etcd3 does it: while a channel connects, etcd3 would first wait for it for a second.
    for (const channel of this.channels) channel.close();
    super.close();
  }

  private call({ client, method, request, metadata }: Call): Promise<Arrived> {
    if (this.closed) return Promise.reject(this.closedError());
    this.channels.add(client);
    return new Promise<Arrived>((resolve, reject) => {
      // The transport's own deadline, which the wire wants as a calendar time: no clock of ours.
      const options = { deadline: Date.now() + this.timeoutMs };
      const call = methodOf(client, method)(request, metadata, options, (error, answer) => {
        this.pending.delete(call);
        const peer = call.getPeer();
        if (error) reject(this.requestError(error, peer));
        else resolve({ answer, peer });
      });
      this.pending.add(call);
    });
  }

  /**
   * Did it leave? grpc-js names the socket address once a call is bound to a connection, and the
   * target as long as it is not. Where it names neither, we take it as sent.
   */
  private requestError(error: ServiceError, peer: string): RequestError {
    const sent = peer !== this.target;
    return new RequestError({ code: error.code, details: error.details, peer, sent });
  }

  private closedError(): RequestError {
    const details = "the client was closed before the call";
    return new RequestError({ code: unavailable, details, peer: this.target, sent: false });
  }
}

interface Call {
  readonly client: GrpcClient;
  readonly method: string;
  readonly request: object;
  readonly metadata: Metadata;
}

interface Arrived {
  readonly answer: unknown;
  readonly peer: string;
}

type UnaryMethod = (
  request: object,
  metadata: Metadata,
  options: CallOptions,
  callback: (error: ServiceError | null, answer?: unknown) => void,
) => ClientUnaryCall;

/** grpc-js makes a client's methods from the protocol at run time; its types do not know them. */
function methodOf(client: GrpcClient, name: string): UnaryMethod {
  const method: unknown = Reflect.get(client, name);
  if (typeof method !== "function") throw new Error(`etcd's protocol has no method ${name}`);
  return (method as UnaryMethod).bind(client);
}
