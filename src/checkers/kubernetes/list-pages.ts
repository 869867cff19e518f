import { who } from "../words.js";
import type { RecordedList } from "./client-views.js";
import type { KubernetesOperation, Page } from "./kubernetes-operation.js";
import type { Trouble } from "./trouble.js";

/** What is wrong with the pages of a list by themselves. */
export function* listPages(list: RecordedList): Generator<Trouble> {
  let before: { readonly operation: KubernetesOperation; readonly page: Page } | undefined;
  for (const { operation, page } of list.pages) {
    const trouble = troubleOf(page, list);
    if (trouble !== undefined)
      yield { message: `${who(operation)} ${trouble}`, operations: [operation] };
    if (before) {
      const left = before.page.count - before.page.kvs.length;
      if (page.count !== left) {
        yield {
          message:
            `${who(operation)} listed on at revision ${list.revision} and was told that ` +
            `${page.count} objects are left, but the page before it had left ${left}`,
          operations: [before.operation, operation],
        };
      }
    }
    before = { operation, page };
  }
}

function troubleOf(page: Page, { revision }: RecordedList): string | undefined {
  const { input, kvs, count, more } = page;
  const listed = `listed ${input.key.replace("\0", "")} at revision ${revision} and was told`;
  const last = kvs.at(-1);
  if (input.limit !== undefined && kvs.length > input.limit) {
    return `${listed} of ${kvs.length} objects, although it asked for ${input.limit} at most`;
  }
  if (more !== count > kvs.length || (more && kvs.length !== input.limit)) {
    return `${listed} of ${kvs.length} objects of ${count}, and that there are ${more ? "" : "no "}more`;
  }
  const outside = kvs.find(({ key }) => key < input.key || key >= input.rangeEnd);
  if (outside) return `${listed} of ${outside.key}, which is not in the range`;
  const unordered = kvs.find(({ key }, at) => at > 0 && key <= (kvs[at - 1]?.key ?? ""));
  if (unordered) return `${listed} of ${unordered.key} after ${last?.key ?? ""} or twice`;
  const wrong = kvs.find(
    (kv) =>
      kv.createRevision > kv.modRevision ||
      (kv.version === 1) !== (kv.createRevision === kv.modRevision),
  );
  if (!wrong) return undefined;
  return (
    `${listed} of ${wrong.key} as created at revision ${wrong.createRevision}, ` +
    `modified at ${wrong.modRevision} and of version ${wrong.version}`
  );
}
