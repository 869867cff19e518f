import { clientPort, paths } from "./etcd-config.js";
import { type DockerNode, runScript } from "./node.js";

/** What a member's files and its own counters tell of snapshots. */
export interface SnapshotSight {
  /** Raft index of the newest that its disk has, which its log begins with after a start; 0 for none. */
  readonly newestIndex: number;
  /** Databases that came from a leader and lie there unused. */
  readonly unused: number;
  /** How many came from a leader since etcd was started; undefined where etcd does not answer. */
  readonly received: number | undefined;
}

/** All of etcd 3.3 to 3.5 count them so. */
const receivedMetric = "etcd_network_snapshot_receive_success";

export async function sightSnapshots(node: DockerNode, tls: boolean): Promise<SnapshotSight> {
  const what = `The snapshots of ${node.name} could not be looked at`;
  return parseSnapshots(await runScript(node, lookScript(tls), what));
}

/** The node asks its own etcd, so that nothing in the network is in the way. */
function lookScript(tls: boolean): string {
  const request = `printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n'`;
  const files = `-cert ${paths.tls}/peer.crt -key ${paths.tls}/peer.key`;
  const ask = tls
    ? `(${request}; sleep 1) | openssl s_client -quiet -connect 127.0.0.1:${clientPort} ${files}`
    : `exec 3<>/dev/tcp/127.0.0.1/${clientPort} && ${request} >&3 && cat <&3`;
  return `ls ${paths.data}/member/snap
timeout 1 bash 2>/dev/null <<'END' | grep -a -E '^(HTTP|${receivedMetric})'
${ask}
END
true`;
}

/** Reads what the script printed. */
export function parseSnapshots(printed: string): SnapshotSight {
  const lines = printed.split("\n").map((line) => line.trim());
  const indices = lines.flatMap((line) => {
    const [, index] = /^[0-9a-f]{16}-([0-9a-f]{16})\.snap$/.exec(line) ?? [];
    return index === undefined ? [] : [parseInt(index, 16)];
  });
  const counts = lines.flatMap((line) => {
    const [name = "", count] = line.split(" ");
    return name.startsWith(receivedMetric) ? [Number(count)] : [];
  });
  const hasAnswered = lines.some((line) => /^HTTP\/1\.\d 200/.test(line));
  return {
    newestIndex: Math.max(0, ...indices),
    unused: lines.filter((line) => /^[0-9a-f]{16}\.snap\.db$/.test(line)).length,
    received: hasAnswered ? counts.reduce((sum, count) => sum + count, 0) : undefined,
  };
}
