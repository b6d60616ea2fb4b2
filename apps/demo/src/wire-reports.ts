// Passes on what crosses a node's sockets: only so much in a second, and in the queue to the demo, for
// strangers decide how much that is.
import type { NodeNews } from './node-messages.ts';

/** News of something that crossed a socket. */
export type WireNews = Extract<
  NodeNews,
  { readonly type: 'datagram' | 'transfer' | 'connected' | 'dataHead' }
>;

/** The most news of a second that is passed on. */
export const maxInSecond = 1000;

/** The most news that may wait for the demo to read it. */
export const maxUnread = 2000;

/** The most bytes that are shown of a message: a longer one is not of a node of ours. */
export const maxBytes = 2048;

const second = 1000;

/** The parts of a node's process that {@link WireReports} use. */
export interface WireReportsOptions {
  /** Passes news on, and calls `onRead` when the demo has read it. */
  readonly send: (news: NodeNews, onRead: () => void) => void;
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** Passes news on within the bounds, and counts what is left out. */
export class WireReports {
  readonly #options: WireReportsOptions;
  #inSecond = 0;
  #unread = 0;
  #omitted = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WireReportsOptions) {
    this.#options = options;
  }

  /** Passes news on, or counts it. */
  add(news: WireNews): void {
    if (!this.#timer) this.#timer = setTimeout(this.#endSecond, second).unref();
    if (this.#inSecond === maxInSecond || this.#unread >= maxUnread) {
      this.#omitted += 1;
      return;
    }
    this.#inSecond += 1;
    this.#send(shortened(news));
  }

  readonly #endSecond = (): void => {
    const message = `${this.#omitted} more messages than can be shown crossed the sockets in a second`;
    if (this.#omitted > 0) this.#send({ type: 'warning', at: this.#options.now(), message });
    this.#inSecond = 0;
    this.#omitted = 0;
    this.#timer = undefined;
  };

  #send(news: NodeNews): void {
    this.#unread += 1;
    this.#options.send(news, () => {
      this.#unread -= 1;
    });
  }
}

function shortened(news: WireNews): WireNews {
  if (!('bytes' in news) || news.bytes === undefined || news.bytes.length <= maxBytes) return news;
  // A copy, so that the whole message can be freed.
  return { ...news, bytes: news.bytes.slice(0, maxBytes) };
}
