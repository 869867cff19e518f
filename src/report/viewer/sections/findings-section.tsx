import { useMemo, useState } from "preact/hooks";
import type { Counterexample } from "../../../core/checker.js";
import { faultBands } from "../data/fault-bands.js";
import type { PlacedFinding } from "../data/findings.js";
import { count, moment, plural, span } from "../data/format.js";
import type { Report } from "../data/load.js";
import { CounterexampleDrawing } from "../drawing/counterexample-drawing.js";
import {
  type DrawnOperation,
  describeOperation,
  drawnOperations,
} from "../drawing/drawn-operation.js";
import { goTo } from "../view/go-to.js";
import { everything, type ViewStore } from "../view/view-state.js";
import { Attempts } from "./attempts.js";
import { Outcome } from "./outcome.js";

interface Props {
  readonly report: Report;
  readonly findings: readonly PlacedFinding[];
  readonly store: ViewStore;
}

/** So many are drawn at once; of the others there is the sentence, and the rest on demand. */
const openAtFirst = 3;

/** More bars than this explain nothing. */
const maxDrawn = 24;

export function FindingsSection({ report, findings, store }: Props) {
  if (findings.length === 0) return null;
  const isInvalid = report.data.verdict.validity === "invalid";
  return (
    <section id="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">{isInvalid ? "What went wrong" : "What the checkers found"}</h2>
      {findings.length > 1 && (
        <p class="lead">{plural(findings.length, "finding")}, the most serious first.</p>
      )}
      {findings.map((placed, number) => (
        <FindingCard
          key={placed.id}
          report={report}
          placed={placed}
          store={store}
          number={number}
          isOpen={number < openAtFirst}
        />
      ))}
    </section>
  );
}

function FindingCard({
  report,
  placed,
  store,
  number,
  isOpen,
}: {
  report: Report;
  placed: PlacedFinding;
  store: ViewStore;
  number: number;
  isOpen: boolean;
}) {
  const [open, setOpen] = useState(isOpen);
  const { finding, checker, id } = placed;
  return (
    <article id={id} class="finding" aria-labelledby={`${id}-title`}>
      <p class="kicker">
        Finding {number + 1} · {checker}
        {finding.counterexample ? ` · ${finding.counterexample.subject}` : ""}
      </p>
      <h3 id={`${id}-title`}>{finding.message}</h3>
      {open ? (
        <FindingBody name={`Finding ${number + 1}`} report={report} placed={placed} store={store} />
      ) : (
        <button
          type="button"
          onClick={() => {
            setOpen(true);
          }}
        >
          Show the evidence
        </button>
      )}
    </article>
  );
}

function FindingBody({
  name,
  report,
  placed,
  store,
}: {
  name: string;
  report: Report;
  placed: PlacedFinding;
  store: ViewStore;
}) {
  const { finding, window } = placed;
  const { explanation = [], counterexample } = finding;
  const [hovered, setHovered] = useState<number>();
  const [chosen, setChosen] = useState<number>();
  const bands = useMemo(() => faultBands(report), [report]);
  const operations = useMemo(() => drawnOperations(report.data, finding), [report, finding]);
  const drawn = operations.slice(0, maxDrawn);
  const total = operations.length + (counterexample?.operationsLeftOut ?? 0);
  const choose = (index: number) => {
    setChosen(index);
    const position = report.positionOf(index);
    if (position >= 0) store.select(position);
  };
  const show = () => {
    if (window) store.set({ ...window, filter: everything });
    goTo("timeline");
  };
  return (
    <>
      {explanation.length > 0 && (
        <ol class="steps">
          {explanation.map((step, number) => (
            <li key={number}>{step}</li>
          ))}
        </ol>
      )}
      {drawn.length > 0 && (
        <>
          <CounterexampleDrawing
            label={`${name}: drawing of its operations`}
            operations={drawn}
            bands={bands}
            chosen={chosen}
            hovered={hovered}
            farthest={counterexample?.attempts?.shown[0]}
            onHover={setHovered}
            onChoose={choose}
          />
          {drawn.length < total && (
            <p class="soft">
              The first {count(drawn.length)} of {count(total)} operations are drawn.
            </p>
          )}
          <OperationTable
            label={`${name}: table of its operations`}
            operations={operations}
            hovered={hovered}
            onHover={setHovered}
            onChoose={choose}
          />
          {window && (
            <p class="after">
              <button type="button" onClick={show}>
                Show in the timeline ({moment(window.from)} to {moment(window.to)})
              </button>
            </p>
          )}
        </>
      )}
      {counterexample && <Attempts counterexample={counterexample} />}
      {counterexample && <Search name={name} report={report} counterexample={counterexample} />}
    </>
  );
}

function OperationTable({
  label,
  operations,
  hovered,
  onHover,
  onChoose,
}: {
  label: string;
  operations: readonly DrawnOperation[];
  hovered: number | undefined;
  onHover: (index: number | undefined) => void;
  onChoose: (index: number) => void;
}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="operations">
        <thead>
          <tr>
            <th scope="col" class="number">
              Event
            </th>
            <th scope="col">Operation</th>
            <th scope="col">Outcome</th>
            <th scope="col">Node</th>
            <th scope="col" class="number">
              Process
            </th>
            <th scope="col" class="number">
              Invoked
            </th>
            <th scope="col" class="number">
              Completed
            </th>
            <th scope="col" class="number">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {operations.map(({ index, description, outcome, node, process, start, end }) => (
            <tr
              key={index}
              class={hovered === index ? "marked" : ""}
              onMouseEnter={() => {
                onHover(index);
              }}
              onMouseLeave={() => {
                onHover(undefined);
              }}
            >
              <td class="number">
                <button
                  type="button"
                  class="link"
                  aria-label={`Details of event ${index}`}
                  onClick={() => {
                    onChoose(index);
                    goTo("timeline");
                  }}
                >
                  {index}
                </button>
              </td>
              <td class="mono">{description}</td>
              <td>
                <Outcome outcome={outcome} />
              </td>
              <td>{node}</td>
              <td class="number">{process}</td>
              <td class="number">{moment(start)}</td>
              <td class="number">{end === undefined ? "never" : moment(end)}</td>
              <td class="number">{end === undefined ? "–" : span(end - start)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Steps of the order found that are shown at once: the last are where it got stuck. */
const lastSteps = 10;

/** How far the search came, and why it came no further. */
function Search({
  name,
  report,
  counterexample,
}: {
  name: string;
  report: Report;
  counterexample: Counterexample;
}) {
  const { linearizablePrefix, stuck, stepsLeftOut = 0 } = counterexample;
  const [isWhole, setIsWhole] = useState(false);
  if (linearizablePrefix.length === 0 && stuck.length === 0) return null;
  const hidden = isWhole ? 0 : Math.max(0, linearizablePrefix.length - lastSteps);
  const steps = linearizablePrefix.slice(hidden);
  return (
    <div class="search">
      <h4>How far an order exists</h4>
      <p class="note">
        The search tried to put the operations on {counterexample.subject} into an order that agrees
        with their times and their answers. The longest one that it found has{" "}
        {plural(stepsLeftOut + linearizablePrefix.length, "operation")}
        {stepsLeftOut + hidden > 0 ? `; these are the last ${steps.length}` : ""}.
      </p>
      {steps.length > 0 && (
        <div
          class="scroll"
          tabIndex={0}
          role="region"
          aria-label={`${name}: the longest order found`}
        >
          <table class="operations">
            <thead>
              <tr>
                <th scope="col" class="number">
                  Step
                </th>
                <th scope="col" class="number">
                  Event
                </th>
                <th scope="col">Operation</th>
                <th scope="col">State after it</th>
              </tr>
            </thead>
            <tbody>
              {steps.map(({ index, description, state }, number) => (
                <tr key={index}>
                  <td class="number">{stepsLeftOut + hidden + number + 1}</td>
                  <td class="number">{index}</td>
                  <td class="mono">{description}</td>
                  <td class="mono">{state}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hidden > 0 && (
        <p class="after">
          <button
            type="button"
            onClick={() => {
              setIsWhole(true);
            }}
          >
            Show {stepsLeftOut > 0 ? "the last" : "all"} {count(linearizablePrefix.length)} steps
          </button>
        </p>
      )}
      {stuck.length > 0 && (
        <>
          <h4>Why nothing can come next</h4>
          <ul class="stuck">
            {stuck.map(({ index, reason }) => {
              const operation = report.data.named[String(index)];
              return (
                <li key={index}>
                  {operation && <span class="mono">{describeOperation(operation)}</span>}{" "}
                  <span class="soft">(event {index})</span>
                  <br />
                  {reason}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </div>
  );
}
