import type { Checker } from "../core/checker.js";
import { wordsOfTarget } from "../core/asked-targets.js";
import type { FaultRecord, History, HistoryHeader } from "../core/history.js";
import { plural } from "../core/plural.js";

export interface CoverageOptions {
  /** Kinds of operation that must have ended ok often enough under load; none: clients do nothing. */
  readonly kinds: readonly string[];
  /** At least one of each must have, where there is any of them at all. */
  readonly newerKinds?: readonly string[];
  /**
   * How many of each kind. Default: one for each second of load, but no more than a twentieth of
   * what the rate that was asked for would give, and at least one.
   */
  readonly minOkOfEachKind?: number;
}

/**
 * A pass means something: enough happened, each kind of fault that was asked for was seen in force
 * and seen to be over while clients were at work, the run came to its end, the last reads all
 * succeeded, and every member told what it holds. Never invalid: it says nothing about etcd, only
 * about the run.
 */
export function coverage(options: CoverageOptions): Checker {
  return {
    check(history) {
      const newer = newerKindsOf(history, options);
      const ok = countOk(history);
      const underLoad = (kind: string) => ok.underLoad.get(kind) ?? 0;
      const least = minOk(history, options);
      const missed = [
        ...missedPhases(history),
        ...options.kinds.flatMap((kind) => missedKind(kind, underLoad(kind), least)),
        ...newer.flatMap((kind) => missedKind(kind, underLoad(kind), 1)),
        ...missedFaults(history, options),
        ...missedFinalReads(history, options),
        ...missedMembers(history),
        ...missedRounds(history),
      ];
      return {
        validity: missed.length > 0 ? "unknown" : "valid",
        summary:
          missed.length > 0
            ? `The run proves too little: ${missed.join("; ")}.`
            : `Enough happened: ${happened(history, ok.total)}.`,
        findings: missed.map((message) => ({ message, operations: [] })),
        details: {
          missed,
          minOkOfEachKind: least,
          ok: Object.fromEntries(
            [...options.kinds, ...newer].map((kind) => [kind, underLoad(kind)]),
          ),
          faults: Object.fromEntries(
            history.header.nemeses.map((name) => [
              name,
              faultsOf(history, name).filter(wasSeen).length,
            ]),
          ),
        },
      };
    },
  };
}

function newerKindsOf({ operations }: History, { newerKinds = [] }: CoverageOptions): string[] {
  return newerKinds.filter((kind) => operations.some(({ input }) => input.f === kind));
}

function happened(history: History, ok: number): string {
  const seen = history.faults.filter(wasSeen).length;
  return `${plural(ok, "operation")} ended ok, ${plural(seen, "fault")} seen in force and over`;
}

function missedPhases({ torn, phases }: History): string[] {
  const missed: string[] = [];
  if (torn) missed.push("the history's last line is torn: its recorder was killed");
  for (const { reason } of phases) {
    if (reason !== undefined) missed.push(`the run was ended early: ${reason}`);
  }
  for (const wanted of ["main", "final", "end"] as const) {
    if (!phases.some(({ phase }) => phase === wanted)) {
      missed.push(`the run never reached its phase "${wanted}"`);
    }
  }
  // The same reason stands with each phase that it cut short.
  return [...new Set(missed)];
}

/** In one pass: a history may have a million operations. By kind, those of the phase "main". */
function countOk({ operations }: History): { total: number; underLoad: Map<string, number> } {
  const underLoad = new Map<string, number>();
  let total = 0;
  for (const { input, outcome, phase } of operations) {
    if (outcome.type !== "ok") continue;
    total += 1;
    if (phase === "main") underLoad.set(input.f, (underLoad.get(input.f) ?? 0) + 1);
  }
  return { total, underLoad };
}

function missedKind(kind: string, ok: number, least: number): string[] {
  return ok >= least ? [] : [`${ok} ${kind} operations ended ok, at least ${least} are needed`];
}

function minOk({ header }: History, { kinds, minOkOfEachKind }: CoverageOptions): number {
  if (minOkOfEachKind !== undefined) return minOkOfEachKind;
  const seconds = header.timeLimitMs / 1000;
  const share = (header.rate * seconds) / (20 * Math.max(1, kinds.length));
  return Math.max(1, Math.floor(Math.min(seconds, share)));
}

function missedFaults(history: History, { kinds }: CoverageOptions): string[] {
  return history.header.nemeses.flatMap((name) => {
    const faults = faultsOf(history, name);
    const missed = missedOf(history, faults, { meetsLoad: kinds.length > 0 });
    return missed === undefined ? neverSeen(name, faults) : [`${name}: ${missed}`];
  });
}

/** So often a fault must have been tried in vain to say that it does not work here. */
const manyTries = 3;

/** Of a nemesis that lets others' faults loose: those kinds that none of several tries brought about. */
function neverSeen(name: string, faults: readonly FaultRecord[]): string[] {
  const kinds = [...new Set(faults.map(({ spec }) => spec.nemesis))].filter(
    (kind) => kind !== name,
  );
  return kinds.flatMap((kind) => {
    const tries = faults.filter(({ spec }) => spec.nemesis === kind);
    const isSeen = tries.some(({ inForceAtNs }) => inForceAtNs !== undefined);
    if (isSeen || tries.length < manyTries) return [];
    return [
      `${name}: none of ${plural(tries.length, "fault")} of ${kind} was seen in force${because(tries)}`,
    ];
  });
}

/** The first thing that none of these faults achieved. */
function missedOf(
  history: History,
  faults: readonly FaultRecord[],
  { meetsLoad }: { readonly meetsLoad: boolean },
): string | undefined {
  if (faults.length === 0) {
    return `no fault was injected, at least 1 is needed${forTarget(history.header)}`;
  }
  const inForce = faults.filter(({ inForceAtNs }) => inForceAtNs !== undefined);
  if (inForce.length === 0) {
    return `none of ${plural(faults.length, "fault")} was seen in force${because(faults)}`;
  }
  const seen = inForce.filter(wasSeen);
  if (seen.length === 0) {
    return `none of ${plural(inForce.length, "fault")} was seen to be over${because(inForce)}`;
  }
  return !meetsLoad || seen.some((fault) => metLoad(history, fault))
    ? undefined
    : `no operation was invoked while one of ${plural(seen.length, "fault")} was in force`;
}

function forTarget({ target }: HistoryHeader): string {
  if (!target) return "";
  return `: none that hits --target ${wordsOfTarget(target)} was possible while the load lasted`;
}

function because(faults: readonly FaultRecord[]): string {
  const trouble = faults.find((fault) => fault.trouble !== undefined)?.trouble;
  return trouble === undefined ? "" : ` (${trouble})`;
}

function faultsOf({ faults }: History, nemesis: string): FaultRecord[] {
  return faults.filter(({ spec }) => spec.nemesis === nemesis || spec.by === nemesis);
}

function wasSeen({ inForceAtNs, overAtNs }: FaultRecord): boolean {
  return inForceAtNs !== undefined && overAtNs !== undefined;
}

/** Until it was seen to be over: healing takes a while, and a fault may be in force only by that. */
function metLoad(
  { operations }: History,
  { inForceAtNs = Infinity, overAtNs = Infinity }: FaultRecord,
): boolean {
  return operations.some(
    ({ invokedAtNs, phase }) =>
      phase === "main" && invokedAtNs >= inForceAtNs && invokedAtNs <= overAtNs,
  );
}

function missedFinalReads({ operations, phases }: History, { kinds }: CoverageOptions): string[] {
  // Said already.
  if (!phases.some(({ phase }) => phase === "final")) return [];
  const reads = operations.filter(({ phase }) => phase === "final");
  if (reads.length === 0) return kinds.length > 0 ? ["there were no final reads"] : [];
  // A read that failed is asked again as an operation of its own: what counts is what was answered.
  const asked = new Map<string, boolean>();
  for (const { node, input, outcome } of reads) {
    const question = `${node} ${JSON.stringify(input)}`;
    asked.set(question, asked.get(question) === true || outcome.type === "ok");
  }
  const unanswered = [...asked.values()].filter((isAnswered) => !isAnswered).length;
  if (unanswered === 0) return [];
  return [`${unanswered} of ${plural(asked.size, "final read")} never succeeded, all must`];
}

/** Of a scenario: of all its rounds at least one must have come to where it shows something. */
function missedRounds({ header, notes = [] }: History): string[] {
  if (!header.scenario) return [];
  const rounds = notes.filter(({ kind }) => kind === "round").length;
  const missed = notes.filter(({ kind }) => kind === "missed");
  if (rounds === 0) return ["the scenario was never played"];
  if (missed.length < rounds) return [];
  return [
    `none of ${plural(rounds, "round")} came to where it shows anything (${missed[0]?.text ?? ""})`,
  ];
}

/** Histories of older versions do not say that members were asked: nothing was missed there. */
function missedMembers({ header, members, phases }: History): string[] {
  // Said already.
  if (header.asksMembers !== true || !phases.some(({ phase }) => phase === "final")) return [];
  return header.cluster.nodes.flatMap((node) => {
    const said = members.find((member) => member.node === node);
    if (!said) return [`${node} was never asked what it holds in the end`];
    return said.unanswered.map(
      ({ question, error }) =>
        `${node} was asked for ${question} in the end and never answered (${error})`,
    );
  });
}
