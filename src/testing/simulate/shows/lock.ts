import type { Shows } from "./shows.js";

/** By checker. */
export const lockShows: Readonly<Record<string, Shows>> = {};
