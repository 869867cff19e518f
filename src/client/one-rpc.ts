import {
  type CallOptions,
  type ChannelOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  type Client as GrpcClient,
  makeGenericClientConstructor,
  type Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { noop } from "cockatiel";
import { Etcd3, type Services } from "etcd3";
import { RequestError } from "../core/client.js";
import type { Endpoint } from "./endpoint.js";
import { type DuplexCall, RpcStream } from "./rpc-stream.js";
import type { WireAnswers, WireDownloads, WireStreams } from "./wire/answers.js";
import { electionService } from "./wire/election.js";
import { lockService } from "./wire/lock.js";

const unavailable = 14;
const internal = 13;
const endedInOrder = { code: unavailable, details: "the stream was ended by the other side" };

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

/** Of etcd, and those that etcd3 knows nothing of. */
export type ServiceName = keyof typeof Services | "Lock" | "Election";

const LockClient = makeGenericClientConstructor(lockService, "Lock");
const ElectionClient = makeGenericClientConstructor(electionService, "Election");

/**
 * An etcd3 client reduced to what a test may trust: one endpoint, one connection, and one RPC for
 * one call. etcd3 itself retries whatever is indeterminate, on any host, so its own methods must
 * not be used; it lends its protocol definitions, its credentials and its connection.
 */
export class OneRpc extends Etcd3 {
  private readonly timeoutMs: number;
  private readonly pending = new Set<{ cancel(): void }>();
  private readonly clients = new Map<ServiceName, GrpcClient>();
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
    service: ServiceName,
    method: Method,
    request: object,
    decode: (answer: WireAnswers[Method]) => Answer,
  ): Promise<Answer> {
    if (this.closed) return Promise.reject(this.closedError());
    return this.connection(service).then(async ({ client, metadata }) => {
      const { answer, peer } = await this.call({ client, method, request, metadata });
      return this.decoded(answer as WireAnswers[Method], { decode, peer });
    });
  }

  /** Opens one stream, with the deadline of a call where it is to have one. */
  stream<Method extends keyof WireStreams, Answer>(
    service: ServiceName,
    method: Method,
    decode: (answer: WireStreams[Method]) => Answer,
    { hasDeadline }: { readonly hasDeadline: boolean },
  ): RpcStream<Answer> {
    return new RpcStream({
      opened: this.openStream(service, method, hasDeadline),
      decode: (answer, call) =>
        this.decoded(answer as WireStreams[Method], { decode, peer: call.getPeer() }),
      errorOf: (error, call) => this.requestError(error ?? endedInOrder, call.getPeer()),
    });
  }

  /**
   * Asks once, with the deadline of a call for all that comes, and hands over each answer. Rejects with
   * RequestError and with what `take` throws.
   */
  async answers<Method extends keyof WireDownloads, Answer>(
    service: ServiceName,
    method: Method,
    request: object,
    decode: (answer: WireDownloads[Method]) => Answer,
    take: (answer: Answer) => void,
  ): Promise<void> {
    this.mustBeOpen();
    const { client, metadata } = await this.connection(service);
    const start = methodOf(client, method) as DownloadMethod;
    const call = start(request, metadata, this.deadline());
    this.pending.add(call);
    const failures: ServiceError[] = [];
    call.on("error", (error: ServiceError) => failures.push(error));
    try {
      for await (const answer of call) {
        const peer = call.getPeer();
        take(this.decoded(answer as WireDownloads[Method], { decode, peer }));
      }
    } catch (error) {
      const failure = failures.find((one) => one === error);
      throw failure ? this.requestError(failure, call.getPeer()) : error;
    } finally {
      this.pending.delete(call);
      call.cancel();
    }
  }

  /** Ends pending calls with RequestError. Safe to call twice. */
  override close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const call of this.pending) call.cancel();
    // Before etcd3 does it: while a channel connects, etcd3 would first wait for it for a second.
    for (const client of this.clients.values()) client.close();
    super.close();
  }

  /**
   * All services over the one connection of the first: etcd3 would open another for each. Unlike
   * etcd3's own methods, withConnection calls through once, whatever comes of it; nothing that we
   * hand it rejects, since etcd3 would drop the connection and the error's code.
   */
  private async connection(service: ServiceName): Promise<Connection> {
    const { client: first, metadata } = await this.pool.withConnection("KV", (own) => own);
    this.mustBeOpen();
    this.clients.set("KV", first);
    const known = this.clients.get(service);
    if (known) return { client: known, metadata };
    const Client = await this.classOf(service);
    this.mustBeOpen();
    const client = new Client(this.target, credentials.createInsecure(), {
      channelOverride: first.getChannel(),
    });
    this.clients.set(service, client);
    return { client, metadata };
  }

  /** etcd3 keeps the classes to itself. The one that it makes of it here never connects. */
  private classOf(service: ServiceName): Promise<ServiceClientConstructor> {
    if (service === "Lock") return Promise.resolve(LockClient);
    if (service === "Election") return Promise.resolve(ElectionClient);
    return this.pool.withConnection(
      service,
      ({ client }) => client.constructor as ServiceClientConstructor,
    );
  }

  private call({ client, method, request, metadata }: Call): Promise<Arrived> {
    if (this.closed) return Promise.reject(this.closedError());
    return new Promise<Arrived>((resolve, reject) => {
      const start = methodOf(client, method) as UnaryMethod;
      const call = start(request, metadata, this.deadline(), (error, answer) => {
        this.pending.delete(call);
        const peer = call.getPeer();
        if (error) reject(this.requestError(error, peer));
        else resolve({ answer, peer });
      });
      this.pending.add(call);
    });
  }

  private async openStream(
    service: ServiceName,
    method: string,
    hasDeadline: boolean,
  ): Promise<DuplexCall> {
    this.mustBeOpen();
    const { client, metadata } = await this.connection(service);
    const start = methodOf(client, method) as StreamMethod;
    const call = start(metadata, hasDeadline ? this.deadline() : {});
    this.pending.add(call);
    call.on("status", () => this.pending.delete(call));
    return call;
  }

  /** The transport's own deadline, which the wire wants as a calendar time: no clock of ours. */
  private deadline(): CallOptions {
    return { deadline: Date.now() + this.timeoutMs };
  }

  /** etcd's protocol definition, by which grpc-js decoded the answer, says what it is. */
  private decoded<Wire, Answer>(
    answer: Wire,
    { decode, peer }: { readonly decode: (answer: Wire) => Answer; readonly peer: string },
  ): Answer {
    try {
      return decode(answer);
    } catch (error) {
      const details = `unexpected answer: ${error instanceof Error ? error.message : "?"}`;
      throw new RequestError({ code: internal, details, peer, sent: true }, { cause: error });
    }
  }

  /**
   * Did it leave? grpc-js names the socket address once a call is bound to a connection, and the
   * target as long as it is not. Where it names neither, we take it as sent.
   */
  private requestError(error: EndOfCall, peer: string): RequestError {
    const sent = peer !== this.target;
    return new RequestError({ code: error.code, details: error.details, peer, sent });
  }

  private mustBeOpen(): void {
    if (this.closed) throw this.closedError();
  }

  private closedError(): RequestError {
    const details = "the client was closed before the call";
    return new RequestError({ code: unavailable, details, peer: this.target, sent: false });
  }
}

/** What grpc-js says of it, or we. */
interface EndOfCall {
  readonly code: number;
  readonly details: string;
}

interface Connection {
  readonly client: GrpcClient;
  readonly metadata: Metadata;
}

interface Call extends Connection {
  readonly method: string;
  readonly request: object;
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

type DownloadMethod = (
  request: object,
  metadata: Metadata,
  options: CallOptions,
) => ClientReadableStream<unknown>;

type StreamMethod = (metadata: Metadata, options: CallOptions) => DuplexCall;

/** grpc-js makes a client's methods from the protocol at run time; its types do not know them. */
function methodOf(client: GrpcClient, name: string): unknown {
  const method: unknown = Reflect.get(client, name);
  if (typeof method !== "function") throw new Error(`etcd's protocol has no method ${name}`);
  return method.bind(client) as unknown;
}
