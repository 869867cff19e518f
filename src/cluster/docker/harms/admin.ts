import { RequestError } from "../../../core/client.js";
import type { Proof } from "../../../core/cluster.js";
import { HarnessError } from "../../../core/errors.js";
import type { OperatorDeed } from "../../../core/harms.js";
import { proveServing } from "../../ask-members.js";
import { compact, defragment, type Look, listAlarms, moveLeader, saveSnapshot } from "./deeds.js";
import type { DockerHarm, Machines } from "./machines.js";

const readMs = 1_000;
const patienceMs = 2_000;
const pauseMs = 200;

/**
 * What operators do to members that work. A deed is in force once it is seen to be done, until it is
 * put down as over: it leaves nothing to undo.
 */
export function admin(machines: Machines): DockerHarm<OperatorDeed> {
  const looks = new Map<string, Look>();
  return {
    stopsNode: false,
    remediedWhen: "before-start",
    isOn: (node) => looks.has(node),

    async inflict(node, how) {
      looks.delete(node);
      try {
        looks.set(node, await patiently(machines, how, () => carryOut(machines, node, how)));
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        const said = error.facts.details;
        throw new HarnessError(`${node} did not comply with "${how.deed}": ${said}`, {
          cause: error,
        });
      }
    },

    async probeInForce(node): Promise<Proof> {
      const look = looks.get(node);
      if (!look) return { holds: false, evidence: `nothing was asked of ${node}` };
      try {
        return await look();
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        return { holds: false, evidence: `${node} cannot be looked at: ${error.facts.details}` };
      }
    },

    remedy(node) {
      looks.delete(node);
      return Promise.resolve();
    },

    probeOver: (node) => proveServing(machines.connect(node, { timeoutMs: readMs })),
  };
}

/**
 * A member that was harmed last may not be ready yet: what can be asked twice is asked again, as
 * operators do.
 */
async function patiently(
  machines: Machines,
  { deed }: OperatorDeed,
  attempt: () => Promise<Look>,
): Promise<Look> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isLate = performance.now() > deadlineMs;
      if (isLate || deed === "move-leader" || !(error instanceof RequestError)) throw error;
      await machines.sleep(pauseMs);
    }
  }
}

function carryOut(machines: Machines, node: string, how: OperatorDeed): Promise<Look> {
  switch (how.deed) {
    case "compact":
      return compact(machines, node, how);
    case "defragment":
      return defragment(machines, node);
    case "move-leader":
      return moveLeader(machines, node, how);
    case "snapshot":
      return saveSnapshot(machines, node);
    case "list-alarms":
      return listAlarms(machines, node);
  }
}
