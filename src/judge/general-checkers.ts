import { crashLog } from "../checkers/crash-log.js";
import { membersAgree } from "../checkers/members/members-agree.js";
import type { Checker } from "../core/checker.js";
import type { Workload } from "../core/workload.js";

/** What must hold in any run, whatever its clients did. */
const generalCheckers: Readonly<Record<string, Checker>> = {
  "members-agree": membersAgree,
  "crash-log": crashLog,
};

/** All checkers that look for violations; whether enough happened is another question. */
export function violationCheckers(
  workload: Pick<Workload, "checkers"> | undefined,
): Readonly<Record<string, Checker>> {
  return { ...workload?.checkers, ...generalCheckers };
}
