// Prepares a send: finds out the content of everything in it.
import { randomBytes } from 'node:crypto';
import { maxSentTextBytes, pieceLengthFor, visibleText } from '@peerlane/protocol';
import { measureTree, TransferError, type Library } from '@peerlane/tcp-transfer';
import { sizeText } from '../text/figures.ts';
import { throttleCalls } from '../throttle-calls.ts';
import type { PreparedItem, PreparedSend, PrepareSendOptions, SendItem } from './outgoing.ts';

/** How many files and bytes were hashed. */
interface Hashed {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Hashes what is to be sent.
 *
 * @param now the time in milliseconds
 * @throws TransferError `no-file` if something is not shared, or is too large; `changed` if it is being written
 * to, or cannot be read; the reason of an aborted `signal`
 */
export async function prepareSend(
  items: readonly SendItem[],
  library: Library,
  { signal, onProgress, onLeftOut }: PrepareSendOptions,
  now: () => number,
): Promise<PreparedSend> {
  const report = onProgress && throttleCalls(onProgress, now, () => false);
  const prepared: PreparedItem[] = [];
  const before = { files: 0, bytes: 0 };
  for (const item of items) {
    const onHashed = ({ files, bytes }: Hashed): void => {
      report?.({ files: before.files + files, bytes: before.bytes + bytes });
    };
    const one =
      item.kind === 'folder'
        ? await prepareFolder(item, library, { signal, onProgress: onHashed, onLeftOut })
        : await prepareFile(item, library, signal, onHashed);
    before.files += one.files ?? 1;
    before.bytes += one.size;
    prepared.push(one);
  }
  onProgress?.(before);
  return { id: randomBytes(8).toString('hex'), items: prepared, total: before.bytes };
}

async function prepareFile(
  { kind, filename }: SendItem,
  { files, manifests }: Library,
  signal: AbortSignal | undefined,
  onHashed: (hashed: Hashed) => void,
): Promise<PreparedItem> {
  const file = await files.openFile(filename);
  if (!file) throw absent(filename);
  const { size } = file;
  let pieces = 0;
  try {
    if (kind === 'text' && size > maxSentTextBytes)
      throw new TransferError('no-file', `a text has at most ${sizeText(maxSentTextBytes)}`);
    const known = await manifests.of(file, {
      ...(signal && { signal }),
      onPiece: () => {
        pieces += 1;
        onHashed({ files: 0, bytes: Math.min(size, pieces * (pieceLengthFor(size) ?? 0)) });
      },
    });
    if (known) return { kind, filename, size, root: known.root };
    throw new TransferError('no-file', `"${visibleText(filename)}" has more than 2 TiB`);
  } catch (cause) {
    signal?.throwIfAborted();
    if (TransferError.is(cause)) throw cause;
    const message = `"${visibleText(filename)}" cannot be read`;
    throw new TransferError('changed', message, { cause });
  } finally {
    await file.handle.close();
  }
}

async function prepareFolder(
  { kind, filename }: SendItem,
  { files, manifests, folderWork }: Library,
  { onLeftOut, ...options }: PrepareSendOptions,
): Promise<PreparedItem> {
  const folder = await files.folders.find(filename);
  if (!folder) throw absent(filename);
  const measure = await measureTree(folder, filename, {
    ...{ manifests, folderWork, ...options },
    onOmitted: ({ path, reason }) => onLeftOut?.({ folder: filename, path, reason }),
  });
  return { kind, filename, ...measure };
}

function absent(filename: string): TransferError {
  return new TransferError('no-file', `"${visibleText(filename)}" is not shared`);
}
