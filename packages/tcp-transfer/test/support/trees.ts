// Trees for tests of what is written to disk: as entries with their content, and as they are found there.
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { pieceLengthFor, type TreeFile, type TreePath } from '@peerlane/protocol';
import { PieceHasher } from '../../src/index.ts';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import type { HeldFolder } from '../../src/paths/held-folder.ts';
import { TreeTarget, type TreeTargetOptions } from '../../src/tree-target/tree-target.ts';
import type { ReceivedFile } from '../../src/tree-target/write-files.ts';
import type { Random } from './random.ts';

/** When the files of these tests were changed: a whole second, for disks that keep no more. */
export const changed = 1_600_000_000_000;

/** A file whose content has come. */
export async function received(
  path: TreePath,
  content: string | Uint8Array,
  about: Partial<TreeFile> = {},
): Promise<ReceivedFile> {
  const bytes = Buffer.from(content);
  const known = { path, kind: 'file', size: bytes.length, mtime: changed, ...about } as const;
  return { entry: { ...known, ...(await contentOf(bytes)) }, content: [inSharedMemory(bytes)] };
}

async function contentOf(bytes: Buffer): Promise<Pick<TreeFile, 'digest' | 'root'>> {
  const pieceLength = pieceLengthFor(bytes.length)!;
  if (bytes.length <= pieceLength) return { digest: sha256(bytes).toString('hex') };
  const digests: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength)
    digests.push(sha256(bytes.subarray(at, at + pieceLength)));
  const manifest = { size: bytes.length, pieceLength, digests: Buffer.concat(digests) };
  return { root: (await withRoot(manifest)).root };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

export function inSharedMemory(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** Random files in random folders, in parts of random lengths. */
export async function randomTree(random: Random, count: number): Promise<readonly ReceivedFile[]> {
  const files = new Map<string, ReceivedFile>();
  for (let number = 0; number < count; number += 1) {
    const depth = Math.floor(random.below(4));
    const folders = Array.from({ length: depth }, () => `d${Math.floor(random.below(3))}`);
    const path = [...folders, `f${number}${['', '.txt', ' (1).txt', ' ü'][number % 4]!}`];
    const most = [0, 10, 5000, 300_000, 1_000_000][Math.floor(random.below(5))]!;
    const bytes = Buffer.alloc(Math.floor(random.below(most)), `${number} ${random.below(1)}`);
    const exec = random.below(2) < 1 ? { exec: true as const } : {};
    const mtime = changed + Math.floor(random.below(1e9));
    const { entry } = await received(path, bytes, { mtime, ...exec });
    const cut = Math.floor(random.below(bytes.length));
    const content = [bytes.subarray(0, cut), bytes.subarray(cut)].map(inSharedMemory);
    files.set(path.join('/'), { entry, content });
  }
  return [...files.values()];
}

/** Opens the folder `tree` in a folder until the test ends. */
export async function openTree(
  into: string | HeldFolder,
  options: Partial<TreeTargetOptions> = {},
): Promise<TreeTarget> {
  const hasher = options.hasher ?? new PieceHasher();
  const target = await TreeTarget.open(into, 'tree', { sync: false, ...options, hasher });
  onTestFinished(async () => {
    await target.close();
    if (!options.hasher) await hasher.close();
  });
  return target;
}

/** What is in a folder, hidden entries included: each file with its content, each folder with `undefined`. */
export async function found(folder: string): Promise<Record<string, string | undefined>> {
  const all: Record<string, string | undefined> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const status = await lstat(join(folder, name));
    all[name] = status.isDirectory()
      ? undefined
      : status.isFile()
        ? await readFile(join(folder, name), 'latin1')
        : 'special';
  }
  return all;
}
