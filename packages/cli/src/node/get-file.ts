// Fetches one file from the peers that offer it: joins the search by UDP with the download over TCP.
import { setTimeout as delay } from 'node:timers/promises';
import { ProtocolError } from '@peerlane/protocol';
import {
  download,
  isDiskError,
  isSpent,
  TransferError,
  type Connect,
  type Download,
  type DownloadOptions,
  type DownloadProgress,
  type PieceHasher,
  type VerifiedDownload,
  type VersionedSource,
} from '@peerlane/tcp-transfer';
import type { Offer } from '@peerlane/udp-node';
import { ContentWatch } from './content-watch.ts';

/** How far a download is, and from how many sources it comes. */
export interface GetProgress extends DownloadProgress {
  readonly sources: number;
}

/** The options of a fetched file. */
export interface GetFileOptions extends Pick<
  DownloadOptions,
  'filename' | 'into' | 'saveAs' | 'signal' | 'existing' | 'limitRate'
> {
  readonly hasher: PieceHasher;
  readonly connect?: Connect;
  /**
   * The root of the content, 64 hexadecimal digits: only peers of version 2 can prove it.
   * @default that of the first offer
   */
  readonly root?: string | undefined;
  readonly onProgress?: ((progress: GetProgress) => void) | undefined;
  /** A peer has other content under the name. */
  readonly onOther: (offer: Offer) => void;
  /** The download from an offer failed. */
  readonly onFailure: (offer: Offer, error: Error) => void;
}

/** A source that remembers its offer. */
interface OfferingSource extends VersionedSource {
  readonly offer: Offer;
}

/**
 * Fetches a file from the peers that offer it, as `download` of `@peerlane/tcp-transfer` does.
 *
 * @param search asks which peers have the file; again if a search is over and something came meanwhile
 * @returns `undefined` if no offer led to a file
 * @throws TransferError `disk`, `no-space`, `exists`; the reason of an aborted `signal`
 */
export async function getFile(
  search: () => AsyncIterator<Offer, undefined>,
  request: GetFileOptions,
): Promise<Download | VerifiedDownload | undefined> {
  const feed = new OfferFeed(search, request.signal);
  const { options, end } = endingInVain(request, feed);
  try {
    do {
      const found = await getFrom(feed, options);
      if (found) return found;
    } while (feed.goesOn);
    return undefined;
  } finally {
    end();
    await feed.close();
  }
}

async function getFrom(
  feed: OfferFeed,
  options: GetFileOptions,
): Promise<Download | VerifiedDownload | undefined> {
  const tried = new Set<string>();
  let searchFailure: unknown;
  const nextOffer = (): Promise<Offer | undefined> =>
    feed.next().catch((error: unknown) => {
      searchFailure = error;
      throw error;
    });
  async function* sources(): AsyncGenerator<OfferingSource> {
    for (let offer = await nextOffer(); offer; offer = await nextOffer()) {
      if (tried.has(offer.peer)) continue;
      tried.add(offer.peer);
      yield { address: offer.address, root: offer.root, version: offer.version, offer };
    }
  }
  try {
    return await download({
      ...options,
      sources: sources(),
      onProgress: (progress) => {
        // Pieces of version 2 are kept, so that another search is worth while.
        if (progress.sources !== undefined) feed.goOn();
        options.onProgress?.({ sources: 1, ...progress });
      },
      onOther: ({ offer }) => {
        options.onOther(offer);
      },
      onLost: ({ offer }, error) => {
        options.onFailure(offer, error);
        // A peer that went away may be back.
        if (isPassing(error)) tried.delete(offer.peer);
      },
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isSpent(options.into)) throw error;
    const isPeers = TransferError.is(error) ? !isDiskError(error) : ProtocolError.is(error);
    if (!isPeers || error === searchFailure) throw error;
    return undefined;
  }
}

/** If one content is wanted, ends the feed when no peer that offers the file has it. */
function endingInVain(
  options: GetFileOptions,
  feed: OfferFeed,
): { readonly options: GetFileOptions; readonly end: () => void } {
  if (options.root === undefined) return { options, end: () => undefined };
  const search = new ContentWatch(() => void feed.close());
  feed.onOffer = ({ peer, version }) => {
    search.offered(peer);
    if (version === 1) search.isOther(peer);
  };
  const watched: GetFileOptions = {
    ...options,
    onOther: (offer) => {
      options.onOther(offer);
      search.isOther(offer.peer);
    },
    onFailure: (offer, error) => {
      options.onFailure(offer, error);
      if (!isPassing(error)) search.isOther(offer.peer);
    },
  };
  return {
    options: watched,
    end: () => {
      search.end();
    },
  };
}

/** The errors that can happen with a good source. */
const passing: ReadonlySet<string> = new Set(['unreachable', 'incomplete', 'too-slow']);

/** Whether a source failed for a reason that says nothing about its file. */
export function isPassing(error: unknown): boolean {
  return TransferError.is(error) && passing.has(error.code);
}

/** The shortest time between the beginnings of two searches, in milliseconds. */
const betweenSearches = 4000;

/** Offers one by one, out of one search after the other. */
class OfferFeed {
  readonly #search: () => AsyncIterator<Offer, undefined>;
  readonly #signal: AbortSignal | undefined;
  #offers: AsyncIterator<Offer, undefined> | undefined;
  #since = -Infinity;
  #goesOn = true;

  /** Called with each offer. */
  onOffer: ((offer: Offer) => void) | undefined;

  constructor(search: () => AsyncIterator<Offer, undefined>, signal: AbortSignal | undefined) {
    this.#search = search;
    this.#signal = signal;
  }

  /** Whether another search is worth while when this one is over. */
  get goesOn(): boolean {
    return this.#goesOn;
  }

  /** Another search is worth while when this one is over. */
  goOn(): void {
    this.#goesOn = true;
  }

  /** The next offer; `undefined` if there are no more. */
  async next(): Promise<Offer | undefined> {
    for (;;) {
      const { value } = (await this.#offers?.next()) ?? {};
      if (value) {
        this.onOffer?.(value);
        return value;
      }
      if (!this.#goesOn) return undefined;
      const wait = this.#since + betweenSearches - performance.now();
      if (wait > 0) await delay(wait, undefined, { signal: this.#signal });
      this.#goesOn = false;
      this.#since = performance.now();
      this.#offers = this.#search();
    }
  }

  async close(): Promise<void> {
    this.#goesOn = false;
    await this.#offers?.return?.();
  }
}
