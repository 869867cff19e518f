export type Interner = (text: string) => string;

const most = 10_000;

/**
 * The same few names, keys and messages come a million times: they are kept once. `copied` is what
 * is kept of a text that was not known.
 */
export function internTexts(copied: (text: string) => string = (text) => text): Interner {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    // Bounded, since messages with figures in them are all different, and begun anew when it is
    // full, since keys come and go.
    if (known.size >= most) known.clear();
    const kept = copied(text);
    known.set(kept, kept);
    return kept;
  };
}

/** The same for what is cut out of a longer text: a cutting of a few letters would keep all of it. */
export function internCuttings(): Interner {
  return internTexts(apart);
}

/** By way of bytes: whatever else makes a text of a text may refer to the first. */
function apart(text: string): string {
  const short = Buffer.from(text, "latin1").toString("latin1");
  return short === text ? short : Buffer.from(text, "utf16le").toString("utf16le");
}
