import type { HarmName, Harms } from "../../../core/harms.js";
import type { DockerHarm, Machines } from "./machines.js";

/** How each kind of harm to members in containers is made for a cluster. */
export type DockerHarms = {
  readonly [Name in HarmName]?: (machines: Machines) => DockerHarm<Harms[Name]>;
};

export const dockerHarms: DockerHarms = {};
