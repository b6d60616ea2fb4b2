import { createReadStream } from 'node:fs';
import { link, mkdir, mkdtemp, rename, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Io } from '../io.ts';
import type { NodeDownload, NodeGetOptions, PeerlaneNode } from '../node.ts';
import type { GetOptions } from './get-options.ts';

interface Delivery {
  readonly signal: AbortSignal;
  readonly onProgress: NonNullable<NodeGetOptions['onProgress']>;
  readonly io: Io;
}

/**
 * Downloads a file to where it shall go. What goes to a file of another name, or to standard output, is
 * put together and verified elsewhere first.
 *
 * @throws what `node.get` throws; Error where the target is there already
 */
export async function deliver(
  node: PeerlaneNode,
  name: string,
  { target, existing, ...content }: GetOptions,
  { signal, onProgress, io }: Delivery,
): Promise<NodeDownload> {
  const wanted = { signal, onProgress, ...content };
  if (target.kind === 'folder') return node.get(name, { ...wanted, existing, into: target.folder });
  if (target.kind === 'stdout') {
    const staging = await mkdtemp(join(tmpdir(), 'p2p-'));
    try {
      const got = await node.get(name, { ...wanted, into: staging });
      await pipeline(createReadStream(got.path), io.stdout, { end: false, signal });
      return got;
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  return toFile(node, name, { ...wanted, existing }, target.path);
}

async function toFile(
  node: PeerlaneNode,
  name: string,
  { existing, ...wanted }: NodeGetOptions & Pick<GetOptions, 'existing'>,
  path: string,
): Promise<NodeDownload> {
  const there = await stat(path).catch(() => undefined);
  if (there && existing === 'skip') return { path, size: there.size, created: false };
  const taken = `${path} is there already: --force replaces it, --skip-existing leaves it`;
  if (there && existing === 'rename') throw new Error(taken);
  // Beside the file, so that it only has to be linked; by its name, so that a download that was broken
  // off goes on.
  const staging = join(dirname(path), `.${basename(path)}.p2p`);
  await mkdir(staging).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  let isWhole = false;
  try {
    const got = await node.get(name, { ...wanted, existing: 'replace', into: staging });
    isWhole = true;
    if (existing === 'replace') await rename(got.path, path);
    else {
      await link(got.path, path).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new Error(taken);
        // Some disks know no links.
        return rename(got.path, path);
      });
    }
    return { ...got, path, created: true };
  } finally {
    // What was broken off is kept: then the folder is not empty.
    await (isWhole ? rm(staging, { recursive: true, force: true }) : rmdir(staging)).catch(
      () => undefined,
    );
  }
}
