import type { Shows } from "./shows.js";

/** By checker. */
export const wrShows: Readonly<Record<string, Shows>> = {};
