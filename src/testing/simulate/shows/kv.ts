import type { Shows } from "./shows.js";

/** By checker. */
export const kvShows: Readonly<Record<string, Shows>> = {};
