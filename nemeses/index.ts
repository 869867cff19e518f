import type { Nemesis } from "../src/core/nemesis.js";
import { chaosOf } from "./chaos.js";
import { admin } from "./admin.js";
import { clock } from "./clock.js";
import { corrupt, noticeableCorruption } from "./corrupt.js";
import { diskFull } from "./disk-full.js";
import { diskSlow } from "./disk-slow.js";
import { diskStall } from "./disk-stall.js";
import { holdLinks } from "./hold-links.js";
import { kill } from "./kill.js";
import { member } from "./member.js";
import { packetDisorder } from "./packet-disorder.js";
import { packetLoss } from "./packet-loss.js";
import { partition } from "./partition.js";
import { pause } from "./pause.js";
import { powerFailure } from "./power-failure.js";
import { reconfigure } from "./reconfigure.js";
import { restore } from "./restore.js";
import { rollout } from "./rollout.js";
import { slowNetwork } from "./slow-network.js";
import { snapshotCatchUp } from "./snapshot-catch-up.js";
import { upgrade } from "./upgrade.js";

const singly: Readonly<Record<string, Nemesis>> = {
  partition,
  pause,
  kill,
  "power-failure": powerFailure,
  "disk-stall": diskStall,
  "disk-full": diskFull,
  "disk-slow": diskSlow,
  "packet-loss": packetLoss,
  "packet-disorder": packetDisorder,
  clock,
  "hold-links": holdLinks,
  "slow-network": slowNetwork,
  member,
  corrupt,
  "snapshot-catch-up": snapshotCatchUp,
  rollout,
  upgrade,
  reconfigure,
  admin,
};

/** Every nemesis that the command line knows, by name. */
export const nemeses: Readonly<Record<string, Nemesis>> = {
  ...singly,
  restore,
  chaos: chaosOf(Object.values({ ...singly, corrupt: noticeableCorruption }), restore),
};
