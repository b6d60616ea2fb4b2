// Fetches one file from the peers that offer it: joins the search by UDP with the download over TCP.
import {
  download,
  isSpent,
  type Connect,
  type ConnectionKeys,
  type ConnectionPool,
  type Download,
  type DownloadOptions,
  type DownloadProgress,
  type PieceHasher,
  type VerifiedDownload,
  type VersionedSource,
} from '@peerlane/tcp-transfer';
import type { Offer } from '@peerlane/udp-node';
import { ContentWatch } from '../search/content-watch.ts';
import { offeredContents, type OfferedContent } from '../search/offered-contents.ts';
import { betweenSearches, OfferFeed } from '../search/offer-feed.ts';
import { isPassing } from '../passing-error.ts';
import { isOfPeers } from './get-outcome.ts';

/** How far a download is, and from how many sources it comes. */
export interface GetProgress extends DownloadProgress {
  readonly sources: number;
}

/** What decides between different contents that are offered under one name. */
export type ContentChoice = Pick<GetFileOptions, 'root' | 'agreementTimeout' | 'choose' | 'signal'>;

/** The options of a fetched file. */
export interface GetFileOptions extends Pick<
  DownloadOptions,
  'filename' | 'into' | 'saveAs' | 'signal' | 'existing' | 'limitRate'
> {
  readonly hasher: PieceHasher;
  readonly connect?: Connect;
  /** The keys of a sealed cluster. */
  readonly keys?: ConnectionKeys;
  /** The connections that all downloads of the node share. */
  readonly connections?: ConnectionPool;
  /**
   * The root of the content, 64 hexadecimal digits: only peers of version 2 can prove it.
   * @default that of the first offer
   */
  readonly root?: string | undefined;
  readonly onProgress?: ((progress: GetProgress) => void) | undefined;
  /** How long a source of version 1 waits for one of version 2, as in `download`. */
  readonly verifiedTimeout?: number | undefined;
  /**
   * How long further offers are waited for after the first, in milliseconds, to see whether they agree.
   */
  readonly agreementTimeout: number;
  /** Chooses between different contents, that of the most machines first; without a choice, that is taken. */
  readonly choose?:
    ((contents: readonly OfferedContent[]) => Promise<OfferedContent | undefined>) | undefined;
  /**
   * Is called when a peer offers the file: the download begins when it resolves, and calls what it
   * resolves with when it has ended.
   * @default the download begins at once
   */
  readonly turn?: ((signal: AbortSignal | undefined) => Promise<() => void>) | undefined;
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
  search: (onAllAnswered: () => void) => AsyncIterator<Offer, undefined>,
  request: GetFileOptions,
): Promise<Download | VerifiedDownload | undefined> {
  const feed = new OfferFeed(search, request.signal);
  let end = (): void => undefined;
  let endTurn: (() => void) | undefined;
  try {
    const chosen = await chooseContent(feed, request);
    endTurn = await turnOf(feed, request);
    const watched = endingInVain(chosen, feed);
    const { options } = watched;
    ({ end } = watched);
    do {
      const found = await getFrom(feed, options);
      if (found) return found;
    } while (feed.goesOn);
    return undefined;
  } finally {
    end();
    endTurn?.();
    await feed.close();
  }
}

/** Lets the holders of different contents be chosen between, unless a content is wanted already. */
export async function chooseContent<Request extends ContentChoice>(
  feed: OfferFeed,
  request: Request,
): Promise<Request> {
  if (request.root !== undefined || request.agreementTimeout === 0) return request;
  const contents = offeredContents(await feed.gather(request.agreementTimeout));
  if (contents.length < 2) return request;
  const chosen = await request.choose?.(contents);
  request.signal?.throwIfAborted();
  return chosen ? { ...request, root: chosen.root } : request;
}

/** Waits until a download may begin, if there is an offer at all. */
async function turnOf(feed: OfferFeed, request: GetFileOptions): Promise<(() => void) | undefined> {
  if (!request.turn || !(await feed.hasOffer())) return undefined;
  const since = performance.now();
  const end = await request.turn(request.signal);
  // The holders may have left, and the search may be over.
  if (performance.now() - since > betweenSearches) feed.goOn();
  return end;
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
    if (!isOfPeers(error) || error === searchFailure) throw error;
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
