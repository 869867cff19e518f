import { createServer } from "node:http";
import { HarnessError } from "../core/errors.js";

/** Serves what `text` says on 127.0.0.1, for Prometheus. Resolves to what ends it. */
export async function serveMetrics(port: number, text: () => string): Promise<() => void> {
  const server = createServer((request, response) => {
    const isAsked = request.method === "GET" && request.url === "/metrics";
    response.writeHead(isAsked ? 200 : 404, {
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
    });
    response.end(isAsked ? text() : "only GET /metrics\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(
        new HarnessError(
          `port ${port} cannot be listened on (${error.message}): choose another with --metrics-port`,
          { cause: error },
        ),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
