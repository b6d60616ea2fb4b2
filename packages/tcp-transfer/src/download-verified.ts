import { checkFileName } from '@peerlane/protocol';
import { checkFolder } from './check-folder.ts';
import type { Download, DownloadProgress } from './download.ts';
import { fetchManifest } from './fetch-manifest.ts';
import type { KnownManifest } from './manifest-memory.ts';
import { onDisk } from './on-disk.ts';
import { PeerConnection, type PeerConnectionOptions } from './peer-connection.ts';
import type { PieceHasher } from './piece-hasher.ts';
import { ResumableFile } from './resumable-file.ts';
import { Swarm, type Source } from './swarm.ts';
import { TargetFolder } from './target-folder.ts';
import { TransferError } from './transfer-error.ts';

/** What is to be downloaded, from whom, and into which folder. */
export interface VerifiedDownloadOptions extends PeerConnectionOptions {
  /** Who may have the file, all speaking version 2; more may come while it is downloaded. */
  readonly sources: AsyncIterable<Source>;
  /** The file's name, under which it is asked for and saved. */
  readonly filename: string;
  /** The folder that the file is written to. */
  readonly into: string;
  /**
   * Which content is wanted: 64 hex digits.
   * @default that of the first source
   */
  readonly root?: string | undefined;
  /** What hashes the pieces. */
  readonly hasher: PieceHasher;
  /**
   * Whether the file is on the disk itself when it gets its name.
   * @default true
   */
  readonly sync?: boolean;
  /** Called as pieces are there and right. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Called where a source is asked no more, and why. */
  readonly onLost?: ((source: Source, error: Error) => void) | undefined;
}

/** A file that was downloaded and verified. */
export interface VerifiedDownload extends Download {
  /** 64 hex digits. */
  readonly root: string;
}

/**
 * Downloads one file from all who have it, each piece verified. What is broken off goes on later with
 * the pieces that are there.
 *
 * @throws ProtocolError `bad-file-name`; TransferError: that of the last source where all have failed,
 * `no-file` where there was none, `no-space`, `disk`; the reason of an aborted `signal`
 * @see docs/protocol.md, "Version 2"
 */
export async function downloadVerified(
  options: VerifiedDownloadOptions,
): Promise<VerifiedDownload> {
  const { filename, into, hasher, signal, sync = true, onProgress } = options;
  checkFileName(filename);
  signal?.throwIfAborted();
  await checkFolder(into);
  const sources = options.sources[Symbol.asyncIterator]();
  const failures: Error[] = [];
  const onLost = (source: Source, error: Error): void => {
    failures.push(error);
    options.onLost?.(source, error);
  };
  const folder = TargetFolder.acquire(into);
  try {
    const found = await firstManifest(sources, options, onLost);
    if (!found) throw failures.at(-1) ?? new TransferError('no-file', 'nobody has the file');
    const { size } = found.manifest;
    const opening = onDisk(into, signal, ResumableFile.open(folder, found, hasher));
    const file = await opening.catch((error: unknown) => {
      found.connection.close();
      throw error;
    });
    try {
      const swarm = new Swarm(filename, found, file, options, {
        onLost,
        onVerified: (received) => onProgress?.({ received, size }),
      });
      await gather(swarm, found, sources).finally(() => swarm.close());
      signal?.throwIfAborted();
      if (!swarm.isComplete()) throw failures.at(-1)!;
      const saved = await onDisk(into, signal, file.complete(into, filename, sync, signal));
      return { ...saved, size, root: found.root };
    } finally {
      await file.close();
    }
  } finally {
    void sources.return?.();
    await folder.release();
  }
}

/** A source that is connected, and what it says the file is. */
interface Found extends KnownManifest {
  readonly source: Source;
  readonly connection: PeerConnection;
}

async function firstManifest(
  sources: AsyncIterator<Source>,
  options: VerifiedDownloadOptions,
  onLost: (source: Source, error: Error) => void,
): Promise<Found | undefined> {
  for (;;) {
    const next = await sources.next();
    if (next.done) return undefined;
    const source = next.value;
    try {
      const connection = await PeerConnection.open(source.address, options);
      try {
        const known = await fetchManifest(connection, options.filename, options.root);
        return { ...known, source, connection };
      } catch (error) {
        connection.close();
        throw error;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      onLost(source, error as Error);
    }
  }
}

/** All who have the file join, those too who come later; until it is whole or nobody is left. */
async function gather(swarm: Swarm, first: Found, sources: AsyncIterator<Source>): Promise<void> {
  const working = new Set<Promise<void>>();
  const join = (source: Source, connection?: PeerConnection): void => {
    const work = swarm.join(source, connection).finally(() => working.delete(work));
    working.add(work);
  };
  // Who looks for sources may give up; those that are there go on.
  const look = (): Promise<Source | undefined> =>
    sources.next().then(
      ({ value }) => value as Source | undefined,
      () => undefined,
    );
  join(first.source, first.connection);
  let looking: Promise<Source | undefined> | undefined = look();
  while (!swarm.isComplete() && (looking ?? working.size > 0)) {
    const none = Symbol('none');
    const found: Source | undefined | typeof none = await Promise.race([
      ...(looking ? [looking] : []),
      ...[...working].map((work) => work.then((): typeof none => none)),
    ]);
    if (found === none) continue;
    if (found) join(found);
    looking = found && look();
  }
  await Promise.all(working);
}
