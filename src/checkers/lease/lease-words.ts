import { momentOf, who } from "../words.js";
import type { Assurance, Ending } from "./lease-stories.js";
import type { LeaseOperation } from "./lease-operation.js";

/** "lease 12 was over by 7.250 s: process 3 on n1 had revoked it". */
export function endingInWords({ how, by, put }: Ending, lease: string): string {
  const over = `lease ${lease} was over by ${answeredAt(by)}: ${who(by)}`;
  switch (how) {
    case "revoked":
      return `${over} had revoked it`;
    case "unknown to a put":
      return `${over} was told so by a refused put`;
    case "unknown to a revocation":
      return `${over} was told so when it wanted to revoke it`;
    case "key gone":
      return `${over} did not find ${put?.input.key ?? "its key"}, which nobody else had touched since it was attached at ${answeredAt(put)}`;
  }
}

/** The operations behind it, in the order to read them. */
export function endingOperations({ by, put }: Ending): LeaseOperation[] {
  return put ? [put, by] : [by];
}

/** "process 3 on n1 was told at 4.020 s that it lives 30 s from 4.000 s on". */
export function assuranceInWords({ operation, ttl }: Assurance): string {
  const from = momentOf(operation.invokedAtNs);
  return `${who(operation)} was told at ${answeredAt(operation)} that it lives ${ttl} s from ${from} on`;
}

/** "process 3 on n1, which asked at 8.010 s, found lease/1/4". */
export function findInWords(read: LeaseOperation, key: string): string {
  return `${who(read)}, which asked at ${momentOf(read.invokedAtNs)}, found ${key}`;
}

export function answeredAt(operation: LeaseOperation | undefined): string {
  return momentOf(operation?.completedAtNs ?? 0);
}
