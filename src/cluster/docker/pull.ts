import type Docker from "dockerode";

const firstSignTimeoutMs = 10_000;
const stallTimeoutMs = 60_000;

/**
 * Pulls an image. Rejects with the engine's words, or when the registry gives no sign of life in
 * time: a registry behind a firewall that swallows packets would hold us for minutes.
 */
export async function pull(docker: Docker, reference: string): Promise<void> {
  const abort = new AbortController();
  let timer = setTimeout(() => {
    abort.abort();
  }, firstSignTimeoutMs);
  const stillAlive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      abort.abort();
    }, stallTimeoutMs);
  };
  try {
    const stream = await docker.pull(reference, { abortSignal: abort.signal });
    await follow(docker, stream, stillAlive);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    throw new Error("the registry does not answer", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects with the error that the engine reports in the midst of its progress. */
export async function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onProgress: (event: ProgressEvent) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error: Error | null) => {
        if (error) reject(error);
        else resolve();
      },
      onProgress,
    );
  });
}

export interface ProgressEvent {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
}
