// Types alone: the library itself is imported when it is needed, and not before it can be set up.
import type * as testcontainersModule from "testcontainers";
import type { Engine } from "./engine.js";

type Testcontainers = typeof testcontainersModule;
type RuntimeClient = Awaited<ReturnType<Testcontainers["getContainerRuntimeClient"]>>;

/** testcontainers, pointed to the engine that ordeal found, and to no image that is not there. */
export interface Runtime {
  readonly testcontainers: Testcontainers;
  readonly client: RuntimeClient;
  /** True where Ryuk, testcontainers' own cleaner, watches over what is made. */
  readonly hasReaper: boolean;
}

/** Where published ports are bound on the engine's machine, and where clients find them. */
export interface Publishing {
  readonly bindAddress: string;
  readonly host: string;
}

/**
 * On the loopback where the engine is on this machine: a cluster under test is nobody else's
 * business. An engine elsewhere must be reached there.
 */
export function publishingOf(engineHost: string, environment: NodeJS.ProcessEnv): Publishing {
  const override = environment.TESTCONTAINERS_HOST_OVERRIDE;
  const host = override ?? hostOf(engineHost);
  const isHere = host === "127.0.0.1" || host === "localhost";
  return isHere
    ? { bindAddress: "127.0.0.1", host: "127.0.0.1" }
    : { bindAddress: "0.0.0.0", host };
}

function hostOf(engineHost: string): string {
  if (/^(unix|npipe):/.test(engineHost)) return "127.0.0.1";
  return new URL(engineHost.includes("//") ? engineHost : `tcp://${engineHost}`).hostname;
}

const defaultReaperImage = "testcontainers/ryuk:0.14.0";

/**
 * testcontainers reads its settings from the environment when it is imported and when it first
 * connects: they are set for that time alone, since other libraries read some of them too.
 */
export async function openRuntime(
  engine: Engine,
  options: { readonly keep: boolean; readonly publishing: Publishing },
): Promise<Runtime> {
  const wantsReaper =
    !options.keep &&
    process.env.TESTCONTAINERS_RYUK_DISABLED !== "true" &&
    (await hasImage(engine, process.env.RYUK_CONTAINER_IMAGE ?? defaultReaperImage));
  // This one is read each time something is made.
  if (!wantsReaper) process.env.TESTCONTAINERS_RYUK_DISABLED = "true";
  return withEnvironment(
    { DOCKER_HOST: engine.host, TESTCONTAINERS_HOST_OVERRIDE: options.publishing.host },
    async () => {
      const testcontainers = await import("testcontainers");
      const client = await testcontainers.getContainerRuntimeClient();
      return { testcontainers, client, hasReaper: wantsReaper };
    },
  );
}

async function hasImage(engine: Engine, reference: string): Promise<boolean> {
  try {
    await engine.docker.getImage(reference).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

async function withEnvironment<T>(
  values: Readonly<Record<string, string>>,
  use: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  try {
    return await use();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

/**
 * A network for one run. testcontainers' own `Network` takes no labels, and without them nobody
 * could tell what a killed run left behind.
 */
export async function makeNetwork(
  { testcontainers, client, hasReaper }: Runtime,
  options: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
) {
  const reaper = hasReaper ? await testcontainers.getReaper(client) : undefined;
  const network = await client.network.create({
    Name: options.name,
    Driver: "bridge",
    CheckDuplicate: true,
    Labels: {
      ...options.labels,
      ...(reaper && { [testcontainers.LABEL_TESTCONTAINERS_SESSION_ID]: reaper.sessionId }),
    },
  });
  return new testcontainers.StartedNetwork(client, options.name, network);
}
