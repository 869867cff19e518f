/**
 * What Go Porcupine needed, in milliseconds of process CPU (user and system, all threads, garbage
 * collection included), with Go 1.19 on a machine of two shared cores: the least and the most of
 * several histories of the same shape. Measured once on histories of these shapes, not on the very
 * ones that are made here; its limits were 60 s and 10 GB.
 */
export interface GoFigure {
  readonly fromMs: number;
  readonly toMs: number;
  /** Where it ran into a limit. */
  readonly failed?: string;
}

const figure = (fromMs: number, toMs = fromMs): GoFigure => ({ fromMs, toMs });
const outOfTime: GoFigure = { fromMs: 60_000, toMs: 60_000, failed: "> 60 s" };
const outOfMemory: GoFigure = { fromMs: Infinity, toMs: Infinity, failed: "out of 10 GB" };

export const goPorcupine = {
  /** All 103 of its own etcd logs; a log takes 7.4 on average, mostly because of a few. */
  etcdLogs: figure(764, 874),
  etcdLogsCount: 103,
  kvTenClients: figure(1, 1.1),
  kvOneClient: figure(0.1, 0.2),
  kvFiftyClientsValid: figure(364),
  kvFiftyClientsInvalid: figure(70),
  register1kFiveClients: figure(1.7, 3.1),
  register1kTenClients: figure(18, 38),
  register1kTenClientsStale: figure(230, 500),
  register1kTwentyClients: figure(5_900, 22_000),
  register1kUnknownStale: outOfTime,
  register10kTenClients: figure(260, 700),
  register10kTenClientsStale: figure(4_000, 10_000),
  register10kThirtyClients: outOfMemory,
  register100kFiveClients: figure(2_800, 3_300),
  register100kTenClients: outOfMemory,
  register1M: outOfMemory,
  kv100k: figure(170, 330),
  kv1M: figure(2_300, 2_800),
} as const;
