import type { HarmName, Harms } from "../../../core/harms.js";
import { admin } from "./admin.js";
import { corrupt } from "./corrupt.js";
import { membership } from "./membership.js";
import { diskFull } from "./disk-full.js";
import { diskSlow } from "./disk-slow.js";
import { leftBehind } from "./left-behind.js";
import { holdLinks } from "./hold-links.js";
import type { DockerHarm, Machines } from "./machines.js";
import { noSpaceAlarm } from "./no-space-alarm.js";
import { packetDisorder } from "./packet-disorder.js";
import { packetLoss } from "./packet-loss.js";
import { slowNetwork } from "./slow-network.js";

/** How each kind of harm to members in containers is made for a cluster. */
export type DockerHarms = {
  readonly [Name in HarmName]?: (machines: Machines) => DockerHarm<Harms[Name]>;
};

export const dockerHarms: DockerHarms = {
  "hold-links": holdLinks,
  "slow-network": slowNetwork,
  "packet-loss": packetLoss,
  "packet-disorder": packetDisorder,
  "disk-full": diskFull,
  "no-space-alarm": noSpaceAlarm,
  "disk-slow": diskSlow,
  admin,
  corrupt,
  membership,
  "left-behind": leftBehind,
};
