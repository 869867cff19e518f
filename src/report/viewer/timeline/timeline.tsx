import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { faultBands } from "../data/fault-bands.js";
import type { PlacedFinding } from "../data/findings.js";
import { count } from "../data/format.js";
import type { Report } from "../data/load.js";
import { countMatching, matching } from "../view/filter.js";
import { usePalette } from "../view/theme.js";
import { pan, useView, type View, type ViewStore, zoom } from "../view/view-state.js";
import { draw, type Scene, secondsAt } from "./draw.js";
import { Filters } from "./filters.js";
import { operationAt } from "./hit.js";
import { layOut } from "./layout.js";
import { OperationDetails, OperationSummary, useOperation } from "./operation-details.js";
import { rankRow } from "./ranks.js";
import { indexRows } from "./rows.js";
import { WindowTable } from "./window-table.js";

interface Props {
  readonly report: Report;
  readonly store: ViewStore;
  readonly findings: readonly PlacedFinding[];
}

/** All operations on one time axis: drawn on a canvas, since no page holds so many elements. */
export function Timeline({ report, store, findings }: Props) {
  const { filter } = useView(store);
  const mask = useMemo(() => matching(report.columns, filter), [report, filter]);
  const matches = useMemo(() => countMatching(mask), [mask]);
  const { total, shown } = report.data.operations;
  return (
    <section id="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      <p class="lead">
        Every operation from its invocation to its answer, a row for each client thread. Drag to
        move, scroll to zoom once the drawing is clicked, click a bar to keep its details.
      </p>
      {shown < total && (
        <p class="notice">
          Only {count(shown)} of {count(total)} operations are drawn: the earliest, and those that a
          finding names. The history has them all.
        </p>
      )}
      <Filters report={report} store={store} findings={findings} matches={matches} />
      <Drawing report={report} store={store} findings={findings} mask={mask} />
      <Legend />
      <Pinned report={report} store={store} />
      <WindowTable report={report} store={store} mask={mask} />
    </section>
  );
}

interface Pointer {
  readonly x: number;
  readonly y: number;
  readonly position: number;
}

function Drawing({ report, store, findings, mask }: Props & { readonly mask: Uint8Array }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const palette = usePalette();
  const view = useView(store);
  const width = useWidth(frame);
  const [pointer, setPointer] = useState<Pointer>();
  const { columns, data, duration } = report;

  const index = useMemo(
    () =>
      indexRows(columns, {
        concurrency: data.header.concurrency,
        nodes: data.header.cluster.nodes,
        duration,
      }),
    [report],
  );
  const bands = useMemo(() => faultBands(report), [report]);
  const layout = useMemo(() => layOut(width, index.rows, bands), [width, index, bands]);
  const ranks = useMemo(
    () => index.rows.map((row) => rankRow(columns, row, mask)),
    [index, columns, mask],
  );
  const scene = useMemo<Scene>(
    () => ({
      ...{ columns, layout, ranks, bands, palette, ...index },
      phases: data.phases.map(({ atNs, phase }) => ({ at: atNs / 1e9, name: phase })),
      marked: findings
        .flatMap(({ operations }) => operations.map(report.positionOf))
        .filter((position) => position >= 0),
    }),
    [columns, layout, ranks, bands, palette, index, data, findings],
  );

  const hovered = pointer?.position;
  useEffect(() => {
    const request = requestAnimationFrame(() => {
      const element = canvas.current;
      const context = element?.getContext("2d");
      if (!element || !context || layout.width === 0) return;
      const scale = devicePixelRatio;
      resize(element, Math.round(layout.width * scale), Math.round(layout.height * scale));
      context.setTransform(scale, 0, 0, scale, 0, 0);
      draw(context, scene, { ...view, ...(hovered === undefined ? {} : { hovered }) });
    });
    return () => {
      cancelAnimationFrame(request);
    };
  }, [scene, view, hovered, layout]);

  const select = useCallback(
    (position: number | undefined) => {
      store.select(position);
    },
    [store],
  );
  usePointer({ frame, store, scene, onHover: setPointer, onSelect: select });

  return (
    <div
      ref={frame}
      class="timeline"
      role="group"
      tabIndex={0}
      aria-label="Timeline of operations. Plus and minus zoom, the arrow keys move, Home shows the whole run, N and P step through the operations, Escape lets go of the chosen one."
      onKeyDown={(event) => {
        if (handleKey(event.key, report, store, mask)) event.preventDefault();
      }}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${count(columns.count)} operations in ${index.rows.length} rows, with ${bands.length} faults as bands`}
        style={{ width: "100%", height: `${layout.height}px` }}
      />
      {pointer && <Tooltip report={report} pointer={pointer} width={width} />}
    </div>
  );
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  // Setting either clears the canvas and costs a new surface, even to the same value.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

function useWidth(frame: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth);
    });
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => {
      observer.disconnect();
    };
  }, [frame]);
  return width;
}

interface PointerWiring {
  readonly frame: { current: HTMLElement | null };
  readonly store: ViewStore;
  readonly scene: Scene;
  readonly onHover: (pointer: Pointer | undefined) => void;
  readonly onSelect: (position: number | undefined) => void;
}

/** Further than this a press is a drag and no click. */
const dragThreshold = 4;

function usePointer({ frame, store, scene, onHover, onSelect }: PointerWiring): void {
  const latest = useRef({ scene, onHover, onSelect });
  latest.current = { scene, onHover, onSelect };

  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let press: { x: number; view: View; isDrag: boolean } | undefined;
    const pointOf = (event: MouseEvent) => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const wiring = new AbortController();
    const { signal } = wiring;

    element.addEventListener(
      "wheel",
      (event) => {
        const { layout } = latest.current.scene;
        const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
        // A page that is scrolled past the drawing must not get stuck in it.
        if (!event.ctrlKey && !isSideways && document.activeElement !== element) return;
        event.preventDefault();
        latest.current.onHover(undefined);
        const delta = event.deltaY === 0 ? event.deltaX : event.deltaY;
        if (isSideways) {
          pan(store, (event.deltaX === 0 ? event.deltaY : event.deltaX) / 1000);
        } else {
          const around = secondsAt(layout, store.get(), pointOf(event).x);
          zoom(store, Math.exp(Math.max(-200, Math.min(200, delta)) * 0.002), around);
        }
      },
      { passive: false, signal },
    );
    element.addEventListener(
      "pointerdown",
      (event) => {
        if (event.button !== 0) return;
        press = { x: event.clientX, view: store.get(), isDrag: false };
        element.setPointerCapture(event.pointerId);
      },
      { signal },
    );
    element.addEventListener(
      "pointermove",
      (event) => {
        const { layout } = latest.current.scene;
        if (!press) {
          const point = pointOf(event);
          const position = operationAt(latest.current.scene, store.get(), point);
          latest.current.onHover(position === undefined ? undefined : { ...point, position });
          return;
        }
        const moved = event.clientX - press.x;
        if (!press.isDrag && Math.abs(moved) < dragThreshold) return;
        press.isDrag = true;
        latest.current.onHover(undefined);
        const { from, to } = press.view;
        const seconds = (moved / (layout.right - layout.left)) * (to - from);
        store.set({ from: from - seconds, to: to - seconds });
      },
      { signal },
    );
    element.addEventListener(
      "pointerup",
      (event) => {
        if (press && !press.isDrag) {
          const { scene: seen } = latest.current;
          latest.current.onSelect(operationAt(seen, store.get(), pointOf(event)));
        }
        press = undefined;
      },
      { signal },
    );
    element.addEventListener(
      "pointercancel",
      () => {
        press = undefined;
      },
      { signal },
    );
    element.addEventListener(
      "pointerleave",
      () => {
        latest.current.onHover(undefined);
      },
      { signal },
    );
    return () => {
      wiring.abort();
    };
  }, [frame, store]);
}

/** True where the key meant something. */
function handleKey(key: string, report: Report, store: ViewStore, mask: Uint8Array): boolean {
  switch (key) {
    case "+":
    case "=":
      zoom(store, 0.5);
      return true;
    case "-":
      zoom(store, 2);
      return true;
    case "ArrowLeft":
      pan(store, -0.2);
      return true;
    case "ArrowRight":
      pan(store, 0.2);
      return true;
    case "Home":
    case "0":
      store.set({ from: 0, to: store.duration });
      return true;
    case "n":
      step(report, store, mask, 1);
      return true;
    case "p":
      step(report, store, mask, -1);
      return true;
    case "Escape":
      store.select(undefined);
      return true;
    default:
      return false;
  }
}

/** Chooses the next or the previous operation that the filter lets through, and shows it. */
function step(report: Report, store: ViewStore, mask: Uint8Array, by: 1 | -1): void {
  const { from, to, selected } = store.get();
  const { start, count: total } = report.columns;
  const isCandidate = (position: number) => mask[position] === 1;
  let position = selected ?? start.findIndex((at, place) => at >= from && isCandidate(place)) - by;
  do position += by;
  while (position >= 0 && position < total && !isCandidate(position));
  if (position < 0 || position >= total) return;
  store.select(position);
  const at = start[position] ?? 0;
  if (at < from || at > to) {
    const half = (to - from) / 2;
    store.set({ from: at - half, to: at + half });
  }
}

function Tooltip({ report, pointer, width }: { report: Report; pointer: Pointer; width: number }) {
  const operation = useOperation(report, pointer.position);
  if (!operation) return null;
  const isRight = pointer.x > width / 2;
  return (
    <div
      class="tooltip"
      style={{
        top: `${pointer.y + 16}px`,
        ...(isRight ? { right: `${width - pointer.x + 12}px` } : { left: `${pointer.x + 12}px` }),
      }}
    >
      <OperationSummary operation={operation} />
    </div>
  );
}

function Pinned({ report, store }: { report: Report; store: ViewStore }) {
  const { selected } = useView(store);
  const operation = useOperation(report, selected);
  return (
    <div class="pinned" aria-live="polite">
      {operation && selected !== undefined && (
        <div class="card">
          <div class="card-head">
            <h3>The operation chosen</h3>
            <button
              type="button"
              onClick={() => {
                store.select(undefined);
              }}
            >
              Close
            </button>
          </div>
          <OperationDetails operation={operation} />
        </div>
      )}
    </div>
  );
}

function Legend() {
  return (
    <ul class="legend">
      <li>
        <span class="swatch ok" aria-hidden="true" /> ok: it happened
      </li>
      <li>
        <span class="swatch fail" aria-hidden="true" /> fail: it certainly did not
      </li>
      <li>
        <span class="swatch info" aria-hidden="true" /> info: nobody knows, it may still take effect
      </li>
      <li>
        <span class="swatch fault" aria-hidden="true" /> shaded rows: the node is under a fault
      </li>
      <li>dashed lines: healing begins, then the final reads, then the end</li>
    </ul>
  );
}
