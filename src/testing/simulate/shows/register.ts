import type { Shows } from "./shows.js";

/** By checker. */
export const registerShows: Readonly<Record<string, Shows>> = {};
