import { answerOrError, type MemberClient, RequestError } from "../core/client.js";
import type { DriveOptions } from "./drive-options.js";

/** A question is asked again so often, as the last reads are. */
const attemptLimit = 5;
const pauseMs = 200;
/** OUT_OF_RANGE: etcd has no such revision (any more), and asking again gives none. */
const outOfRange = 11;

/** Asks one member until it answers, each time one RPC; after a failure by a new connection. */
export interface PatientClient {
  /** Resolves to the last error where it never answers. */
  ask<T>(question: (client: MemberClient) => Promise<T>): Promise<T | RequestError>;
  close(): void;
}

export function patientClient(
  { cluster, clock, signal, requestTimeoutMs }: DriveOptions,
  node: string,
): PatientClient {
  const connect = () => cluster.connect(node, { timeoutMs: requestTimeoutMs });
  let client = connect();
  return {
    async ask(question) {
      for (let attempts = 1; ; attempts++) {
        const answer = await answerOrError(question(client));
        if (!(answer instanceof RequestError) || isFinal(answer)) return answer;
        client.close();
        client = connect();
        if (attempts === attemptLimit || signal.aborted) return answer;
        await clock.sleep(pauseMs, signal);
      }
    },
    close: () => {
      client.close();
    },
  };
}

function isFinal({ facts }: RequestError): boolean {
  return facts.sent && facts.code === outOfRange;
}
