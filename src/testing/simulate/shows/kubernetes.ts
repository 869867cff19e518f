import type { Shows } from "./shows.js";

/** By checker. */
export const kubernetesShows: Readonly<Record<string, Shows>> = {};
