import type { PlacedFinding } from "../data/findings.js";
import { count, moment } from "../data/format.js";
import type { Report } from "../data/load.js";
import { everything, type Filter, pan, useView, type ViewStore, zoom } from "../view/view-state.js";

interface Props {
  readonly report: Report;
  readonly store: ViewStore;
  readonly findings: readonly PlacedFinding[];
  readonly matches: number;
}

/** Choosers above the timeline, and what they leave. */
export function Filters({ report, store, findings, matches }: Props) {
  const { filter, from, to } = useView(store);
  const { columns } = report;
  const isFiltered = Object.values(filter).some((wanted) => wanted !== "");
  const set = (change: Partial<Filter>) => {
    store.set({ filter: { ...filter, ...change } });
  };
  return (
    <div class="filters">
      <div class="fields">
        <div class="field wide">
          <label for="filter-key">Key</label>
          <input
            id="filter-key"
            type="search"
            list="known-keys"
            value={filter.key}
            placeholder="any"
            onInput={({ currentTarget }) => {
              set({ key: currentTarget.value });
            }}
          />
          <datalist id="known-keys">
            {columns.keys.slice(0, 500).map((key) => (
              <option key={key} value={key} />
            ))}
          </datalist>
        </div>
        <div class="field">
          <label for="filter-process">Process</label>
          <input
            id="filter-process"
            type="search"
            inputMode="numeric"
            size={6}
            value={filter.process}
            placeholder="any"
            onInput={({ currentTarget }) => {
              set({ process: currentTarget.value.replace(/\D/g, "") });
            }}
          />
        </div>
        <Chooser
          name="Node"
          value={filter.node}
          choices={columns.nodes.toSorted()}
          onChoose={(node) => {
            set({ node });
          }}
        />
        <Chooser
          name="Kind"
          value={filter.kind}
          choices={columns.kinds}
          onChoose={(kind) => {
            set({ kind });
          }}
        />
        <Chooser
          name="Outcome"
          value={filter.outcome}
          choices={["ok", "fail", "info"]}
          onChoose={(outcome) => {
            set({ outcome });
          }}
        />
        {findings.some(({ window }) => window) && (
          <div class="field wide">
            <label for="go-to-finding">Go to</label>
            <select
              id="go-to-finding"
              value=""
              onChange={({ currentTarget }) => {
                const wanted = findings.find(({ id }) => id === currentTarget.value);
                if (wanted?.window) store.set({ ...wanted.window, filter: everything });
                currentTarget.value = "";
              }}
            >
              <option value="">a finding…</option>
              {findings.map(({ id, checker, finding, window }, number) =>
                window ? (
                  <option key={id} value={id}>
                    {number + 1}. {checker}: {finding.message.slice(0, 70)}
                  </option>
                ) : null,
              )}
            </select>
          </div>
        )}
      </div>
      <div class="tools">
        <p class="status" role="status">
          {isFiltered
            ? `${count(matches)} of ${count(columns.count)} operations match`
            : `${count(columns.count)} operations`}{" "}
          · showing {moment(from)} to {moment(to)}
        </p>
        {isFiltered && (
          <button
            type="button"
            onClick={() => {
              store.set({ filter: everything });
            }}
          >
            Clear filters
          </button>
        )}
        <div class="buttons" role="group" aria-label="Zoom">
          <button
            type="button"
            aria-label="Earlier"
            onClick={() => {
              pan(store, -0.4);
            }}
          >
            ←
          </button>
          <button
            type="button"
            aria-label="Later"
            onClick={() => {
              pan(store, 0.4);
            }}
          >
            →
          </button>
          <button
            type="button"
            aria-label="Zoom in"
            onClick={() => {
              zoom(store, 0.5);
            }}
          >
            +
          </button>
          <button
            type="button"
            aria-label="Zoom out"
            onClick={() => {
              zoom(store, 2);
            }}
          >
            −
          </button>
          <button
            type="button"
            onClick={() => {
              store.set({ from: 0, to: store.duration });
            }}
          >
            Whole run
          </button>
        </div>
      </div>
    </div>
  );
}

function Chooser({
  name,
  value,
  choices,
  onChoose,
}: {
  name: string;
  value: string;
  choices: readonly string[];
  onChoose: (choice: string) => void;
}) {
  return (
    <div class="field">
      <label for={`filter-${name}`}>{name}</label>
      <select
        id={`filter-${name}`}
        value={value}
        onChange={({ currentTarget }) => {
          onChoose(currentTarget.value);
        }}
      >
        <option value="">any</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </div>
  );
}
