import { createHash } from "node:crypto";
import { type KeyValue, RequestError } from "../core/client.js";
import type { MemberContents, MemberPage } from "../core/history.js";
import type { PatientClient } from "./patient-client.js";

/** A page is one answer, small enough to come in time. */
const keysOfPage = 500;
/** What is beyond is kept as a digest of each page, or the history would be made of nothing else. */
const mostKeys = 10_000;
const mostCharacters = 4 * 2 ** 20;

/** A member's whole key space at a revision, by serializable reads; the error where one is refused. */
export async function readContents(
  client: PatientClient,
  revision: number,
): Promise<MemberContents | RequestError> {
  const pages: MemberPage[] = [];
  let keys = 0;
  let characters = 0;
  for (let from = "\0"; ;) {
    const request = { key: from, rangeEnd: "\0", revision, serializable: true, limit: keysOfPage };
    const answer = await client.ask((member) => member.range(request));
    if (answer instanceof RequestError) return answer;
    const { kvs, more } = answer;
    const last = kvs.at(-1);
    if (!last) return { keys, pages };
    const text = JSON.stringify(kvs);
    keys += kvs.length;
    characters += text.length;
    pages.push(pageOf(kvs, text, keys <= mostKeys && characters <= mostCharacters));
    if (!more) return { keys, pages };
    from = `${last.key}\0`;
  }
}

function pageOf(entries: readonly KeyValue[], text: string, isKept: boolean): MemberPage {
  return {
    from: entries[0]?.key ?? "",
    keys: entries.length,
    digest: createHash("sha256").update(text).digest("hex"),
    ...(isKept && { entries }),
  };
}
