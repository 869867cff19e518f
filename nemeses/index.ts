import type { Nemesis } from "../src/core/nemesis.js";
import { clock } from "./clock.js";
import { diskStall } from "./disk-stall.js";
import { kill } from "./kill.js";
import { partition } from "./partition.js";
import { pause } from "./pause.js";
import { powerFailure } from "./power-failure.js";
import { rollout } from "./rollout.js";

/** Every nemesis that the command line knows, by name. */
export const nemeses: Readonly<Record<string, Nemesis>> = {
  partition,
  pause,
  kill,
  "power-failure": powerFailure,
  "disk-stall": diskStall,
  clock,
  rollout,
};
