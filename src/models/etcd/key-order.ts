const withoutSurrogatesAndAbove = /^[\0-\ud7ff]*$/;

/** Orders keys and values as etcd does: by the bytes of their UTF-8. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (withoutSurrogatesAndAbove.test(a) && withoutSurrogatesAndAbove.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A key, or the keys from `key` to before `rangeEnd`. */
export interface Keys {
  readonly key: string;
  readonly rangeEnd?: string;
}

/** No end, or an empty one: the key alone. The end "\0": all from `key` on. */
export function isAmong({ key, rangeEnd = "" }: Keys, candidate: string): boolean {
  if (rangeEnd === "") return candidate === key;
  if (compareText(candidate, key) < 0) return false;
  return rangeEnd === "\0" || compareText(candidate, rangeEnd) < 0;
}
