// `downloadFile`: one file, from one peer of version 1.
import { encodeTransferRequest } from '@peerlane/protocol';
import { FileAnswer } from './file-answer.ts';
import { keepingAlive } from '../async.ts';
import { checkAddress } from '../check-options.ts';
import { systemClock } from '../clock.ts';
import { DownloadFolder } from '../storage/download-folder.ts';
import { onDisk } from '../storage/disk-error.ts';
import { StreamReader } from '../connection/stream-reader.ts';
import { rateLimit } from '../connection/rate-limit.ts';
import { TransferError } from '../transfer-error.ts';
import { checkTargetName } from '../storage/target-name.ts';
import { OrderedOutput } from '../swarm/ordered-output.ts';
import type { Download, DownloadOptions } from './download-options.ts';
import { fileTarget, type FileTarget } from './file-target.ts';

/**
 * Downloads one file from one peer. It has a hidden name until its last byte has arrived. If the
 * download fails, nothing of it is left.
 *
 * @throws ProtocolError `bad-filename` or `not-encodable` for a name that cannot be used, and
 * `bad-address`; RangeError for limits out of range; TransferError; the reason of an aborted `signal`
 * @see docs/protocol.md, "TCP"
 */
export async function downloadFile(options: DownloadOptions): Promise<Download> {
  checkAddress(options.address);
  if (options.keys) throw new TransferError('refused', noVersion1);
  const { address, limitRate, clock = systemClock } = options;
  const limit = rateLimit(limitRate, clock);
  return downloadOver(options, () => StreamReader.open(address, options, limit));
}

/** Why nobody is asked in version 1 if there are keys. */
export const noVersion1 =
  'a sealed cluster has no version 1, which cannot be sealed: use version 2';

/** The same as {@link downloadFile}, on a connection that is opened last, and is closed. */
export async function downloadOver(
  options: DownloadOptions,
  open: () => Promise<StreamReader>,
): Promise<Download> {
  const { filename, into, signal, onEvent } = options;
  if (typeof options.into === 'string') checkTargetName(options);
  const request = encodeTransferRequest({ filename });
  signal?.throwIfAborted();
  return keepingAlive(async () => {
    const target =
      into instanceof OrderedOutput ? into : await DownloadFolder.open(into, options.existing);
    try {
      if (target instanceof DownloadFolder) await target.verifyName(options.saveAs ?? filename);
      const reader = await open();
      try {
        onEvent?.({ type: 'connected' });
        reader.send(request);
        return await receive(reader, fileTarget(target, options), options);
      } finally {
        reader.close();
      }
    } finally {
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
    // More than was announced comes of a file that grows. The peer need not close the connection.
    answer.push(reader.read() ?? new Uint8Array());
    const placed = await onDisk(path, signal, target.place());
    return { ...placed, size, ...(answer.hasMore && { grown: true }) };
  } finally {
    await target.discard();
  }
}
