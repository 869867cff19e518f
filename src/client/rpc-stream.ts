import type { ClientDuplexStream, ServiceError } from "@grpc/grpc-js";
import type { RequestError } from "../core/client.js";

export type DuplexCall = ClientDuplexStream<object, unknown>;

export interface RpcStreamOptions<Answer> {
  /** Rejects with RequestError where it could not be opened. */
  readonly opened: Promise<DuplexCall>;
  /** Throws RequestError where it cannot take an answer. */
  readonly decode: (answer: unknown, call: DuplexCall) => Answer;
  /** Of the error that ended it; undefined where the other side ended it in order. */
  readonly errorOf: (error: ServiceError | undefined, call: DuplexCall) => RequestError;
}

/**
 * Requests one way and answers the other, each in order. Nothing is read ahead of who receives but
 * what the transport holds, so that a reader who is slow slows the other side down.
 */
export class RpcStream<Answer> {
  readonly #options: RpcStreamOptions<Answer>;
  #answers: AsyncIterator<unknown> | undefined;
  #error: ServiceError | undefined;
  #ended: RequestError | undefined;

  constructor(options: RpcStreamOptions<Answer>) {
    this.#options = options;
    this.#whenOpened((call) => {
      // One that nobody listens to would end the process.
      call.on("error", (error: ServiceError) => {
        this.#error ??= error;
      });
    });
  }

  send(request: object): void {
    this.#whenOpened((call) => {
      if (!this.#error) call.write(request);
    });
  }

  /** The next answer; rejects with RequestError once there will be none. */
  async receive(): Promise<Answer> {
    const { opened, decode, errorOf } = this.#options;
    const call = await opened;
    if (this.#ended) throw this.#ended;
    this.#answers ??= call[Symbol.asyncIterator]();
    // What it rejects with was told to our own listener, too.
    const next = await this.#answers.next().catch(() => undefined);
    if (next !== undefined && next.done !== true) return decode(next.value, call);
    this.#ended ??= errorOf(this.#error, call);
    throw this.#ended;
  }

  close(): void {
    this.#whenOpened((call) => {
      call.cancel();
    });
  }

  /** In the order of the calls; never, where it could not be opened: that is told who receives. */
  #whenOpened(act: (call: DuplexCall) => void): void {
    this.#options.opened.then(act, () => undefined);
  }
}
