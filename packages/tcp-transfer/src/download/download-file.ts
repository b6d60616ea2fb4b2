// `downloadFile`: one file, from one peer of version 1.
import { encodeTransferRequest, type PeerAddress } from '@peerlane/protocol';
import { FileAnswer } from './file-answer.ts';
import { keepingAlive } from '../async.ts';
import { checkAddress } from '../check-options.ts';
import { systemClock, type Clock } from '../clock.ts';
import { DownloadFolder } from '../storage/download-folder.ts';
import { onDisk } from '../storage/disk-error.ts';
import { resolvePace, type PaceLimits } from '../connection/pace.ts';
import { StreamReader, type Connect } from '../connection/stream-reader.ts';
import { rateLimit } from '../connection/rate-limit.ts';
import type { Existing, SavedFile } from '../storage/place-file.ts';
import { checkTargetName } from '../storage/target-name.ts';
import { OrderedOutput } from '../swarm/ordered-output.ts';
import { fileTarget, type FileTarget } from './file-target.ts';

/** The options of {@link downloadFile}. */
export interface DownloadOptions extends PaceLimits {
  /** The TCP address of the peer that serves the file. */
  readonly address: PeerAddress;
  /** The name that the peer is asked for. */
  readonly filename: string;
  /**
   * The folder that the file is written to, which must exist; or an output that gets the bytes as they
   * come, with none of them on the disk.
   */
  readonly into: string | OrderedOutput;
  /**
   * The name to save it under.
   * @default `filename`
   */
  readonly saveAs?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes are written. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Called when the download reaches its next step. */
  readonly onEvent?: ((event: DownloadEvent) => void) | undefined;
  /**
   * Whether the file is synced to disk before it gets its name. Without, a loss of power soon
   * afterwards can leave an incomplete file.
   * @default true
   */
  readonly sync?: boolean;
  /**
   * What is done if another file has the name already.
   * @default 'rename'
   */
  readonly existing?: Existing | undefined;
  /**
   * The highest rate, in bytes per second.
   * @default unlimited
   */
  readonly limitRate?: number | undefined;
  /** @default a TCP connection, which is the fastest */
  readonly connect?: Connect | undefined;
  /** @default the time of this machine */
  readonly clock?: Clock;
}

/** How far a download is, both numbers in bytes. */
export interface DownloadProgress {
  readonly received: number;
  readonly size: number;
}

/** A step of a download. */
export type DownloadEvent =
  /** The connection is made; the peer is asked for the file. */
  | { readonly type: 'connected' }
  /** The peer has announced the size of the file, in bytes; its data follow. */
  | { readonly type: 'started'; readonly size: number }
  /** The last byte has arrived; the file is synced and gets its name. */
  | { readonly type: 'received'; readonly size: number };

/** A file that was downloaded. */
export interface Download extends SavedFile {
  /** In bytes. */
  readonly size: number;
}

/**
 * Downloads one file from one peer. It has a hidden name until its last byte has arrived. If the
 * download fails, nothing of it is left.
 *
 * @throws ProtocolError `bad-filename` or `not-encodable` for a name that cannot be used, and
 * `bad-address`; RangeError for limits out of range; TransferError; the reason of an aborted `signal`
 * @see docs/protocol.md, "TCP"
 */
export async function downloadFile(options: DownloadOptions): Promise<Download> {
  const { address, filename, into, signal, onEvent, clock = systemClock } = options;
  checkAddress(address);
  if (typeof options.into === 'string') checkTargetName(options);
  const request = encodeTransferRequest({ filename });
  const pace = resolvePace(options);
  const limit = rateLimit(options.limitRate, clock);
  signal?.throwIfAborted();
  return keepingAlive(async () => {
    const target =
      into instanceof OrderedOutput ? into : await DownloadFolder.open(into, options.existing);
    const reader = new StreamReader(pace, clock, signal, limit);
    try {
      await reader.connect(address, options.connect);
      onEvent?.({ type: 'connected' });
      reader.send(request);
      return await receive(reader, fileTarget(target, options), options);
    } finally {
      reader.close();
      if (target instanceof DownloadFolder) await target.release();
    }
  });
}

async function receive(
  reader: StreamReader,
  target: FileTarget,
  { filename, into, signal, onProgress, onEvent }: DownloadOptions,
): Promise<Download> {
  const path = into instanceof OrderedOutput ? into.path : into;
  const answer = new FileAnswer(filename);
  let hasStarted = false;
  try {
    while (!answer.complete) {
      const piece = await reader.next();
      if (!piece) throw answer.cutOff(reader.broken);
      const data = answer.push(piece);
      const { size } = answer;
      if (size !== undefined) {
        if (!hasStarted) {
          reader.expect(size - answer.received);
          await onDisk(path, signal, target.open(size));
          hasStarted = true;
          onEvent?.({ type: 'started', size });
        }
        await onDisk(path, signal, target.write(data, answer.received - data.length));
        onProgress?.({ received: answer.received, size });
      }
      reader.release();
    }
    const size = answer.received;
    onEvent?.({ type: 'received', size });
    await onDisk(path, signal, target.finish());
    // The peer need not close the connection, but more bytes than it announced are an error.
    answer.push(reader.read() ?? new Uint8Array());
    return { ...(await onDisk(path, signal, target.place())), size };
  } finally {
    await target.discard();
  }
}
