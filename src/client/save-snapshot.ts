import { RequestError } from "../core/client.js";
import type { OneRpc } from "./one-rpc.js";

const dataLoss = 15;

interface Piece {
  readonly bytes: Uint8Array;
  /** So many are still to come. */
  readonly remaining: number;
}

/** A stream that ends in order and too early is no snapshot: then, too, this rejects with RequestError. */
export async function saveSnapshot(
  rpc: OneRpc,
  node: string,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  let remaining: number | undefined;
  await rpc.answers(
    "Maintenance",
    "Snapshot",
    {},
    ({ blob, remaining_bytes }): Piece => ({ bytes: blob, remaining: Number(remaining_bytes) }),
    (piece) => {
      remaining = piece.remaining;
      take(piece.bytes);
    },
  );
  if (remaining === 0) return;
  const details = `the snapshot ended with ${remaining ?? "all"} bytes still to come`;
  throw new RequestError({ code: dataLoss, details, peer: node, sent: true });
}
