import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy in this process that can lose what a server says. */
export interface LossyProxy {
  /** `host:port` on this machine. */
  readonly endpoint: string;
  /** From now on, what the server sends on the connections that are open is thrown away. */
  swallowReplies(): void;
  /** Cuts the connections that are open. New ones work as at first. */
  cut(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** Hands bytes to and fro without looking at them, so that TLS passes like anything else. */
export async function openLossyProxy(target: string): Promise<LossyProxy> {
  const pairs = new Set<Pair>();
  const { host, port } = splitEndpoint(target);

  const listener = createServer((client) => {
    const server = connect({ host, port });
    const pair: Pair = { client, server };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      // A socket's error is followed by its close.
      socket.on("error", end);
      socket.on("close", end);
    }
    client.pipe(server);
    server.pipe(client);
  });
  const ownPort = await listening(listener);

  return {
    endpoint: `127.0.0.1:${ownPort}`,
    swallowReplies() {
      for (const { client, server } of pairs) {
        server.unpipe(client);
        server.resume();
      }
    },
    cut() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
    },
    close() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      return new Promise((resolve) => {
        listener.close(() => {
          resolve();
        });
      });
    },
  };
}

function splitEndpoint(endpoint: string): { host: string; port: number } {
  const colon = endpoint.lastIndexOf(":");
  return { host: endpoint.slice(0, colon), port: Number(endpoint.slice(colon + 1)) };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address) resolve(address.port);
      else reject(new Error("the proxy listens on no port"));
    });
  });
}
