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

/** How far a download is, and from how many sources it comes. */
export interface GetProgress extends DownloadProgress {
  readonly sources: number;
}

/** What a file is fetched with. */
export interface GetFileOptions extends Pick<
  DownloadOptions,
  'filename' | 'into' | 'signal' | 'existing' | 'limitRate'
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
 * @returns `undefined` where no offer came to anything
 * @throws TransferError `disk`, `no-space`; the reason of an aborted `signal`
 */
export async function getFile(
  offers: AsyncIterator<Offer, undefined>,
  options: GetFileOptions,
): Promise<Download | VerifiedDownload | undefined> {
  const feed = new OfferFeed(offers);
  const singly: Offer[] = [];
  for (;;) {
    const offer = singly.shift() ?? (await feed.next());
    if (!offer) return undefined;
    const download =
      offer.version === 2
        ? await fromAll(offer, feed, singly, options)
        : await fromOne(offer, options);
    if (download) return download;
  }
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
  const asked = new Set<string>();
  let over = false;
  async function* sources(): AsyncGenerator<OfferingSource> {
    for (let offer: Offer | undefined = first; offer; offer = await feed.next(() => !over)) {
      if (offer.version === 1) singly.push(offer);
      else if (!asked.has(offer.peer)) yield { address: offer.address, root: offer.root, offer };
      asked.add(offer.peer);
    }
  }
  try {
    return await downloadVerified({
      ...options,
      sources: sources(),
      onOther: (source) => {
        options.onOther((source as OfferingSource).offer);
      },
      onLost: (source, error) => {
        const { offer } = source as OfferingSource;
        options.onFailure(offer, error);
        // Who cannot answer in version 2 may still have the file.
        if (TransferError.is(error) && mayBeOlder.has(error.code))
          singly.push({ ...offer, version: 1 });
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
const ours: ReadonlySet<string> = new Set(['disk', 'no-space']);

/** What a server of version 1 makes of a request of version 2. */
const mayBeOlder: ReadonlySet<string> = new Set(['refused', 'incomplete', 'bad-answer']);

function failed(offer: Offer, error: unknown, { signal, onFailure }: GetFileOptions): void {
  signal?.throwIfAborted();
  const known = TransferError.is(error) ? error.code !== 'disk' : ProtocolError.is(error);
  if (!known) throw error;
  onFailure(offer, error as Error);
}

/** Offers one by one, for two who take them in turn: none is lost with the one who has gone. */
class OfferFeed {
  readonly #offers: AsyncIterator<Offer, undefined>;
  #pending: Promise<IteratorResult<Offer, undefined>> | undefined;

  constructor(offers: AsyncIterator<Offer, undefined>) {
    this.#offers = offers;
  }

  /** The next offer, unless its taker has gone by then; `undefined` also where there is none. */
  async next(isThere: () => boolean = () => true): Promise<Offer | undefined> {
    const pending = (this.#pending ??= this.#offers.next());
    const { value } = await pending;
    if (!isThere()) return undefined;
    this.#pending = undefined;
    return value;
  }
}
