// One download of a node into a folder, and the error if no peer delivered the file. get-file.ts decides
// which peers it is downloaded from.
import { join } from 'node:path';
import { baseName, visibleText } from '@peerlane/protocol';
import {
  checkTargetName,
  keptFile,
  type Connect,
  type ConnectionKeys,
  type Download,
  type Existing,
  type OrderedOutput,
} from '@peerlane/tcp-transfer';
import type { Offer, Silence } from '@peerlane/udp-node';
import { getFile, type GetFileOptions, type GetProgress } from './get-file.ts';
import { GetOutcome } from './get-outcome.ts';
import type { NodeEvents } from './node-options.ts';
import { throttleProgress } from './progress-throttle.ts';
import type { Running } from './start-parts.ts';

/** A file that was downloaded. */
export interface NodeDownload extends Download {
  /** The root of its content, if that was verified: 64 hexadecimal digits. */
  readonly root?: string;
  /** True if `existing` is `skip` and a file of that name was there: its content was not compared. */
  readonly leftAlone?: true;
}

/** The options of a download. */
export interface NodeGetOptions extends Pick<
  GetFileOptions,
  'signal' | 'limitRate' | 'root' | 'saveAs' | 'choose' | 'turn'
> {
  /** Called as the file comes, at most ten times a second, and when all of it is there. */
  readonly onProgress?: ((progress: GetProgress) => void) | undefined;
  /**
   * The effect of a file of that name in the folder: the download gets another name (`rename`),
   * replaces it (`replace`), fails (`refuse`), or is left out (`skip`).
   * @default 'rename'
   */
  readonly existing?: Existing | 'skip';
  /**
   * The folder to download into, or an output that gets the bytes as they are verified.
   * @default the node's folder, or the working folder if it has none
   */
  readonly into?: string | OrderedOutput;
  /** Called if members do not answer, and where the search ends without them. */
  readonly onSilent?: ((silence: Silence) => void) | undefined;
}

/** The parts of a node that a download uses, and its listeners. */
export interface GetContext {
  readonly running: Running;
  /** How long a search waits for offers, in milliseconds. */
  readonly timeout: number;
  readonly connect: Connect | undefined;
  /** The keys of a sealed cluster. */
  readonly keys: ConnectionKeys | undefined;
  /** The version of the protocol that the node speaks. */
  readonly protocol: 1 | 2;
  /** The time in milliseconds. */
  readonly now: () => number;
  readonly onOther: (other: NodeEvents['otherContent'][0]) => void;
  /** Is called where a peer did not deliver the file. The message is safe to print. */
  readonly onFailure: (message: string) => void;
}

/** How long offers that may disagree with the first are waited for, in milliseconds. */
export const momentOfAgreement = 250;

/**
 * Downloads a file from the peers that offer it. Only the base name of `filename` is used.
 *
 * @throws NodeError `not-found`, `no-answer`; TransferError `disk`, `no-space`, `exists`;
 * ProtocolError `bad-filename` or `not-encodable`; the reason of an aborted `signal`
 */
export async function getIntoFolder(
  filename: string,
  options: NodeGetOptions,
  { running, timeout, connect, keys, protocol, now, onOther, onFailure }: GetContext,
): Promise<NodeDownload> {
  const { udp, library, connections } = running;
  const { folder, hasher, manifests } = library;
  const name = baseName(filename);
  const { existing = 'rename', into = folder?.path ?? '.', signal, onProgress } = options;
  if (typeof into === 'string') checkTargetName({ ...options, filename: name });
  if (existing === 'skip' && typeof into === 'string') {
    const path = join(into, options.saveAs ?? name);
    const size = await keptFile({ path, root: options.root, manifests, signal });
    if (size !== undefined) return { path, size, created: false, leftAlone: true };
  }
  const otherwise = options.saveAs === undefined ? 'rename' : 'refuse';
  const outcome = new GetOutcome({
    what: `"${visibleText(name)}"`,
    ...{ timeout, now, onFailure, onSilent: options.onSilent },
  });
  const search = (onAllAnswered: () => void): AsyncIterator<Offer, undefined> =>
    udp.find(name, { signal, timeout, onSilent: outcome.silent, onAllAnswered });
  const download = await getFile(search, {
    ...options,
    filename: name,
    into,
    existing: existing === 'skip' ? otherwise : existing,
    ...{ hasher, connections },
    ...timeoutsOf(protocol, udp.members().length),
    onProgress: onProgress && throttleProgress(onProgress, now),
    ...(connect && { connect }),
    ...(keys && { keys }),
    onOther: ({ peer, root = '', size = 0 }) => {
      onOther({ filename: name, peer, root, size });
    },
    onFailure: ({ peer }, error) => {
      outcome.failed(peer, error);
    },
  });
  if (download && 'root' in download) {
    const { path, size, created, root } = download;
    // The file is hashed for those who ask this node next. It may have been removed by now.
    if (typeof into === 'string') await manifests.learn(download).catch(() => undefined);
    return { path, size, created, root };
  }
  if (download) return download;
  throw outcome.error(
    options.root === undefined ? undefined : `"${visibleText(name)}" with that content`,
  );
}

/**
 * How long offers are waited for: in version 1 nobody is. Where one member is known, nobody can contradict
 * it.
 */
function timeoutsOf(
  protocol: 1 | 2,
  members: number,
): Pick<GetFileOptions, 'verifiedTimeout' | 'agreementTimeout'> {
  if (protocol === 1) return { verifiedTimeout: 0, agreementTimeout: 0 };
  return { agreementTimeout: members > 1 ? momentOfAgreement : 0 };
}
