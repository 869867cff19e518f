import type { Nemesis } from "../src/core/nemesis.js";
import { kill } from "./kill.js";
import { partition } from "./partition.js";
import { pause } from "./pause.js";

/** Every nemesis that the command line knows, by name. */
export const nemeses: Readonly<Record<string, Nemesis>> = { partition, pause, kill };
