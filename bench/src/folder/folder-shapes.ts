// The folders that `bench folder` moves: many files in nested folders, of random bytes.
import { randomFillSync } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a folder is filled. */
export interface Shape {
  readonly name: string;
  readonly files: number;
  /** The sizes of the files in turn, in bytes. */
  readonly sizes: readonly number[];
  /** How many files are in one folder. */
  readonly perFolder: number;
}

const [kibibyte, mebibyte] = [1024, 1024 ** 2];

export const smallFiles: Shape = {
  name: '10,000 files of 4 KiB',
  files: 10_000,
  sizes: [4 * kibibyte],
  perFolder: 100,
};

export const largeFiles: Shape = {
  name: '1,000 files of 1 MiB',
  files: 1000,
  sizes: [mebibyte],
  perFolder: 50,
};

/** Most files are small, and most bytes are in large ones. */
export const mixedFiles: Shape = {
  name: '505 files of 1 KiB to 8 MiB',
  files: 505,
  sizes: [
    ...Array.from({ length: 84 }, (_, each) => (1 + (each % 32)) * kibibyte),
    ...Array.from({ length: 14 }, (_, each) => (100 + 40 * each) * kibibyte),
    ...[2 * mebibyte, 2 * mebibyte, 8 * mebibyte],
  ],
  perFolder: 64,
};

export const millionFiles: Shape = {
  name: '1,000,000 files of 64 bytes',
  files: 1_000_000,
  sizes: [64],
  perFolder: 1000,
};

/** The bytes of all its files. */
export function bytesOf({ files, sizes }: Shape): number {
  const rounds = Math.floor(files / sizes.length);
  const sum = (some: readonly number[]): number => some.reduce((total, size) => total + size, 0);
  return rounds * sum(sizes) + sum(sizes.slice(0, files % sizes.length));
}

/** Fills a folder, which is made, ten folders of files in each folder above them. */
export async function fill(
  folder: string,
  { files, sizes, perFolder }: Shape,
  onFile: (made: number) => void = () => undefined,
): Promise<void> {
  for (let first = 0, group = 0; first < files; first += perFolder, group += 1) {
    const place = join(folder, `group-${Math.floor(group / 10)}`, `part-${group % 10}`);
    await mkdir(place, { recursive: true });
    const inPlace = Array.from(
      { length: Math.min(perFolder, files - first) },
      (_, each) => first + each,
    );
    for (const file of inPlace) {
      const content = randomFillSync(Buffer.allocUnsafe(sizes[file % sizes.length]!));
      await writeFile(join(place, `file-${file}.bin`), content);
    }
    onFile(first + inPlace.length);
  }
}

/** Throws if a folder has not as many files and bytes as its shape says. */
export async function check(folder: string, shape: Shape): Promise<void> {
  let [files, bytes] = [0, 0];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  if (files !== shape.files || bytes !== bytesOf(shape))
    throw new Error(`${folder} has ${files} files with ${bytes} bytes instead of ${shape.name}`);
}
