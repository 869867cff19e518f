/** Every drawing over the run's time leaves this much at its sides, so that moments align. */
export const margins = { left: 100, right: 12 } as const;
