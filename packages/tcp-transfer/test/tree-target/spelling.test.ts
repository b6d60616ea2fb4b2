// Names that a disk finds though no entry has them, as one does that takes capital letters for small ones.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PieceHasher } from '../../src/index.ts';
import { compared } from '../../src/hashing/compare-work.ts';
import { HeldFolder } from '../../src/paths/held-folder.ts';
import { isMisspelt } from '../../src/tree-target/spelling.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { changed, received } from '../support/trees.ts';

/** The same file on every disk, by a name that the folder does not list. */
const unlisted = './file';

describe('the spelling of names', () => {
  it('A name is misspelt if there is a file by it that the folder lists under another one', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'file'), 'a');
    await mkdir(join(path, 'a\u0308'));
    await using folder = await HeldFolder.open(path);
    // What such a disk does with every name.
    const folding = (name: string): HeldFolder =>
      ({ anchor: folder.anchor, at: () => folder.at(name) }) as unknown as HeldFolder;
    expect(await isMisspelt(folding('file'), 'FILE')).toBe(true);
    expect(await isMisspelt(folder, 'file')).toBe(false);
    expect(await isMisspelt(folder, 'missing')).toBe(false);
    expect(await isMisspelt(folding('a\u0308'), '\u00e4')).toBe(false);
  });

  it('A thread takes no file for the same that has another spelling, on a disk that has such', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'file'), 'a');
    const hasher = new PieceHasher();
    onTestFinished(() => hasher.close());
    const { entry } = await received(['file'], 'a');
    const place = { folders: [path], inFolder: Uint32Array.of(0), owners: [undefined] };
    const sizes = Float64Array.of(1);
    const facts = { mtimes: Float64Array.of(changed), execs: Uint8Array.of(0), pieces: new Map() };
    const compare = (names: string, folds: boolean): Promise<Uint8Array> =>
      hasher.workOnFiles<'compare'>({
        work: 'compare',
        ...{ ...place, ...facts, digests: entry.digest!, sizes },
        ...{ names, folds, execBits: 0 },
      });
    expect(await compare(unlisted, true)).toEqual(Uint8Array.of(compared.misspelt));
    expect(await compare(unlisted, false)).toEqual(Uint8Array.of(compared.same));
    expect(await compare('file', true)).toEqual(Uint8Array.of(compared.same));
  });
});
