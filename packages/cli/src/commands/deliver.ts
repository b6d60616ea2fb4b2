// Puts a download of `p2p get` in its place: a folder, a file, a device, a pipe or standard output.
import { constants } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TemporaryFolder, TransferError } from '@peerlane/tcp-transfer';
import type { Io } from '../output/io.ts';
import type { NodeDownload, NodeGetOptions } from '../node/get-into-folder.ts';
import type { PeerlaneNode } from '../node/node.ts';
import type { GetOptions } from './get-options.ts';
import { sinkAt, writeInto } from './sink.ts';

interface Delivery {
  readonly signal: AbortSignal;
  readonly onProgress: NonNullable<NodeGetOptions['onProgress']>;
  readonly onSilent: NonNullable<NodeGetOptions['onSilent']>;
  readonly io: Io;
}

/** The name of a download in the temporary folder. */
const stagedName = 'download';

/** The content that is downloaded, and the options of the download. */
type Wanted = Pick<NodeGetOptions, 'root' | 'limitRate'> &
  Pick<Delivery, 'signal' | 'onProgress' | 'onSilent'>;

/**
 * Downloads a file to its target. For standard output, a device or a pipe the file is assembled and
 * verified in a temporary folder first.
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
    return through(node, name, wanted, (file) =>
      pipeline(file.createReadStream({ autoClose: false }), io.stdout, {
        end: false,
        signal: listeners.signal,
      }),
    );
  }
  return toPath(node, name, { ...wanted, existing }, target.path);
}

async function toPath(
  node: PeerlaneNode,
  name: string,
  { existing, ...wanted }: Wanted & Pick<GetOptions, 'existing'>,
  path: string,
): Promise<NodeDownload> {
  const there = await lstat(path).catch(() => undefined);
  if (there && existing === 'skip') {
    const { size } = await stat(path).catch(() => there);
    return { path, size, created: false };
  }
  const sink = there && (await sinkAt(path));
  const forced = sink ? 'writes into it' : 'replaces it';
  const exists = `${path} is there already: --force ${forced}, --skip-existing leaves it`;
  if (there && existing === 'rename') throw new Error(exists);
  if (sink) {
    const got = await through(node, name, wanted, (file) => writeInto(sink, file, wanted.signal));
    return { ...got, path };
  }
  const place = { into: dirname(path), saveAs: basename(path) };
  if (existing === 'replace') return node.get(name, { ...wanted, ...place, existing });
  return node.get(name, { ...wanted, ...place, existing: 'refuse' }).catch((cause: unknown) => {
    // Something created it during the download.
    if (TransferError.is(cause) && cause.code === 'exists') throw new Error(exists, { cause });
    throw cause;
  });
}

/** Downloads a file into a temporary folder, and passes it on. */
async function through(
  node: PeerlaneNode,
  name: string,
  wanted: Wanted,
  passOn: (file: FileHandle) => Promise<void>,
): Promise<NodeDownload> {
  await using staging = await TemporaryFolder.make('p2p-');
  const path = staging.at(stagedName);
  const got = await node.get(name, { ...wanted, into: staging.anchor, saveAs: stagedName });
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  await passOn(file);
  return got;
}
