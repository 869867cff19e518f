import { crashLog } from "../checkers/crash-log.js";
import { membersAgree } from "../checkers/members/members-agree.js";
import type { Checker } from "../core/checker.js";
import type { Workload } from "../core/workload.js";
import { acrossRewinds, afterRewinds } from "./epochs/across-rewinds.js";

/** All checkers that look for violations; whether enough happened is another question. */
export function violationCheckers(
  workload: Pick<Workload, "checkers" | "isInSnapshot" | "changesMembers"> | undefined,
): Readonly<Record<string, Checker>> {
  const own = Object.entries(workload?.checkers ?? {});
  const isInSnapshot = workload?.isInSnapshot?.bind(workload);
  return {
    ...Object.fromEntries(
      own.map(([name, checker]) => [name, acrossRewinds(checker, isInSnapshot)]),
    ),
    // What must hold in any run, whatever its clients did.
    "members-agree": afterRewinds(membersAgree(workload)),
    "crash-log": crashLog,
  };
}
