import type { Finding, Verdict } from "../core/checker.js";
import type { Opinions } from "../core/workload.js";

/**
 * Whether two checkers that judge the same thing by different means come to the same end. Where they
 * do not, either a violation is of a kind that only one of them can see, or one of them is wrong: a
 * person has to look, so that the verdict is unknown. What is invalid stays invalid, since one of
 * them says so itself. Where one of them could not tell there is nothing to compare.
 *
 * Undefined where one of them was not asked.
 */
export function secondOpinion(
  verdicts: Readonly<Record<string, Verdict>>,
  { first, second }: Opinions,
): Verdict | undefined {
  const [one, other] = [verdicts[first], verdicts[second]];
  if (!one || !other) return undefined;
  const details = { [first]: one.validity, [second]: other.validity };
  const unsure = [first, second].filter((name) => verdicts[name]?.validity === "unknown");
  if (unsure.length > 0) {
    const summary = `There is nothing to compare: ${unsure.join(" and ")} could not tell.`;
    return { validity: "unknown", summary, findings: [], details };
  }
  if (one.validity === other.validity) {
    const alike = one.validity === "valid" ? "nothing wrong" : "a violation";
    const summary = `${first} and ${second} agree: both found ${alike}.`;
    return { validity: "valid", summary, findings: [], details };
  }
  const [objecting, content] = one.validity === "invalid" ? [first, second] : [second, first];
  return {
    validity: "unknown",
    summary: `${first} and ${second} disagree: ${objecting} found a violation, ${content} did not.`,
    findings: [disagreement(verdicts, { objecting, content, first })],
    details,
  };
}

const mostArguments = 3;

function disagreement(
  verdicts: Readonly<Record<string, Verdict>>,
  {
    objecting,
    content,
    first,
  }: { readonly objecting: string; readonly content: string; readonly first: string },
): Finding {
  const findings = verdicts[objecting]?.findings ?? [];
  const shown = findings.slice(0, mostArguments);
  const more = findings.length - shown.length;
  return {
    message: `${objecting} found a violation where ${content} found none`,
    operations: [...new Set(shown.flatMap(({ operations }) => operations))],
    explanation: [
      ...shown.map(({ message }) => `${objecting}: ${message}`),
      ...(more > 0 ? [`${objecting} shows ${more} more.`] : []),
      `${content}: ${verdicts[content]?.summary ?? ""}`,
      objecting === first ? onlyByValues : onlyByRevisions,
      "If nothing of that kind is there, one of the two checkers is wrong, or what was recorded is.",
    ],
  };
}

const onlyByRevisions =
  "Only revisions tell of it where members count them differently, give one revision to two writes, or miscount versions, while each value is still found where it must be: so it is when a revision goes back, or when members diverge in what no client read twice.";

const onlyByValues =
  "Only values and times tell of it where an answer is right for its own revision, but that revision is too old: so it is with stale reads, and with writes that are lost together with their revision before anybody saw them.";
