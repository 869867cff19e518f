import { useState } from "preact/hooks";

/** Copies a text; where the browser refuses, selects the element that holds it instead. */
export function CopyButton({ text, sourceId }: { text: string; sourceId: string }) {
  const [said, setSaid] = useState("Copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
    } catch {
      select(sourceId);
      setSaid("Selected: press Ctrl+C");
    }
    setTimeout(() => {
      setSaid("Copy");
    }, 2500);
  };
  return (
    <button type="button" aria-live="polite" onClick={() => void copy()}>
      {said}
    </button>
  );
}

function select(id: string): void {
  const element = document.getElementById(id);
  if (element) getSelection()?.selectAllChildren(element);
}
