import type { Finding } from "../../../core/checker.js";
import type { Operation } from "../../../core/operation.js";
import { describeInput, describeOutcome } from "../../describe.js";
import type { ReportData } from "../../report-data.js";

/** An operation of a finding, ready to be drawn. Times in seconds. */
export interface DrawnOperation {
  readonly index: number;
  readonly node: string;
  readonly process: number;
  readonly outcome: "ok" | "fail" | "info";
  readonly start: number;
  readonly end?: number;
  readonly description: string;
}

/** The operations that show a finding, in the words of its checker where it gives any. */
export function drawnOperations(data: ReportData, finding: Finding): readonly DrawnOperation[] {
  const told = finding.counterexample?.operations ?? [];
  const few: readonly { index: number; description?: string }[] =
    told.length > 0 ? told : finding.operations.map((index) => ({ index }));
  return few.flatMap(({ index, description }) => {
    const operation = data.named[String(index)];
    return operation ? [drawn(operation, description ?? describeOperation(operation))] : [];
  });
}

export function describeOperation({ input, outcome }: Operation): string {
  return `${describeInput(input)} → ${describeOutcome(outcome)}`;
}

function drawn(operation: Operation, description: string): DrawnOperation {
  const { index, node, process, outcome, invokedAtNs, completedAtNs } = operation;
  return {
    ...{ index, node, process, description },
    outcome: outcome.type,
    start: invokedAtNs / 1e9,
    ...(completedAtNs === undefined ? {} : { end: completedAtNs / 1e9 }),
  };
}
