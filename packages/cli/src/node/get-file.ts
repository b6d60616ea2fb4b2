import { setTimeout as delay } from 'node:timers/promises';
import { ProtocolError } from '@peerlane/protocol';
import {
  downloadFile,
  downloadVerified,
  TransferError,
  type Connect,
  type Download,
  type DownloadOptions,
  type DownloadProgress,
  type PieceHasher,
  type Source,
  type VerifiedDownload,
} from '@peerlane/tcp-transfer';
import type { Offer } from '@peerlane/udp-node';
import { ContentWatch } from './content-watch.ts';

/** How far a download is, and from how many sources it comes. */
export interface GetProgress extends DownloadProgress {
  readonly sources: number;
}

/** What a file is fetched with. */
export interface GetFileOptions extends Pick<
  DownloadOptions,
  'filename' | 'into' | 'saveAs' | 'signal' | 'existing' | 'limitRate'
> {
  readonly hasher: PieceHasher;
  readonly connect?: Connect;
  /**
   * Which content is wanted, as 64 hexadecimal digits: only peers of version 2 can prove that.
   * @default that of the first offer
   */
  readonly root?: string | undefined;
  readonly onProgress?: ((progress: GetProgress) => void) | undefined;
  /** A peer has other content under the name. */
  readonly onOther: (offer: Offer) => void;
  /** An offer came to nothing. */
  readonly onFailure: (offer: Offer, error: Error) => void;
}

/** An offer whose peer is asked in the way of version 1 is tried alone. */
interface OfferingSource extends Source {
  readonly offer: Offer;
}

/**
 * Fetches a file from whoever offers it: from all who speak version 2 at once, verified, and else from
 * one peer after the other.
 *
 * @param search asks who has the file; again where a search is over, and something came meanwhile
 * @returns `undefined` where no offer came to anything
 * @throws TransferError `disk`, `no-space`, `exists`; the reason of an aborted `signal`
 */
export async function getFile(
  search: () => AsyncIterator<Offer, undefined>,
  told: GetFileOptions,
): Promise<Download | VerifiedDownload | undefined> {
  const feed = new OfferFeed(search, told.signal);
  const { options, end } = endingInVain(told, feed);
  const singly: Offer[] = [];
  try {
    for (;;) {
      const offer = singly.shift() ?? (await feed.next());
      if (!offer) return undefined;
      const download =
        offer.version === 2
          ? await fromAll(offer, feed, singly, options)
          : await fromOne(offer, options);
      if (download) return download;
    }
  } finally {
    end();
    await feed.close();
  }
}

/** Where one content is wanted, ends the feed when nobody who is there has it. */
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
      if (!TransferError.is(error) || !passing.has(error.code)) search.isOther(offer.peer);
    },
  };
  return {
    options: watched,
    end: () => {
      search.end();
    },
  };
}

async function fromOne(offer: Offer, options: GetFileOptions): Promise<Download | undefined> {
  try {
    if (options.root !== undefined) throw new TransferError('refused', unproven);
    const onProgress = (progress: DownloadProgress): void =>
      options.onProgress?.({ ...progress, sources: 1 });
    return await downloadFile({ ...options, onProgress, address: offer.address });
  } catch (error) {
    failed(offer, error, options);
    return undefined;
  }
}

const unproven = 'the peer speaks version 1, which cannot prove what content it has';

async function fromAll(
  first: Offer,
  feed: OfferFeed,
  singly: Offer[],
  options: GetFileOptions,
): Promise<VerifiedDownload | undefined> {
  const tried = new Set<string>();
  let over = false;
  async function* sources(): AsyncGenerator<OfferingSource> {
    for (let offer: Offer | undefined = first; offer; offer = await feed.next(() => !over)) {
      if (tried.has(offer.peer)) continue;
      tried.add(offer.peer);
      if (offer.version === 1) singly.push(offer);
      else yield { address: offer.address, root: offer.root, offer };
    }
  }
  try {
    return await downloadVerified({
      ...options,
      sources: sources(),
      onProgress: (progress) => {
        feed.goOn();
        options.onProgress?.(progress);
      },
      onOther: (source) => {
        options.onOther(source.offer);
      },
      onLost: ({ offer }, error) => {
        options.onFailure(offer, error);
        if (!TransferError.is(error)) return;
        // Who went away may be back.
        if (passing.has(error.code)) tried.delete(offer.peer);
        // Who cannot answer in version 2 may still have the file.
        if (mayBeOlder.has(error.code)) singly.push({ ...offer, version: 1 });
      },
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!TransferError.is(error) || ours.has(error.code)) throw error;
    return undefined;
  } finally {
    over = true;
  }
}

/** What is this machine's fault, and no peer's. */
const ours: ReadonlySet<string> = new Set(['disk', 'no-space', 'exists']);

/** What can happen to a good source. */
const passing: ReadonlySet<string> = new Set(['unreachable', 'incomplete', 'too-slow']);

/** What a server of version 1 makes of a request of version 2. */
const mayBeOlder: ReadonlySet<string> = new Set(['refused', 'incomplete', 'bad-answer']);

function failed(offer: Offer, error: unknown, { signal, onFailure }: GetFileOptions): void {
  signal?.throwIfAborted();
  // A peer of version 1 may announce any size: another one may say less.
  const known = TransferError.is(error)
    ? error.code === 'no-space' || !ours.has(error.code)
    : ProtocolError.is(error);
  if (!known) throw error;
  onFailure(offer, error as Error);
}

/** So long after a search has begun another may, in milliseconds. */
const betweenSearches = 4000;

/** Offers one by one, for two who take them in turn: none is lost with the one who has gone. */
class OfferFeed {
  readonly #search: () => AsyncIterator<Offer, undefined>;
  readonly #signal: AbortSignal | undefined;
  #offers: AsyncIterator<Offer, undefined> | undefined;
  #pending: Promise<Offer | undefined> | undefined;
  #since = -Infinity;
  #goesOn = true;

  /** Told of each offer. */
  onOffer: ((offer: Offer) => void) | undefined;

  constructor(search: () => AsyncIterator<Offer, undefined>, signal: AbortSignal | undefined) {
    this.#search = search;
    this.#signal = signal;
  }

  /** Another search is worth while when this one is over. */
  goOn(): void {
    this.#goesOn = true;
  }

  /** The next offer, unless its taker has gone by then; `undefined` also where there is none. */
  async next(isThere: () => boolean = () => true): Promise<Offer | undefined> {
    const offer = await (this.#pending ??= this.#take());
    if (!isThere()) return undefined;
    this.#pending = undefined;
    return offer;
  }

  async close(): Promise<void> {
    this.#goesOn = false;
    await this.#offers?.return?.();
  }

  async #take(): Promise<Offer | undefined> {
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
}
