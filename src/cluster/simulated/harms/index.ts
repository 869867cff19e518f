import type { HarmName, Harms } from "../../../core/harms.js";
import { holdLinks } from "./hold-links.js";
import { packetLoss } from "./packet-loss.js";
import type { SimulatedHarm, Surroundings } from "./simulated-harm.js";
import { slowNetwork } from "./slow-network.js";

/** How each kind of harm to members in this process is made for a cluster. */
type SimulatedHarms = {
  readonly [Name in HarmName]?: (surroundings: Surroundings) => SimulatedHarm<Harms[Name]>;
};

const simulatedHarms: SimulatedHarms = {
  "packet-loss": packetLoss,
  "slow-network": slowNetwork,
  "hold-links": holdLinks,
};

export function harmsOf(surroundings: Surroundings): Map<HarmName, SimulatedHarm<never>> {
  return new Map(
    Object.entries(simulatedHarms).map(([name, make]) => [name as HarmName, make(surroundings)]),
  );
}
