const marks = { ok: "●", fail: "✕", info: "?" } as const;

/** An outcome as a mark and a word: never by colour alone. */
export function Outcome({ outcome }: { outcome: "ok" | "fail" | "info" }) {
  return (
    <span class={`outcome ${outcome}`}>
      <span aria-hidden="true">{marks[outcome]}</span> {outcome}
    </span>
  );
}
