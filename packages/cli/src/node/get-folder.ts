// Downloads a folder as a whole from the peers that offer it: joins the search by UDP with the download
// over TCP, and makes the error where no peer delivered it.
import { ProtocolError, visibleText } from '@peerlane/protocol';
import {
  checkTargetName,
  downloadTree,
  type Existing,
  type Source,
  type TreeDownload,
  type TreeProblem,
  type TreeProgress,
} from '@peerlane/tcp-transfer';
import type { Offer } from '@peerlane/udp-node';
import { inOrderOfMachines, machinesOf } from '../search/offered-contents.ts';
import { ContentWatch } from '../search/content-watch.ts';
import { OfferFeed } from '../search/offer-feed.ts';
import type { ContentChoice } from './get-file.ts';
import { momentOfAgreement, type GetContext, type NodeGetOptions } from './get-into-folder.ts';
import { isPassing } from '../passing-error.ts';
import { GetOutcome, isOfPeers } from './get-outcome.ts';
import { NodeError } from './node-error.ts';
import { throttleCalls } from '../throttle-calls.ts';

/** A folder that was downloaded, but for what `onProblem` was told. */
export type NodeFolderDownload = TreeDownload;

/** The options of the download of a folder. */
export interface NodeGetFolderOptions extends Pick<
  NodeGetOptions,
  'signal' | 'limitRate' | 'saveAs' | 'choose' | 'onSilent'
> {
  /**
   * The root of the tree, 64 hexadecimal digits. Nothing is written before the whole tree was compared with
   * it.
   * @default that of the first peer that lists the folder
   */
  readonly root?: string | undefined;
  /**
   * The effect of a file of other content that has the name of one in the folder: the download of that file
   * gets another name (`rename`), replaces it (`replace`), is a problem (`refuse`), or is left out (`skip`).
   * @default 'rename'
   */
  readonly existing?: Existing | 'skip';
  /**
   * The folder to download into, which must exist.
   * @default the node's folder, or the working folder if it has none
   */
  readonly into?: string;
  /** Called as the folder comes, at most ten times a second, and when all of it is there. */
  readonly onProgress?: ((progress: TreeProgress) => void) | undefined;
  /** Called when an entry cannot be had. Its path is data from the network: not safe to print. */
  readonly onProblem?: ((problem: TreeProblem) => void) | undefined;
}

/** A source that remembers its offer. */
interface OfferingSource extends Source {
  readonly offer: Offer;
}

/**
 * The name of a folder, as it is asked for: without slashes at its end or doubled, and without `.` as a shell
 * completes it (`./photos/`).
 *
 * @throws ProtocolError `bad-filename` if the name leads upwards, or to no folder
 */
export function folderName(name: string): string {
  const isAbsolute = name.startsWith('/');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) {
    const expected = 'must be a path below what is shared, such as photos/2026/';
    const got = `"${visibleText(name)}"`;
    throw new ProtocolError('bad-filename', `a folder's name ${expected}, got ${got}`);
  }
  return (isAbsolute ? '/' : '') + parts.join('/');
}

/**
 * Downloads a folder from all peers of version 2 that offer it, and that have the same files in it.
 *
 * @param requested the path of the folder below what a peer shares, or the last part of it
 * @throws NodeError `not-found`, `no-answer`; TransferError `disk`, `no-space`; ProtocolError `bad-filename`,
 * and `not-encodable` in version 1; the reason of an aborted `signal`
 */
export async function getFolder(
  requested: string,
  options: NodeGetFolderOptions,
  context: GetContext,
): Promise<NodeFolderDownload> {
  const { running, timeout, now, onFailure } = context;
  const { udp, library } = running;
  const folder = folderName(requested);
  const { saveAs = folder.split('/').at(-1)!, into = library.folder?.path ?? '.' } = options;
  checkTargetName({ filename: folder, saveAs });
  const what = `the folder "${visibleText(folder)}"`;
  const { signal, onSilent } = options;
  const outcome = new GetOutcome({ what, timeout, now, onFailure, onSilent });
  const feed = new OfferFeed(
    (onAllAnswered) =>
      udp.find(folder, {
        ...{ kind: 'folder', signal, timeout, onAllAnswered },
        onSilent: outcome.silent,
      }),
    signal,
  );
  // Where one member is known, nobody can contradict it.
  const agreementTimeout = udp.members().length > 1 ? momentOfAgreement : 0;
  const wanted = { ...options, folder, saveAs, into };
  const watch = new ContentWatch(() => void feed.close());
  try {
    const { root } = await chooseTree(feed, { ...options, agreementTimeout });
    do {
      const got = await getFrom(feed, { ...wanted, root }, context, outcome, watch);
      if (got) return got;
    } while (feed.goesOn);
  } finally {
    watch.end();
    await feed.close();
  }
  throw outcome.error(options.root === undefined ? undefined : `${what} with that content`);
}

/**
 * Lets the holders of different trees be chosen between; without a choice that of the most machines is
 * wanted, whoever lists one first. A node that did not just list its tree does not know its root: if more
 * machines say none, the first that lists a tree decides, as two forged roots would exclude all of them.
 */
export async function chooseTree(
  feed: OfferFeed,
  { root, agreementTimeout, choose, signal }: ContentChoice,
): Promise<{ readonly root: string | undefined }> {
  if (root !== undefined || agreementTimeout === 0) return { root };
  const { contents, silent } = machinesOf(await feed.gather(agreementTimeout, inOrderOfMachines));
  if (contents.length < 2 || contents[0]!.holders.length <= silent) return { root };
  const chosen = await choose?.(contents);
  signal?.throwIfAborted();
  return chosen ?? contents[0]!;
}

type Wanted = NodeGetFolderOptions & {
  readonly folder: string;
  readonly saveAs: string;
  readonly into: string;
};

/** Downloads a folder from the offers of one search; `undefined` if these led nowhere. */
async function getFrom(
  feed: OfferFeed,
  wanted: Wanted,
  { running, connect, keys, now, onOther }: GetContext,
  outcome: GetOutcome,
  watch: ContentWatch,
): Promise<NodeFolderDownload | undefined> {
  const { folder, root, signal, onProgress } = wanted;
  const tried = new Set<string>();
  const report = onProgress && throttleCalls(onProgress, now, isWhole);
  let searchFailure: unknown;
  const isOther = (offer: Offer): void => {
    if (root !== undefined) watch.isOther(offer.peer);
  };
  async function* sources(): AsyncGenerator<OfferingSource> {
    for (;;) {
      const offer = await feed.next().catch((error: unknown) => {
        searchFailure = error;
        throw error;
      });
      if (!offer) return;
      watch.offered(offer.peer);
      if (tried.has(offer.peer)) continue;
      tried.add(offer.peer);
      yield { address: offer.address, root: offer.root, offer };
    }
  }
  try {
    return await downloadTree({
      ...wanted,
      sources: sources(),
      hasher: running.library.hasher,
      ...(connect && { connect }),
      ...(keys && { keys }),
      onProgress: (progress) => {
        // What is there stays, so that another search is worth while.
        feed.goOn();
        report?.(progress);
      },
      onOther: ({ offer }, { root, size = offer.size ?? 0, instead }) => {
        const taken = instead && { from: instead.offer.peer };
        onOther({ filename: `${folder}/`, peer: offer.peer, root, size, ...taken });
        isOther(offer);
      },
      onLost: ({ offer }, error) => {
        outcome.failed(offer.peer, error);
        // A peer that went away may be back.
        if (isPassing(error)) tried.delete(offer.peer);
        else isOther(offer);
      },
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (NodeError.is(error) || !isOfPeers(error) || error === searchFailure) throw error;
    return undefined;
  }
}

/** Whether all of a folder is there. */
function isWhole({ isListed, files, listedFiles }: TreeProgress): boolean {
  return isListed && files === listedFiles;
}
