/** Every random choice of a run comes from one seed, so that a seed names a run's choices. */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** A number from 0 up to, not including, 1. */
  fraction(): number;
  pick<T>(choices: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
  /**
   * An independent stream named by `name`: the same seed and name give the same stream, whatever
   * was drawn elsewhere. Each worker and each nemesis has one, so that timing changes no choice.
   */
  fork(name: string): Random;
}
