import { useEffect, useState } from "preact/hooks";
import type { Operation } from "../../../core/operation.js";
import { describeInput, describeOutcome } from "../../describe.js";
import { exactMomentOfNs, momentOfNs, span } from "../data/format.js";
import type { Report } from "../data/load.js";
import { Outcome } from "../sections/outcome.js";

/** The whole of an operation, once its chunk is unpacked. */
export function useOperation(report: Report, position: number | undefined): Operation | undefined {
  const [shown, setShown] = useState<{ position: number; operation: Operation | undefined }>();
  useEffect(() => {
    if (position === undefined) return undefined;
    let isWanted = true;
    void report.details(position).then((operation) => {
      if (isWanted) setShown({ position, operation });
    });
    return () => {
      isWanted = false;
    };
  }, [report, position]);
  return shown?.position === position ? shown?.operation : undefined;
}

/** A few lines, for beside the pointer. */
export function OperationSummary({ operation }: { operation: Operation }) {
  return (
    <>
      <div class="mono strong">{describeInput(operation.input)}</div>
      <div>
        <Outcome outcome={operation.outcome.type} /> {describeOutcome(operation.outcome)}
      </div>
      <div class="soft">
        {operation.node} · process {operation.process} · {momentOfNs(operation.invokedAtNs)}
        {operation.completedAtNs === undefined
          ? ""
          : ` · took ${span((operation.completedAtNs - operation.invokedAtNs) / 1e9)}`}
      </div>
    </>
  );
}

/** Everything that was recorded of an operation. */
export function OperationDetails({ operation }: { operation: Operation }) {
  const { outcome } = operation;
  const took =
    operation.completedAtNs === undefined
      ? "never answered"
      : span((operation.completedAtNs - operation.invokedAtNs) / 1e9);
  return (
    <dl class="facts">
      <Fact name="Operation">
        <span class="mono strong">{describeInput(operation.input)}</span>
      </Fact>
      <Fact name="Outcome">
        <Outcome outcome={outcome.type} /> {describeOutcome(outcome)}
      </Fact>
      <Fact name="Asked by">
        process {operation.process}, of {operation.node}, in the {operation.phase} phase
      </Fact>
      <Fact name="Invoked">
        {exactMomentOfNs(operation.invokedAtNs)} <span class="soft">(event {operation.index})</span>
      </Fact>
      <Fact name="Completed">
        {exactMomentOfNs(operation.completedAtNs)}{" "}
        <span class="soft">
          {operation.completedIndex === undefined ? "" : `(event ${operation.completedIndex}) `}
        </span>
        · {took}
      </Fact>
      <Json name="Input" value={operation.input} />
      {outcome.type === "ok" ? (
        <>
          <Json name="Output" value={outcome.output} />
          <Json name="Header" value={outcome.header} />
        </>
      ) : (
        <Json name="Error" value={outcome.error} />
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Json({ name, value }: { name: string; value: unknown }) {
  if (value === undefined) return null;
  return (
    <Fact name={name}>
      <code class="wrap">{JSON.stringify(value)}</code>
    </Fact>
  );
}
