// Fetches something that was sent and accepted, by the download that anybody would make of it.
import {
  downloadTree,
  downloadVerified,
  isDiskError,
  OrderedOutput,
  TransferError,
  type Connect,
  type ConnectionKeys,
  type ConnectionPool,
  type FetchContext,
  type IncomingOffer,
  type Library,
} from '@peerlane/tcp-transfer';
import { isOmittedLink } from '../text/omitted-link.ts';
import type { ReceivedItem } from './incoming.ts';
import { SentSources } from './sent-sources.ts';

/** The parts of a node that a fetch uses. */
export interface FetchParts {
  readonly library: Library;
  readonly connections: ConnectionPool;
  readonly connect: Connect | undefined;
  /** The keys of a sealed cluster. */
  readonly keys: ConnectionKeys | undefined;
  /** Whether the node may connect to an IP address. */
  readonly allow: (host: string) => boolean;
  /** The folder in which files and folders are put. */
  readonly into: string;
}

/** What a fetch tells. */
export interface FetchListeners {
  readonly onProgress: (progress: { readonly received: number; readonly sources: number }) => void;
  readonly onText: (text: string) => void;
}

/** What is there now. */
export type Fetched = Pick<ReceivedItem, 'path' | 'created' | 'problems'>;

/** The sender serves something else than it has offered. */
export class OtherContent extends Error {}

/**
 * Fetches something that was accepted, from its sender and from others who receive it. Nothing is overwritten,
 * and what has come is left for a later fetch of the same content.
 *
 * @throws OtherContent; what a verified download throws; the reason of an aborted signal
 */
export async function fetchSent(
  item: IncomingOffer,
  context: Pick<FetchContext, 'peers' | 'signal'>,
  parts: FetchParts,
  listeners: FetchListeners,
): Promise<Fetched> {
  const { offer, host } = item;
  const { allow } = parts;
  const sender = { host, port: offer.port };
  const sources = new SentSources({ sender, root: offer.root, peers: context.peers, allow });
  try {
    const onProgress: FetchListeners['onProgress'] = (progress) => {
      sources.progress();
      listeners.onProgress(progress);
    };
    return await fetchers[offer.kind as ReceivedItem['item']['kind']]({
      ...{ item, sources, parts, listeners: { ...listeners, onProgress } },
      signal: context.signal,
    });
  } catch (cause) {
    context.signal.throwIfAborted();
    if (isDiskError(cause) || !TransferError.is(cause) || !sources.isSenderOther) throw cause;
    throw new OtherContent(cause.message, { cause });
  } finally {
    sources.close();
  }
}

interface Fetch {
  readonly item: IncomingOffer;
  readonly sources: SentSources;
  readonly parts: FetchParts;
  readonly listeners: FetchListeners;
  readonly signal: AbortSignal;
}

const fetchers = { file: fetchFile, folder: fetchFolder, text: fetchText };

/** The options that all downloads have. */
function common({ item: { offer }, sources, parts: { library, connections }, signal }: Fetch) {
  const { root, size } = offer;
  return {
    ...{ sources, root, size, signal, connections, hasher: library.hasher },
    onLost: sources.lost.bind(sources),
    onOther: sources.other.bind(sources),
  };
}

async function fetchFile(fetch: Fetch): Promise<Fetched> {
  const { item, parts, listeners } = fetch;
  const { filename } = item.offer;
  const got = await downloadVerified({
    ...common(fetch),
    partials: parts.library.partials,
    ...{ filename, into: parts.into, existing: 'rename', onProgress: listeners.onProgress },
  });
  // The file is hashed for those who ask this node next. It may have been removed by now.
  await parts.library.manifests.learn(got).catch(() => undefined);
  return { path: got.path, created: got.created };
}

async function fetchFolder(fetch: Fetch): Promise<Fetched> {
  const { item, parts, listeners } = fetch;
  const { connections, ...options } = common(fetch);
  const { connect, keys, into } = parts;
  const { filename: folder, files } = item.offer;
  let problems = 0;
  const { path, fetchedFiles } = await downloadTree({
    ...options,
    ...{ folder, files, into, existing: 'rename' },
    ...(connect && { connect }),
    ...(keys && { keys }),
    onProgress: listeners.onProgress,
    onProblem: (problem) => {
      if (!isOmittedLink(problem)) problems += 1;
    },
  });
  return { path, created: fetchedFiles > 0, ...(problems > 0 && { problems }) };
}

async function fetchText(fetch: Fetch): Promise<Fetched> {
  const { item, listeners } = fetch;
  const parts: Uint8Array[] = [];
  const output = new OrderedOutput('the text', (bytes) => {
    // The bytes stay in place only until this resolves.
    parts.push(new Uint8Array(bytes));
    return Promise.resolve();
  });
  await downloadVerified({
    ...common(fetch),
    ...{ filename: item.offer.filename, into: output, onProgress: listeners.onProgress },
  });
  listeners.onText(utf8(Buffer.concat(parts)));
  return { created: true };
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new OtherContent('it is not a text in UTF-8', { cause });
  }
}
