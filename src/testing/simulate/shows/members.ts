import type { Shows } from "./shows.js";

/** By checker. */
export const memberShows: Readonly<Record<string, Shows>> = {};
