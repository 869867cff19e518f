import { useId, useState } from "preact/hooks";
import type { Attempt, Counterexample } from "../../../core/checker.js";
import { count, plural } from "../data/format.js";

interface Props {
  readonly counterexample: Counterexample;
}

/** So many are shown at once; the others on demand. */
const openAtFirst = 3;

/** Which orders of the few operations there are, and why none of them accounts for all. */
export function Attempts({ counterexample }: Props) {
  const { attempts, operations } = counterexample;
  const [isWhole, setIsWhole] = useState(false);
  const list = useId();
  if (!attempts) return null;
  const { shown, others, isComplete } = attempts;
  const folded = shown.length - openAtFirst;
  const describe = (index: number) =>
    operations.find((operation) => operation.index === index)?.description ?? `event ${index}`;
  return (
    <div class="search">
      <h4>Which orders were tried</h4>
      <p class="note">
        {shown.length > 0 ? introduction(counterexample) : "There are too many operations to try."}
      </p>
      <ol class={isWhole ? "attempts" : "attempts folded"} id={list}>
        {shown.map((attempt, number) => (
          <AttemptItem key={number} attempt={attempt} describe={describe} />
        ))}
      </ol>
      {others > 0 && (
        <p class="soft">
          {isComplete
            ? `${plural(others, "order")} more, which come no farther.`
            : `More than ${count(others)} others, which leave something out as well.`}
        </p>
      )}
      {folded > 0 && (
        <p class="after">
          <button
            type="button"
            aria-expanded={isWhole}
            aria-controls={list}
            onClick={() => {
              setIsWhole(!isWhole);
            }}
          >
            {isWhole ? "Show fewer orders" : `Show ${plural(folded, "more order")}`}
          </button>
        </p>
      )}
    </div>
  );
}

function introduction({ attempts, operations }: Counterexample): string {
  const { shown = [], others = 0, isComplete } = attempts ?? {};
  const all = shown.length + others;
  const orders =
    all === 1 && isComplete
      ? "There is one order to try, up to where nothing can come next: it"
      : `There are ${isComplete ? "" : "more than "}${plural(all, "order")} to try, each up to where nothing can come next: none`;
  const whole = operations.length === 1 ? "the operation" : `all ${operations.length} operations`;
  return (
    "Every operation must have taken effect at one moment between its call and its answer, so one " +
    `after the other. ${orders} ${all === 1 && isComplete ? "leaves something out" : `has a place for ${whole}`}.`
  );
}

function AttemptItem({
  attempt: { order, blocked },
  describe,
}: {
  attempt: Attempt;
  describe: (index: number) => string;
}) {
  return (
    <li>
      {order.length > 0 && (
        <ol class="order" aria-label="in this order">
          {order.map(({ index, state }) => (
            <li key={index}>
              {describe(index)}
              <span class="state">
                <span class="soft"> then the state is </span>
                {state}
              </span>
            </li>
          ))}
        </ol>
      )}
      <ul class="blocked">
        {blocked.map(({ index, because }) => (
          <li key={index}>{`${because.charAt(0).toUpperCase()}${because.slice(1)}.`}</li>
        ))}
      </ul>
    </li>
  );
}
