// Puts a download of `p2p get` in its place: a folder, a file, a device, a pipe or standard output.
import { lstat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { hasUnfinished, OrderedOutput, TransferError } from '@peerlane/tcp-transfer';
import type { Io, Output } from '../output/io.ts';
import type { NodeDownload, NodeGetOptions } from '../node/get-into-folder.ts';
import type { PeerlaneNode } from '../node/node.ts';
import type { GetOptions } from './get-options.ts';
import { openOutput, sinkAt, type Sink } from './sink.ts';

interface Delivery {
  readonly signal: AbortSignal;
  readonly onProgress: NonNullable<NodeGetOptions['onProgress']>;
  readonly onSilent: NonNullable<NodeGetOptions['onSilent']>;
  readonly choose: NonNullable<NodeGetOptions['choose']>;
  readonly turn: NonNullable<NodeGetOptions['turn']>;
  readonly io: Io;
}

/** The content that is downloaded, and the options of the download. */
type Wanted = Pick<NodeGetOptions, 'root' | 'limitRate'> &
  Pick<Delivery, 'signal' | 'onProgress' | 'onSilent' | 'choose' | 'turn'>;

/**
 * Downloads a file to its target. Standard output, a device or a pipe gets each piece as soon as it is
 * verified, and nothing is written anywhere else.
 *
 * @throws the errors of `node.get`; Error if the target exists
 */
export async function deliver(
  node: PeerlaneNode,
  name: string,
  { target, existing, ...content }: GetOptions,
  { io, ...listeners }: Delivery,
): Promise<NodeDownload> {
  const wanted = { ...listeners, ...content };
  if (target.kind === 'folder') return node.get(name, { ...wanted, existing, into: target.folder });
  if (target.kind === 'stdout') {
    const output = new OrderedOutput('the standard output', (bytes) => write(io.stdout, bytes));
    return node.get(name, { ...wanted, into: output });
  }
  return toPath(node, name, { ...wanted, existing }, target.path);
}

/** Whether an earlier download has left something in the folder of a target to go on with. */
export async function canGoOn(target: GetOptions['target']): Promise<boolean> {
  if (target.kind === 'stdout') return false;
  return hasUnfinished(target.kind === 'file' ? dirname(target.path) : target.folder);
}

async function toPath(
  node: PeerlaneNode,
  name: string,
  { existing, ...wanted }: Wanted & Pick<GetOptions, 'existing'>,
  path: string,
): Promise<NodeDownload> {
  const place = { into: dirname(path), saveAs: basename(path) };
  if (existing === 'skip') return node.get(name, { ...wanted, ...place, existing });
  const there = await lstat(path).catch(() => undefined);
  if (there) {
    await using sink = await sinkAt(path);
    if (existing === 'rename') throw existsError(path, sink !== undefined);
    if (sink) {
      return await passInto(node, name, wanted, sink);
    }
  }
  if (existing === 'replace') return node.get(name, { ...wanted, ...place, existing });
  return node.get(name, { ...wanted, ...place, existing: 'refuse' }).catch((cause: unknown) => {
    // Something created it during the download.
    if (TransferError.is(cause) && cause.code === 'exists') throw existsError(path, false, cause);
    throw cause;
  });
}

function existsError(path: string, isSink: boolean, cause?: unknown): Error {
  const forced = isSink ? 'writes into it' : 'replaces it';
  const message = `${path} already exists: --force ${forced}, --skip-existing leaves it`;
  return new Error(message, { cause });
}

async function passInto(
  node: PeerlaneNode,
  name: string,
  wanted: Wanted,
  sink: Sink,
): Promise<NodeDownload> {
  await using opened = openOutput(sink, wanted.signal);
  return await node.get(name, { ...wanted, into: opened.output });
}

/** Resolves when a stream has written bytes. */
/** Writes to the standard output. If that fails, its own error ends the program, and says why once. */
function write(stream: Output, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.write(bytes, (error) => {
      if (!error) resolve();
    });
  });
}
