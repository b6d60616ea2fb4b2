import { digestBytes, encodeTransferAnswer, pieceCount, pieceLengthFor } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import { deferred } from '../deferred.ts';
import { largeFile } from '../manifests/hash-job.ts';
import type { KnownManifest } from '../manifests/known-manifest.ts';
import type { ManifestStore } from '../manifests/manifest-store.ts';
import type { Outgoing } from '../connection/stream-writer.ts';
import { pause } from '../pause.ts';
import { refuse, refuseChanged } from './refuse.ts';
import type { SharedFile } from '../sharing/served-files.ts';

/** How long a client waits for the first digest before it is told to come again, in milliseconds. */
const patience = 5000;

/** How often it is seen meanwhile whether the client has gone, in milliseconds. */
const lookEvery = 250;

/**
 * Answers with the manifest of a file, which it closes. While a large file is being hashed, its
 * digests go out as they are made.
 *
 * @param root which content is wanted, if that matters
 * @throws TransferError `changed`; the system's error where the file cannot be read; Error where the
 * connection fails
 * @see docs/protocol.md, "Manifest"
 */
export async function answerManifest(
  file: SharedFile,
  root: string | undefined,
  connection: Outgoing,
  manifests: ManifestStore,
  clock: Clock,
): Promise<void> {
  const making = new Making(file, manifests);
  const begun = await Promise.race([
    making.known,
    ...(file.size > largeFile ? [making.news] : []),
    tooLong(connection, clock, making.over),
  ]);
  if (begun === 'too long') {
    making.leaveBehind();
    await refuse(connection, 'busy', 'the file is being hashed');
    return;
  }
  const known = begun === 'news' ? manifests.known(file) : begun;
  try {
    if (known) await sendKnown(file, known, root, connection);
    else if (begun === 'news') await sendAsMade(file, making, connection);
    else await refuse(connection, 'unsupported', 'there is no manifest of that file');
  } catch (error) {
    making.leave(error);
    throw error;
  }
}

/** Waits as long as the client may, until it has gone, or until the signal is aborted. */
async function tooLong(connection: Outgoing, clock: Clock, over: AbortSignal): Promise<'too long'> {
  const end = clock.now() + patience;
  do await pause(clock, Math.min(lookEvery, end - clock.now()), over);
  while (clock.now() < end && !connection.ended && !over.aborted);
  return 'too long';
}

async function sendKnown(
  { filename }: SharedFile,
  { root, manifest }: KnownManifest,
  wanted: string | undefined,
  connection: Outgoing,
): Promise<void> {
  if (wanted !== undefined && root !== wanted) {
    await refuseChanged(connection);
    return;
  }
  const { size, pieceLength, digests } = manifest;
  const { length } = digests;
  const line = encodeTransferAnswer({ length, filename, size, root, pieceLength });
  await connection.write(line, line.length);
  if (length > 0) await connection.write(digests);
}

async function sendAsMade(
  { filename, size }: SharedFile,
  making: Making,
  connection: Outgoing,
): Promise<void> {
  const pieceLength = pieceLengthFor(size)!;
  let left = pieceCount(size, pieceLength) * digestBytes;
  const line = encodeTransferAnswer({ length: left, filename, size, pieceLength });
  await connection.write(line, line.length);
  while (left > 0) {
    const digests = await making.next();
    left -= digests.length;
    // The last one says that the file has not changed meanwhile.
    if (left === 0) await making.known;
    await connection.write(digests);
  }
}

/** The manifest of a file while it is made. It closes the file in the end. */
class Making {
  /** All of it; `undefined` where the file is too large for one. */
  readonly known: Promise<KnownManifest | undefined>;
  /** Aborted when there is nothing more to wait for. */
  readonly over: AbortSignal;
  readonly #file: SharedFile;
  readonly #manifests: ManifestStore;
  readonly #gone = new AbortController();
  #leftBehind: Promise<void> | undefined;
  #digests: Uint8Array[] = [];
  #news = deferred<'news'>();

  constructor(file: SharedFile, manifests: ManifestStore) {
    this.#file = file;
    this.#manifests = manifests;
    const over = new AbortController();
    this.over = over.signal;
    this.known = manifests.of(file, {
      signal: this.#gone.signal,
      onPiece: (_, digest) => {
        this.#digests.push(digest);
        this.#news.resolve('news');
      },
    });
    const end = async (): Promise<void> => {
      over.abort();
      await this.#leftBehind;
      await file.handle.close();
    };
    // Where the client has gone, nobody waits for it.
    this.known.then(end, end).catch(() => undefined);
  }

  /** Waits for it no longer. */
  leave(reason: unknown): void {
    this.#gone.abort(reason);
  }

  /** Waits for it no longer, but who comes again finds it made. */
  leaveBehind(): void {
    this.#leftBehind = this.#manifests.finish(this.#file);
    this.leave(new Error('nobody waits for the manifest'));
  }

  /** Resolves when there are digests that were not taken yet. */
  get news(): Promise<'news'> {
    return this.#news.promise;
  }

  /** Takes the digests that have been made since, at least one. */
  async next(): Promise<Uint8Array> {
    await Promise.race([this.news, this.known]);
    const digests = this.#digests;
    this.#digests = [];
    this.#news = deferred();
    return Buffer.concat(digests);
  }
}
