import { useEffect, useState } from "preact/hooks";

/** Colours that canvases need as values. Read from the style sheet, which alone defines them. */
export interface Palette {
  readonly text: string;
  readonly soft: string;
  readonly line: string;
  readonly surface: string;
  readonly ok: string;
  readonly fail: string;
  readonly info: string;
  readonly onBar: string;
  readonly faint: string;
  readonly mark: string;
  /** One for each kind of fault, in turn. */
  readonly faults: readonly string[];
  readonly p50: string;
  readonly p95: string;
  readonly p99: string;
}

const darkQuery = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

darkQuery.addEventListener("change", announce);

export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? darkQuery.matches : chosen === "dark";
}

export function toggleTheme(): void {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  announce();
}

/** The colours of the theme in force; a new object whenever it changes. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => {
    const read = () => {
      setPalette(readPalette());
    };
    listeners.add(read);
    return () => {
      listeners.delete(read);
    };
  }, []);
  return palette;
}

function announce(): void {
  for (const listener of listeners) listener();
}

function readPalette(): Palette {
  // The variables hold a colour for each theme; only a real property resolves to one of them.
  const probe = document.createElement("span");
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`;
    return style.color;
  };
  const palette = {
    text: colour("text"),
    soft: colour("soft"),
    line: colour("line"),
    surface: colour("surface"),
    ok: colour("ok"),
    fail: colour("fail"),
    info: colour("info"),
    onBar: colour("on-bar"),
    faint: colour("faint"),
    mark: colour("mark"),
    faults: [1, 2, 3, 4, 5, 6].map((number) => colour(`fault-${number}`)),
    p50: colour("p50"),
    p95: colour("p95"),
    p99: colour("p99"),
  };
  probe.remove();
  return palette;
}
