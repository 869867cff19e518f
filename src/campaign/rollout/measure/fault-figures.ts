import type { FaultRecord } from "../../../core/history.js";
import type { Operation } from "../../../core/operation.js";
import type { Stretch } from "./load.js";
import { longestOutageNs } from "./outages.js";
import type { FaultFigures } from "../rollout-record.js";
import { countBelow, countBetween } from "./sorted.js";

/** What clients had of each fault. `faults` in the order of their injection; operations in any order. */
export function faultFigures(
  faults: readonly FaultRecord[],
  operations: readonly Operation[],
  load: Stretch,
): FaultFigures[] {
  const invoked = times(operations, ({ invokedAtNs }) => invokedAtNs);
  const isOk = operations.filter(({ outcome }) => outcome.type === "ok");
  const okInvoked = times(isOk, ({ invokedAtNs }) => invokedAtNs);
  const okEnded = times(isOk, ({ completedAtNs = load.toNs }) => completedAtNs);
  const service = servedAfter(operations);

  return faults.map((fault): FaultFigures => {
    const { spec, injectedAtNs, inForceAtNs, healedAtNs, overAtNs, trouble } = fault;
    const lasts = { fromNs: injectedAtNs, toNs: healedAtNs ?? Infinity };
    const recoveredAtNs = recoveredAt(fault, service);
    const isKnown =
      healedAtNs !== undefined &&
      recoveredAtNs !== undefined &&
      recoveredAtNs <= load.toNs &&
      !faults.some(
        (other) =>
          other !== fault && hasPart(other, { nodes: spec.nodes, healedAtNs, recoveredAtNs }),
      );
    const ms = (atNs: number) => milliseconds(atNs - load.fromNs);
    return {
      nemesis: spec.nemesis,
      description: spec.description,
      nodes: spec.nodes,
      injectedAtMs: ms(injectedAtNs),
      ...(inForceAtNs !== undefined && { inForceAtMs: ms(inForceAtNs) }),
      ...(healedAtNs !== undefined && { healedAtMs: ms(healedAtNs) }),
      ...(overAtNs !== undefined && { overAtMs: ms(overAtNs) }),
      ...(trouble !== undefined && { trouble }),
      operations: { ok: countBetween(okInvoked, lasts), all: countBetween(invoked, lasts) },
      outageMs: milliseconds(longestOutageNs(okEnded, load, lasts)),
      ...(isKnown && { recoveryMs: milliseconds(recoveredAtNs - healedAtNs) }),
    };
  });
}

export function milliseconds(ns: number): number {
  return Number((ns / 1e6).toFixed(3));
}

/**
 * Another fault has a part in a recovery where it came before that was over, or where it harmed one of
 * the same nodes and was still in force at the healing.
 */
function hasPart(other: FaultRecord, { nodes, healedAtNs, recoveredAtNs }: Recovery): boolean {
  const { spec, injectedAtNs, overAtNs = Infinity } = other;
  if (injectedAtNs >= recoveredAtNs || overAtNs <= healedAtNs) return false;
  return injectedAtNs >= healedAtNs || spec.nodes.some((node) => nodes.includes(node));
}

interface Recovery {
  readonly nodes: readonly string[];
  readonly healedAtNs: number;
  readonly recoveredAtNs: number;
}

/** Of a node, when an operation first ended ok that was invoked at a time or later. */
type Service = ReadonlyMap<string, (sinceNs: number) => number>;

/** When all harmed nodes served again; those that no client speaks to cannot tell. */
function recoveredAt({ healedAtNs, spec }: FaultRecord, service: Service): number | undefined {
  if (healedAtNs === undefined) return undefined;
  const served = spec.nodes.flatMap((node) => service.get(node)?.(healedAtNs) ?? []);
  return served.length > 0 ? Math.max(...served) : undefined;
}

function servedAfter(operations: readonly Operation[]): Service {
  const byNode = new Map<string, Operation[]>();
  for (const operation of operations) {
    const ofNode = byNode.get(operation.node);
    if (ofNode) ofNode.push(operation);
    else byNode.set(operation.node, [operation]);
  }
  return new Map([...byNode].map(([node, ofNode]) => [node, firstOkSince(ofNode)]));
}

/** Infinity where none did. Many are asked for: each answer is a binary search. */
function firstOkSince(operations: readonly Operation[]): (sinceNs: number) => number {
  const ended = operations
    .flatMap(({ outcome, invokedAtNs, completedAtNs }) =>
      outcome.type === "ok" && completedAtNs !== undefined ? [{ invokedAtNs, completedAtNs }] : [],
    )
    .sort((a, b) => a.invokedAtNs - b.invokedAtNs);
  const invoked = Float64Array.from(ended, ({ invokedAtNs }) => invokedAtNs);
  const earliest = new Float64Array(ended.length);
  let soFar = Infinity;
  for (let position = ended.length - 1; position >= 0; position--) {
    soFar = Math.min(soFar, ended[position]?.completedAtNs ?? Infinity);
    earliest[position] = soFar;
  }
  return (sinceNs) => earliest[countBelow(invoked, sinceNs)] ?? Infinity;
}

function times(
  operations: readonly Operation[],
  timeOf: (operation: Operation) => number,
): Float64Array {
  return Float64Array.from(operations, timeOf).sort();
}
