// One download of a node: where the file is saved, and the error if nobody delivered it. From which
// peers it is downloaded is decided in get-file.ts.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { baseName, visibleText } from '@peerlane/protocol';
import {
  checkTargetName,
  type Connect,
  type Download,
  type Existing,
} from '@peerlane/tcp-transfer';
import type { Offer, Silence } from '@peerlane/udp-node';
import { getFile, type GetFileOptions, type GetProgress } from './get-file.ts';
import { NodeError } from './node-error.ts';
import type { NodeEvents } from './node-options.ts';
import { throttleProgress } from './progress-throttle.ts';
import type { Running } from './start-parts.ts';

/** A file that was downloaded. */
export interface NodeDownload extends Download {
  /** The root of its content, if that was verified: 64 hexadecimal digits. */
  readonly root?: string;
}

/** The options of a download. */
export interface NodeGetOptions extends Pick<
  GetFileOptions,
  'signal' | 'limitRate' | 'root' | 'saveAs'
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
   * The folder to download into.
   * @default the node's folder, or the working folder if it has none
   */
  readonly into?: string;
  /** Called if members do not answer, and where the search ends without them. */
  readonly onSilent?: ((silence: Silence) => void) | undefined;
}

/** The parts of a node that a download uses, and its listeners. */
export interface GetContext {
  readonly running: Running;
  /** How long a search waits for offers, in milliseconds. */
  readonly timeout: number;
  readonly connect: Connect | undefined;
  /** The time in milliseconds. */
  readonly now: () => number;
  readonly onOther: (other: NodeEvents['otherContent'][0]) => void;
  /** Is called where a peer did not deliver the file. The message is safe to print. */
  readonly onFailure: (message: string) => void;
}

/** By how much a search may end before its time is up, in milliseconds. */
const timerSlack = 5;

/**
 * Downloads a file from the peers that offer it. Only the base name of `filename` is used.
 *
 * @throws NodeError `not-found`; TransferError `disk`, `no-space`, `exists`; ProtocolError
 * `bad-filename` or `not-encodable`; the reason of an aborted `signal`
 */
export async function getIntoFolder(
  filename: string,
  options: NodeGetOptions,
  { running, timeout, connect, now, onOther, onFailure }: GetContext,
): Promise<NodeDownload> {
  const { udp, library } = running;
  const { folder, hasher, manifests } = library;
  const name = baseName(filename);
  checkTargetName({ ...options, filename: name });
  const { existing = 'rename', into = folder?.path ?? '.', signal, onProgress } = options;
  if (existing === 'skip') {
    const path = join(into, options.saveAs ?? name);
    const there = await stat(path).catch(() => undefined);
    if (there) return { path, size: there.size, created: false };
  }
  let failure: string | undefined;
  const start = now();
  let missing: readonly string[] = [];
  const onSilent = (silence: Silence): void => {
    missing = silence.ended ? silence.silent : [];
    options.onSilent?.(silence);
  };
  const search = (): AsyncIterator<Offer, undefined> =>
    udp.find(name, { signal, timeout, onSilent });
  const download = await getFile(search, {
    ...options,
    filename: name,
    into,
    existing: existing === 'skip' ? 'rename' : existing,
    hasher,
    onProgress: onProgress && throttleProgress(onProgress, now),
    ...(connect && { connect }),
    onOther: ({ peer, root = '', size = 0 }) => {
      onOther({ filename: name, peer, root, size });
    },
    onFailure: ({ peer }, error) => {
      failure = `${peer}: ${error.message}`;
      onFailure(`"${visibleText(name)}" from ${failure}`);
    },
  });
  if (download && 'root' in download) {
    const { manifest, ...verified } = download;
    // The file is hashed for those who ask this node next. It may have been removed by now.
    await manifests.learn(download.path, { root: download.root, manifest }).catch(() => undefined);
    return verified;
  }
  if (download) return download;
  const what = `"${visibleText(name)}"${options.root === undefined ? '' : ' with that content'}`;
  const isEarly = now() - start < timeout - timerSlack;
  if (failure === undefined && isEarly) {
    const absent =
      missing.length === 0 ? '' : ` ${missing.join(', ')}: no answer, not even to a ping.`;
    const who = missing.length === 0 ? 'Nobody' : 'Nobody who answers';
    throw new NodeError('not-found', `${who} has ${what}.${absent}`);
  }
  const reason = failure === undefined ? '' : ` (last tried: ${failure})`;
  const within = isEarly ? '' : ` within ${timeout / 1000} s`;
  throw new NodeError('not-found', `Nobody delivered ${what}${within}${reason}.`);
}
