import type { Clock } from "../../core/clock.js";
import type { Capability } from "../../core/cluster.js";
import type { TestBed } from "../../core/test-bed.js";
import {
  needEtcdctl,
  needLinks,
  needOwnClocks,
  needOwnDisks,
  needReconfiguring,
} from "./capabilities.js";
import type { Engine } from "./engine.js";
import { type EtcdConfig, reconfiguredConfig } from "./etcd-config.js";
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
  /** What nodes can be changed to, in this order. */
  readonly changes?: readonly { readonly etcd: StoredEtcd; readonly config?: EtcdConfig }[];
  /** Nodes can also be changed to this configuration, else to one that ordeal makes of theirs. */
  readonly variation?: { readonly config?: EtcdConfig };
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
  const etcdctl = needEtcdctl(faults ?? []);
  const links = needLinks(faults ?? []);
  const usual = needReconfiguring(faults ?? []) ? reconfiguredConfig : undefined;
  const withUsual = <Part extends { readonly config?: EtcdConfig }>(part: Part): Part =>
    usual ? { ...part, config: { ...usual, ...part.config } } : part;
  const { name, version, api } = parts.engine;
  return {
    kind: "docker",
    label: [parts, ...(parts.changes ?? [])].map(({ etcd }) => etcd.version).join("-to-"),
    about: {
      image: { reference: parts.image.reference, id: parts.image.id },
      engine: { name, version, api },
    },
    inItsTime: (work) => work(),
    start: (how) =>
      startCluster({
        ...withUsual(parts),
        ...(parts.changes && { changes: parts.changes.map(withUsual) }),
        ...(parts.variation?.config && { variation: withUsual(parts.variation) }),
        nodes,
        tls,
        data,
        ownDisks,
        ownClocks,
        etcdctl,
        links,
        keep,
        ...how,
      }),
    startClock,
  };
}
