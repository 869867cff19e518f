import type { MetricGrowth } from "../../core/cluster.js";
import { HarnessError } from "../../core/errors.js";
import { clientPort } from "./etcd-config.js";
import {
  type DockerNode,
  type EtcdProcess,
  listEtcd,
  parseProcesses,
  runScript,
  untilGone,
} from "./node.js";

/** Below the limit of whatever is asked of a node. */
const longestMs = 15_000;

/**
 * Kills etcd as soon as a counter among its metrics has grown, and waits until it is gone. Looking
 * and killing are done by one process in the container: from outside either takes longer than most
 * moments last. Gives the process that was killed. Rejects with HarnessError where the counter does
 * not grow in time, or cannot be looked at.
 */
export async function killEtcdWhen(node: DockerNode, moment: MetricGrowth): Promise<EtcdProcess> {
  const what = `etcd on ${node.name} could not be killed when ${moment.metric} has grown`;
  const said = await runScript(node, killWhenGrown(moment), what);
  const [process] = parseProcesses(said);
  if (!process) throw new HarnessError(`${what}: no etcd runs there.`);
  return process;
}

/**
 * Prints the process before it is killed, and what the counter was. A metric that is not told yet
 * counts as 0: some appear with their first value.
 */
export function killWhenGrown({ metric, grewBy, withinMs }: MetricGrowth): string {
  const limitUs = Math.min(withinMs, longestMs) * 1000;
  return `exec bash <<'END'
${listEtcd}
value() {
  local answer number
  exec 3<>/dev/tcp/127.0.0.1/${clientPort} || return 1
  printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3
  answer=$(grep -m 1 '^${metric} ' <&3)
  exec 3<&-
  printf -v number %.0f "\${answer#* }"
  value=\${number:-0}
}
look_at_clock() { now=\${EPOCHREALTIME/[.,]/}; }
list=$(list_etcd)
echo "$list"
pid=$(echo "$list" | awk '$1 == "etcd" { print $3 }')
[ -n "$pid" ] || exit 0
value || exit 1
first=$value
look_at_clock
end=$((now + ${limitUs}))
until [ $((value - first)) -ge ${grewBy} ]; do
  look_at_clock
  [ $now -lt $end ] || { echo "it grew from $first to $value alone within ${withinMs} ms" >&2; exit 1; }
  value || exit 1
done
kill -KILL $pid || exit 1
echo "grew from $first to $value"
${untilGone(200)}
END`;
}
