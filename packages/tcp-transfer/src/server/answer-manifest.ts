// Answers a request for a manifest, if need be while the file is being hashed.
import {
  digestBytes,
  encodeTransferAnswer,
  pieceCount,
  pieceLengthFor,
  type TransferRequestV2,
} from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import { largeFileSize } from '../manifests/hash-job.ts';
import type { KnownManifest } from '../manifests/known-manifest.ts';
import { ManifestInProgress } from '../manifests/manifest-in-progress.ts';
import type { ManifestStore } from '../manifests/manifest-store.ts';
import type { StreamWriter } from '../connection/stream-writer.ts';
import { pause } from '../async.ts';
import { refuse, refuseChanged } from '../answers/refuse.ts';
import type { SharedFile } from '../sharing/served-files.ts';

/** How long a client waits for the first digest before it is refused as `busy`, in milliseconds. */
const firstDigestTimeout = 5000;

/** How often the server checks meanwhile whether the client has gone, in milliseconds. */
const clientCheckInterval = 250;

/**
 * Answers with the manifest of a file, and closes the file. While a large file is being hashed, its
 * digests are sent as they are made.
 *
 * @param wanted the root of the content that the client wants, if not any; and a piece that the client
 * found to be wrong: then the manifest is checked, and made anew if that was its fault
 * @throws TransferError `changed`; the system's error if the file cannot be read; Error if the
 * connection fails
 * @see docs/protocol.md, "Manifest"
 */
export async function answerManifest(
  file: SharedFile,
  { root, piece }: Pick<TransferRequestV2, 'root' | 'piece'>,
  connection: StreamWriter,
  manifests: ManifestStore,
  clock: Clock,
): Promise<void> {
  if (piece !== undefined) await recheck(file, piece, manifests);
  const request = new ManifestInProgress(file, manifests);
  const first = await Promise.race([
    request.known,
    ...(file.size > largeFileSize ? [request.newDigests] : []),
    timeoutOf(connection, clock, request.ended),
  ]);
  if (first === 'timeout') {
    request.leaveToFinish();
    await refuse(connection, 'busy', 'the file is being hashed');
    return;
  }
  const known = first === 'new digests' ? manifests.known(file) : first;
  try {
    if (known) await sendKnown(file, known, root, connection);
    else if (first === 'new digests') await sendAsMade(file, request, connection);
    else await refuse(connection, 'unsupported', 'the file has more than 2 TiB');
  } catch (error) {
    request.leave(error);
    throw error;
  }
}

/** The file is closed only if it cannot be read. */
async function recheck(file: SharedFile, piece: number, manifests: ManifestStore): Promise<void> {
  try {
    await manifests.recheck(file, piece);
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

/** Waits for `firstDigestTimeout`, until the client has gone, or until the signal is aborted. */
async function timeoutOf(
  connection: StreamWriter,
  clock: Clock,
  ended: AbortSignal,
): Promise<'timeout'> {
  const end = clock.now() + firstDigestTimeout;
  do await pause(clock, Math.min(clientCheckInterval, end - clock.now()), ended);
  while (clock.now() < end && !connection.ended && !ended.aborted);
  return 'timeout';
}

async function sendKnown(
  { filename }: SharedFile,
  { root, manifest }: KnownManifest,
  wantedRoot: string | undefined,
  connection: StreamWriter,
): Promise<void> {
  if (wantedRoot !== undefined && root !== wantedRoot) {
    await refuseChanged(connection, root);
    return;
  }
  await sendManifest(filename, { root, manifest }, connection);
}

/** Answers with a manifest that is known. */
export async function sendManifest(
  filename: string,
  { root, manifest: { size, pieceLength, digests } }: KnownManifest,
  connection: StreamWriter,
): Promise<void> {
  const { length } = digests;
  const line = encodeTransferAnswer({ length, filename, size, root, pieceLength });
  await connection.write(line, line.length);
  if (length > 0) await connection.write(digests);
}

async function sendAsMade(
  { filename, size }: SharedFile,
  request: ManifestInProgress,
  connection: StreamWriter,
): Promise<void> {
  const pieceLength = pieceLengthFor(size)!;
  let left = pieceCount(size, pieceLength) * digestBytes;
  const line = encodeTransferAnswer({ length: left, filename, size, pieceLength });
  await connection.write(line, line.length);
  while (left > 0) {
    const digests = await request.next();
    left -= digests.length;
    // The last digest is held back until the file is known not to have changed meanwhile.
    if (left === 0) await request.known;
    await connection.write(digests);
  }
}
