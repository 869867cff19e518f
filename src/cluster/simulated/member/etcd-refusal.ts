import type { EtcdError } from "../store/command.js";

/** An error of etcd's on its way through code that awaits. */
export class EtcdRefusal extends Error {
  override readonly name = "EtcdRefusal";
  readonly error: EtcdError;

  constructor(error: EtcdError) {
    super(error.details);
    this.error = error;
  }
}
