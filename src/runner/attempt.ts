import { classifyError } from "../core/classify-error.js";
import { type FullClient, RequestError } from "../core/client.js";
import type { Input, Outcome } from "../core/operation.js";
import type { InvokeContext, Workload } from "../core/workload.js";

/** Runs one operation. Trouble with etcd is an outcome; trouble with our code is thrown on. */
export async function attempt<I extends Input, Output>(
  workload: Workload<I, Output>,
  client: FullClient,
  input: I,
  context: InvokeContext,
): Promise<Outcome<Output>> {
  try {
    const { output, header } = await workload.invoke(client, input, context);
    return { type: "ok", output, ...(header && { header }) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const type = classifyError(error.facts, { readOnly: workload.isReadOnly(input) });
    return { type, error: error.facts };
  }
}
