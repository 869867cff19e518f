import { useEffect, useState } from "preact/hooks";

/** What the reader looks at: kept in the URL's hash, so that a link shows the same. */
export interface View {
  /** Seconds since the run began. */
  readonly from: number;
  readonly to: number;
  readonly filter: Filter;
  /** Position in the columns of the operation whose details are shown. */
  readonly selected?: number;
}

/** Empty text lets everything through. */
export interface Filter {
  readonly key: string;
  readonly process: string;
  readonly node: string;
  readonly kind: string;
  readonly outcome: string;
}

const filterNames = ["key", "process", "node", "kind", "outcome"] as const;

export const everything: Filter = { key: "", process: "", node: "", kind: "", outcome: "" };

/** The one view that the timeline and all charts share. */
export interface ViewStore {
  readonly get: () => View;
  readonly set: (change: Partial<View>) => void;
  readonly select: (position: number | undefined) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** The length of the run in seconds. */
  readonly duration: number;
}

/** Nobody needs to see less than this: a microsecond is what times are kept to. */
const narrowest = 20e-6;

export function createViewStore(duration: number, operations: number): ViewStore {
  const listeners = new Set<() => void>();
  let view = fromHash(location.hash, duration, operations);
  let pending: ReturnType<typeof setTimeout> | undefined;

  function change(next: View): void {
    view = next;
    for (const listener of listeners) listener();
    clearTimeout(pending);
    // Browsers limit how often the address may change, and a drag changes the view all the time.
    pending = setTimeout(() => {
      history.replaceState(null, "", toHash(view, duration));
    }, 150);
  }

  addEventListener("hashchange", () => {
    view = fromHash(location.hash, duration, operations);
    for (const listener of listeners) listener();
  });

  return {
    duration,
    get: () => view,
    set: (some) => {
      const { from, to } = clamp({ ...view, ...some }, duration);
      change({ ...view, ...some, from, to });
    },
    select: (position) => {
      const { from, to, filter } = view;
      change({ from, to, filter, ...(position === undefined ? {} : { selected: position }) });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useView(store: ViewStore): View {
  const [view, setView] = useState(store.get());
  useEffect(() => {
    setView(store.get());
    return store.subscribe(() => {
      setView(store.get());
    });
  }, [store]);
  return view;
}

/** Zooms around a moment: a factor below 1 comes closer. */
export function zoom(store: ViewStore, factor: number, around?: number): void {
  const { from, to } = store.get();
  const centre = around ?? (from + to) / 2;
  const length = Math.min(store.duration, Math.max(narrowest, (to - from) * factor));
  const share = (centre - from) / (to - from);
  store.set({ from: centre - share * length, to: centre + (1 - share) * length });
}

/** Moves by a share of what is visible. */
export function pan(store: ViewStore, share: number): void {
  const { from, to } = store.get();
  const by = share * (to - from);
  store.set({ from: from + by, to: to + by });
}

/** Moves a window into the run without changing its length where that is possible. */
function clamp(
  { from, to }: { from: number; to: number },
  duration: number,
): { from: number; to: number } {
  const length = Math.min(duration, Math.max(narrowest, to - from));
  const start = Math.min(Math.max(0, from), duration - length);
  return { from: start, to: start + length };
}

function fromHash(hash: string, duration: number, operations: number): View {
  const words = new URLSearchParams(hash.slice(1));
  const number = (name: string, fallback: number) => {
    const value = Number(words.get(name) ?? NaN);
    return Number.isFinite(value) ? value : fallback;
  };
  const { from, to } = clamp({ from: number("from", 0), to: number("to", duration) }, duration);
  const filter = {
    key: words.get("key") ?? "",
    process: words.get("process") ?? "",
    node: words.get("node") ?? "",
    kind: words.get("kind") ?? "",
    outcome: words.get("outcome") ?? "",
  };
  const selected = number("op", -1);
  const isOperation = Number.isInteger(selected) && selected >= 0 && selected < operations;
  return { from, to, filter, ...(isOperation ? { selected } : {}) };
}

function toHash({ from, to, filter, selected }: View, duration: number): string {
  const words = new URLSearchParams();
  if (from > 0 || to < duration) {
    words.set("from", from.toFixed(6));
    words.set("to", to.toFixed(6));
  }
  for (const name of filterNames) if (filter[name] !== "") words.set(name, filter[name]);
  if (selected !== undefined) words.set("op", String(selected));
  const text = words.toString();
  return text === "" ? location.pathname + location.search : `#${text}`;
}
