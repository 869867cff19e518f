import type { Shows } from "./shows.js";

/** By checker. */
export const watchShows: Readonly<Record<string, Shows>> = {};
