// A whole folder on a FAT disk, which has no executable bit, no small letters beside capital ones, times in steps
// of two seconds, and not all names.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loopDisk, type LoopKind } from '../support/loop-disk.ts';
import { downloadPhotos, servingTree } from '../support/photos.ts';

const kinds: readonly LoopKind[] = ['vfat', 'fusefat', 'exfat'];

it.for(kinds.flatMap((kind) => [true, false].map((sync) => [kind, sync] as const)))(
  'On a disk of %s all that it can hold comes, the rest is told, and a second time nothing is fetched (synced: %s)',
  async ([kind, sync], { skip }) => {
    const into = await loopDisk(kind);
    if (into === undefined) return skip('needs a disk of this kind in a file');
    const { server } = await servingTree({
      'Name.txt': 'first',
      'name.txt': 'second',
      'a:b': 'no',
      'a?b': 'no',
      'sub/run.sh': '#!/bin/sh\n',
      'sub/large': Buffer.alloc(700_000, 'large'),
      'sub/pair': Buffer.alloc(700_000, 'large'),
      [`long/${'n'.repeat(250)}`]: 'long',
      empty: null,
    });
    const sources = [{ address: server.address }];
    const first = await downloadPhotos({ sources, into, sync });
    const kindsOf = ({ problems }: typeof first) =>
      problems.map(({ path, kind }) => `${path.join('/')}: ${kind}`);
    expect(kindsOf(first)).toEqual(['name.txt: clash', 'a:b: disk', 'a?b: disk']);
    expect(first.result).toMatchObject({ files: 5, otherFiles: 0 });
    expect(await readdir(join(into, 'photos'))).toEqual(
      expect.arrayContaining(['Name.txt', 'sub', 'long', 'empty']),
    );
    expect(await readFile(join(into, 'photos', 'name.txt'), 'utf8')).toBe('first');
    const second = await downloadPhotos({ sources, into, sync });
    expect(kindsOf(second)).toEqual(kindsOf(first));
    expect(second.result).toMatchObject({ fetchedFiles: 0, fetchedBytes: 0, otherFiles: 0 });
  },
);
