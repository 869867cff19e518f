import type { Shows } from "./shows.js";

/** By checker. */
export const leaseShows: Readonly<Record<string, Shows>> = {};
