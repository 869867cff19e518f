import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { Etcd3, type IPutRequest, type IRangeRequest, type Services } from "etcd3";
import { lockService } from "./wire/lock.js";

/** What becomes of a request: done and answered, refused with an error, or never answered. */
type Behaviour = "serve" | "hang" | "end" | { readonly code: number; readonly details: string };

export interface ScriptedEtcd {
  readonly endpoint: string;
  /** What becomes of the next requests, whatever they are. */
  behaviour: Behaviour;
  /** Every request that arrived: its method and the address that it came from. */
  readonly arrived: { readonly method: string; readonly from: string }[];
  stop(): void;
}

/**
 * A member of a cluster of one that speaks etcd's protocol and does what a test tells it to: keeps
 * values and their versions, takes watches and tells them nothing, and knows little else.
 */
export async function scriptedEtcd(): Promise<ScriptedEtcd> {
  const kept = new Map<string, { value: Buffer; version: number; modRevision: number }>();
  let revision = 1;
  const server = new Server();

  const header = () => ({
    cluster_id: "18446744073709551615",
    member_id: "9223372036854775808",
    revision: String(revision),
    raft_term: "2",
  });
  const handler =
    <Request>(method: string, answer: (request: Request) => object) =>
    (call: ServerUnaryCall<Request, object>, reply: sendUnaryData<object>) => {
      const { behaviour } = etcd;
      etcd.arrived.push({ method, from: call.getPeer() });
      if (behaviour === "serve") {
        const body = answer(call.request);
        reply(null, { header: header(), ...body });
      } else if (typeof behaviour === "object") reply(behaviour);
    };
  /** Answers each request of a stream with as many answers. */
  const streamHandler =
    <Request>(method: string, answersOf: (request: Request) => readonly object[]) =>
    (call: ServerDuplexStream<Request, object>) => {
      call.on("error", () => undefined);
      call.on("end", () => call.end());
      call.on("data", (request: Request) => {
        const { behaviour } = etcd;
        etcd.arrived.push({ method, from: call.getPeer() });
        if (typeof behaviour === "object") call.emit("error", behaviour);
        else if (behaviour === "end") call.end();
        else if (behaviour === "serve") {
          for (const body of answersOf(request)) call.write({ header: header(), ...body });
        }
      });
    };

  const keyValue: UntypedServiceImplementation = {
    Range: handler("Range", (request: IRangeRequest) => {
      const key = String(request.key);
      const found = kept.get(key);
      if (!found) return { kvs: [], count: 0 };
      const { value, version, modRevision } = found;
      return { kvs: [{ key: request.key, value, version, mod_revision: modRevision }], count: 1 };
    }),
    Put: handler("Put", (request: IPutRequest) => {
      const key = String(request.key);
      revision += 1;
      const version = (kept.get(key)?.version ?? 0) + 1;
      kept.set(key, { value: request.value ?? Buffer.alloc(0), version, modRevision: revision });
      return {};
    }),
  };
  const lease: UntypedServiceImplementation = {
    LeaseKeepAlive: streamHandler("LeaseKeepAlive", ({ ID }: { readonly ID: string }) => [
      { ID, TTL: "5" },
    ]),
  };
  const watch: UntypedServiceImplementation = {
    Watch: streamHandler("Watch", ({ create_request }: WatchRequest) => [
      ...(create_request ? [{ watch_id: create_request.watch_id, created: true }] : []),
    ]),
  };
  const lock: UntypedServiceImplementation = {
    Lock: handler("Lock", ({ name }: { readonly name: Buffer }) => ({ key: name })),
    Unlock: handler("Unlock", () => ({})),
  };
  const maintenance: UntypedServiceImplementation = {
    Status: handler("Status", () => ({
      version: "3.5.30",
      leader: "9223372036854775808",
      dbSize: "4096",
      raftIndex: "12",
      raftTerm: "2",
    })),
  };
  server.addService(await definitionOf("KV"), keyValue);
  server.addService(await definitionOf("Maintenance"), maintenance);
  server.addService(await definitionOf("Lease"), lease);
  server.addService(await definitionOf("Watch"), watch);
  server.addService(lockService, lock);
  const port = await bind(server);

  const etcd: ScriptedEtcd = {
    endpoint: `127.0.0.1:${port}`,
    behaviour: "serve",
    arrived: [],
    stop: () => {
      server.forceShutdown();
    },
  };
  return etcd;
}

interface WatchRequest {
  readonly create_request?: { readonly watch_id: string };
}

function bind(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

/** etcd3 keeps the protocol to itself; its clients carry it as a property of their class. */
async function definitionOf(service: keyof typeof Services): Promise<ServiceDefinition> {
  const protocol = new Protocol({ hosts: "127.0.0.1:1" });
  try {
    return await protocol.definitionOf(service);
  } finally {
    protocol.close();
  }
}

class Protocol extends Etcd3 {
  definitionOf(service: keyof typeof Services): Promise<ServiceDefinition> {
    return this.pool.withConnection(
      service,
      ({ client }) => Reflect.get(client.constructor, "service") as ServiceDefinition,
    );
  }
}
