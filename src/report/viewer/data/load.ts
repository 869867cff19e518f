import type { Operation } from "../../../core/operation.js";
import { type Columns, unpackColumns } from "../../columns.js";
import { embedding, type ReportData } from "../../report-data.js";

/** Everything that the page shows. */
export interface Report {
  readonly data: ReportData;
  readonly columns: Columns;
  /** The length of the run in seconds. */
  readonly duration: number;
  /** Position in the columns of the operation with this invocation index; -1 for none. */
  readonly positionOf: (index: number) => number;
  /** Everything about the operation at a position of the columns. */
  readonly details: (position: number) => Promise<Operation | undefined>;
}

export async function loadReport(): Promise<Report> {
  const data = JSON.parse(textOf(embedding.data)) as ReportData;
  const columns = unpackColumns(data.columns, await unpack(textOf(embedding.columns)));
  return {
    data,
    columns,
    duration: Math.max(data.endNs / 1e9, 0.001),
    positionOf: (index) => positionOf(columns.index, index),
    details: detailsReader(data.operations.perDetailsChunk),
  };
}

function textOf(id: string): string {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page lacks its data (${id}): it was cut short`);
  return element.textContent;
}

async function unpack(base64: string): Promise<Uint8Array> {
  const text = atob(base64);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function positionOf(indexes: Float64Array, index: number): number {
  let low = 0;
  let high = indexes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = indexes[middle] ?? 0;
    if (found === index) return middle;
    if (found < index) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Keeps the chunks that were unpacked last: people look at neighbours. */
function detailsReader(perChunk: number): Report["details"] {
  const kept = new Map<number, Promise<readonly string[]>>();
  const maxKept = 8;

  function chunk(number: number): Promise<readonly string[]> {
    const known = kept.get(number);
    if (known) return known;
    const lines = unpack(textOf(`${embedding.details}${number}`)).then((bytes) =>
      new TextDecoder().decode(bytes).split("\n"),
    );
    kept.set(number, lines);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return lines;
  }

  return async (position) => {
    const lines = await chunk(Math.floor(position / perChunk));
    const line = lines[position % perChunk];
    return line === undefined ? undefined : (JSON.parse(line) as Operation);
  };
}
