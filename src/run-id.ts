import { randomBytes } from "node:crypto";

/** Unique without coordination, and readable: the time to the second and a little chance. */
export function newRunId(wallTime: string): string {
  const time = wallTime.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return `${time}-${randomBytes(2).toString("hex")}`;
}
