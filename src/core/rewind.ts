/** To where a cluster was set back, as it was seen. Plain JSON: the history has it with the fault. */
export interface Rewind {
  /** The newest that the snapshot holds: what was written at a later one is gone. */
  readonly revision: number;
  /** Of the cluster that was destroyed, a decimal string. Whoever answers later has another. */
  readonly clusterId: string;
}
