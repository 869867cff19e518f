import type { Clock } from "../../core/clock.js";
import type { Capability } from "../../core/cluster.js";
import type { TestBed } from "../../core/test-bed.js";
import { needOwnClocks, needOwnDisks } from "./capabilities.js";
import type { Engine } from "./engine.js";
import type { EtcdConfig } from "./etcd-config.js";
import type { NodeImage } from "./image.js";
import { startCluster } from "./start-cluster.js";
import type { StoredEtcd } from "./versions.js";

/** What must be at hand before a cluster can be started. */
export interface DockerParts {
  readonly engine: Engine;
  readonly image: NodeImage;
  readonly etcd: StoredEtcd;
  /** The user's etcd-config.yml, parsed. */
  readonly config?: EtcdConfig;
  /** What a rollout changes nodes to. */
  readonly changeTo?: { readonly etcd: StoredEtcd; readonly config?: EtcdConfig };
}

export interface DockerTestBedOptions {
  readonly parts: DockerParts;
  /** 1, 3, 5 or 7. */
  readonly nodes: number;
  readonly tls: boolean;
  /** Where the nodes keep their data. */
  readonly data: "tmpfs" | "disk";
  /** What will be done to the nodes: each gets what that needs, and nothing more. */
  readonly faults?: ReadonlySet<Capability>;
  /** True where the cluster may be left standing. */
  readonly keep: boolean;
  /** The machine's own time, from now on: real members live in it. */
  readonly startClock: () => Clock;
}

/** Real members in containers, in real time. */
export function dockerTestBed(options: DockerTestBedOptions): TestBed {
  const { parts, nodes, tls, data, keep, startClock, faults } = options;
  const ownDisks = needOwnDisks(faults ?? []);
  const ownClocks = needOwnClocks(faults ?? []);
  const { name, version, api } = parts.engine;
  return {
    kind: "docker",
    label: parts.changeTo
      ? `${parts.etcd.version}-to-${parts.changeTo.etcd.version}`
      : parts.etcd.version,
    about: {
      image: { reference: parts.image.reference, id: parts.image.id },
      engine: { name, version, api },
    },
    inItsTime: (work) => work(),
    start: (how) => startCluster({ ...parts, nodes, tls, data, ownDisks, ownClocks, keep, ...how }),
    startClock,
  };
}
