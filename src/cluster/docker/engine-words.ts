import { messageOf } from "../../core/errors.js";

/** What the engine said, without what dockerode puts in front of it. */
export function engineWords(error: unknown): string {
  const message = messageOf(error);
  return message.replace(/^\(HTTP code \d+\) [^-]*- /, "").trim();
}

/** The status of the engine's answer, where the error is one. */
export function engineStatus(error: unknown): number | undefined {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === "number" ? statusCode : undefined;
}
