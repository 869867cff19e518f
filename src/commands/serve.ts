import { createReadStream, existsSync, realpathSync, statSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { CommandModule } from "yargs";
import { HarnessError } from "../core/errors.js";
import { renderRunsPage } from "../report/runs-page.js";
import { findRuns } from "../store/find-runs.js";
import { wholeNumber } from "./arguments.js";
import { say } from "./say.js";

interface Arguments {
  readonly results: string;
  readonly port: number;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".ndjson": "text/plain; charset=utf-8",
  ".log": "text/plain; charset=utf-8",
};

export const serveCommand: CommandModule<object, Arguments> = {
  command: "serve",
  describe: "Show the runs of the results folder in a browser, on 127.0.0.1",

  builder: (yargs) =>
    yargs.options({
      results: { type: "string", default: "results", describe: "Folder that runs are kept in" },
      port: { type: "number", default: 8080, describe: "Port; 0 for any that is free" },
    }),

  async handler({ results, port }) {
    const server = createServer(answerFrom(results));
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => {
        const advice = "choose another with --port";
        reject(
          new HarnessError(`port ${port} cannot be listened on (${error.message}): ${advice}`, {
            cause: error,
          }),
        );
      });
      server.listen(wholeNumber("--port", port, 0), "127.0.0.1", resolve);
    });
    const address = server.address();
    const chosen = typeof address === "object" ? address?.port : port;
    say(`the runs of ${results}: http://127.0.0.1:${chosen}/  (Ctrl-C ends)`);
    process.once("SIGINT", () => {
      server.close();
      server.closeAllConnections();
    });
  },
};

/** Serves the list of runs and the files below the results folder, and nothing else. */
export function answerFrom(results: string): RequestListener {
  return (request, response) => {
    const path = pathOf(request.url ?? "/");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405).end("only GET");
      return;
    }
    if (path === "/") {
      response.writeHead(200, { "content-type": contentTypes[".html"] }).end(runsPage(results));
      return;
    }
    const file = path === undefined ? undefined : fileBelow(results, path);
    if (file === undefined) {
      response.writeHead(404, { "content-type": "text/plain" }).end("there is no such file");
      return;
    }
    const type = contentTypes[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "x-content-type-options": "nosniff" });
    // A reader that goes away in the middle is no trouble of ours.
    pipeline(createReadStream(file), response).catch(() => response.destroy());
  };
}

function runsPage(results: string): string {
  return renderRunsPage(
    findRuns(results).map(({ name, time, folder }) => {
      const verdict = folder.readVerdict();
      const plan = folder.readPlan();
      return {
        name,
        time,
        path: `${name}/${time}`,
        ...(verdict && { verdict }),
        ...(plan && { plan }),
      };
    }),
  );
}

function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    // Not an address at all: the same as one that is not there.
    return undefined;
  }
}

/** Links are followed first, so that none of them leads out of the folder. */
function fileBelow(results: string, path: string): string | undefined {
  const wanted = join(results, path);
  if (path.includes("\0") || !existsSync(wanted)) return undefined;
  const real = realpathSync(wanted);
  const inside = relative(realpathSync(results), real);
  const isOutside = inside === ".." || inside.startsWith(`..${sep}`);
  return isOutside || !statSync(real).isFile() ? undefined : real;
}
