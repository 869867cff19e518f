import type { History } from "../../core/history.js";
import type { WatchEvent } from "../../core/client.js";
import { messagesOf } from "../watch/watch-part.js";
import {
  type KubernetesInput,
  type KubernetesOperation,
  type KubernetesOutput,
  type Page,
  pageOf,
  threadOf,
  type WatchInput,
} from "./kubernetes-operation.js";

/** The pages of one list, in order. */
export interface RecordedList {
  readonly prefix: string;
  readonly rangeEnd: string;
  /** The revision at which all pages are to show the objects. */
  readonly revision: number;
  readonly pages: readonly { readonly operation: KubernetesOperation; readonly page: Page }[];
  /** False where its client did not ask for, or did not get, the rest. */
  readonly isWhole: boolean;
}

/** What a client that listed a resource was told by the watches that it went on with. */
export interface RecordedView {
  readonly list: RecordedList;
  readonly watches: readonly RecordedStream[];
}

export interface RecordedStream {
  readonly operation: KubernetesOperation;
  readonly startRevision: number;
  readonly events: readonly WatchEvent[];
  /** All up to it were told of, if all is as it should be. */
  readonly upTo: number;
}

/**
 * All lists and what followed from them, in the order of their first pages. A client's list is a
 * first page without a revision, then what follows the last key at the revision of the first.
 */
export class ClientViews {
  readonly #open = new Map<number, OpenView>();
  readonly #views: OpenView[] = [];
  readonly #concurrency: number;

  constructor({ header }: History<KubernetesInput, KubernetesOutput>) {
    this.#concurrency = header.concurrency;
  }

  get all(): readonly RecordedView[] {
    return this.#views;
  }

  /** In the order of their calls. */
  add(operation: KubernetesOperation): void {
    const { input } = operation;
    if (input.f === "list") this.#addPage(operation);
    else if (input.f === "watch") this.#addWatch(operation, input);
  }

  #addPage(operation: KubernetesOperation): void {
    const thread = threadOf(operation, this.#concurrency);
    const page = pageOf(operation);
    const open = this.#open.get(thread);
    this.#open.delete(thread);
    if (!page) return;
    const { key, rangeEnd, revision: pinned } = page.input;
    if (pinned === undefined) {
      const view = new OpenView({ prefix: key, rangeEnd, revision: page.revision });
      view.list.add(operation, page);
      this.#views.push(view);
      this.#open.set(thread, view);
    } else if (open?.list.isContinuedBy(page) === true) {
      open.list.add(operation, page);
      this.#open.set(thread, open);
    }
  }

  #addWatch(operation: KubernetesOperation, { key, startRevision }: WatchInput): void {
    const open = this.#open.get(threadOf(operation, this.#concurrency));
    if (!open?.list.isWhole || open.list.prefix !== key || open.upTo + 1 !== startRevision) return;
    const messages = messagesOf(operation);
    const events = messages.flatMap((message) => message.events);
    let upTo = startRevision - 1;
    for (const message of messages) {
      if (message.canceled) break;
      const isProgress = !message.created && message.events.length === 0;
      const told = isProgress ? message.revision : 0;
      upTo = Math.max(upTo, told, message.events.at(-1)?.kv.modRevision ?? 0);
    }
    open.watches.push({ operation, startRevision, events, upTo });
    open.upTo = upTo;
  }
}

class OpenView implements RecordedView {
  readonly list: OpenList;
  readonly watches: RecordedStream[] = [];
  upTo: number;

  constructor(of: {
    readonly prefix: string;
    readonly rangeEnd: string;
    readonly revision: number;
  }) {
    this.list = new OpenList(of);
    this.upTo = of.revision;
  }
}

class OpenList implements RecordedList {
  readonly prefix: string;
  readonly rangeEnd: string;
  readonly revision: number;
  readonly pages: { readonly operation: KubernetesOperation; readonly page: Page }[] = [];

  constructor(of: {
    readonly prefix: string;
    readonly rangeEnd: string;
    readonly revision: number;
  }) {
    this.prefix = of.prefix;
    this.rangeEnd = of.rangeEnd;
    this.revision = of.revision;
  }

  get isWhole(): boolean {
    return this.pages.at(-1)?.page.more === false;
  }

  isContinuedBy({ input }: Page): boolean {
    const last = this.pages.at(-1)?.page.kvs.at(-1);
    return last !== undefined && input.revision === this.revision && input.key === `${last.key}\0`;
  }

  add(operation: KubernetesOperation, page: Page): void {
    this.pages.push({ operation, page });
  }
}
