import { useEffect, useState } from "preact/hooks";
import type { Operation } from "../../../core/operation.js";
import { describeInput, describeOutcome } from "../../describe.js";
import { count, momentOfNs, span } from "../data/format.js";
import type { Report } from "../data/load.js";
import { Outcome } from "../sections/outcome.js";
import { useView, type ViewStore } from "../view/view-state.js";

const maxRows = 200;

interface Props {
  readonly report: Report;
  readonly store: ViewStore;
  readonly mask: Uint8Array;
}

/** What the drawing shows, in words: for those who read rather than look, and for copying. */
export function WindowTable({ report, store, mask }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      class="window"
      onToggle={({ currentTarget }) => {
        setIsOpen(currentTarget.open);
      }}
    >
      <summary>The operations in view as a table</summary>
      {isOpen && <Rows report={report} store={store} mask={mask} />}
    </details>
  );
}

interface Listing {
  readonly rows: readonly { readonly position: number; readonly operation: Operation }[];
  readonly total: number;
}

function Rows({ report, store, mask }: Props) {
  const { from, to } = useView(store);
  const [listing, setListing] = useState<Listing>({ rows: [], total: 0 });
  useEffect(() => {
    let isWanted = true;
    // The view changes with every frame of a drag; the table waits until it rests.
    const timer = setTimeout(() => {
      void list(report, mask, from, to).then((found) => {
        if (isWanted) setListing(found);
      });
    }, 120);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [report, mask, from, to]);

  return (
    <>
      {listing.total > listing.rows.length && (
        <p class="soft">
          The first {count(listing.rows.length)} of {count(listing.total)}: zoom in or filter for
          the others.
        </p>
      )}
      <div class="scroll" tabIndex={0} role="region" aria-label="Operations in view">
        <table class="operations">
          <thead>
            <tr>
              <th scope="col" class="number">
                Invoked
              </th>
              <th scope="col" class="number">
                Took
              </th>
              <th scope="col">Node</th>
              <th scope="col" class="number">
                Process
              </th>
              <th scope="col">Operation</th>
              <th scope="col">Outcome</th>
            </tr>
          </thead>
          <tbody>
            {listing.rows.map(({ position, operation }) => (
              <tr key={position}>
                <td class="number">
                  <button
                    type="button"
                    class="link"
                    onClick={() => {
                      store.select(position);
                    }}
                  >
                    {momentOfNs(operation.invokedAtNs)}
                  </button>
                </td>
                <td class="number">
                  {operation.completedAtNs === undefined
                    ? "–"
                    : span((operation.completedAtNs - operation.invokedAtNs) / 1e9)}
                </td>
                <td>{operation.node}</td>
                <td class="number">{operation.process}</td>
                <td class="mono">{describeInput(operation.input)}</td>
                <td>
                  <Outcome outcome={operation.outcome.type} /> {describeOutcome(operation.outcome)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

async function list(
  { columns, details }: Report,
  mask: Uint8Array,
  from: number,
  to: number,
): Promise<Listing> {
  const positions: number[] = [];
  let total = 0;
  for (let i = 0; i < columns.count; i++) {
    const end = columns.end[i] ?? NaN;
    if (mask[i] !== 1 || (columns.start[i] ?? 0) > to || end < from) continue;
    total++;
    if (positions.length < maxRows) positions.push(i);
  }
  const rows = await Promise.all(
    positions.map(async (position) => ({ position, operation: await details(position) })),
  );
  return {
    total,
    rows: rows.flatMap(({ position, operation }) => (operation ? [{ position, operation }] : [])),
  };
}
