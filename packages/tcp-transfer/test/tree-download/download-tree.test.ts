// The download of a whole folder from peers that serve it.
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { downloadPhotos, holds, servingTree } from '../support/photos.ts';

const photos = {
  'a.txt': 'hello\n',
  empty: null,
  'run.sh': '#!/bin/sh\n',
  'sub/b.txt': 'b',
  'sub/none': '',
  'sub/deep/large.bin': Buffer.alloc(5 * 1024 * 1024, 'x'),
  'sub/deep/medium.bin': Buffer.alloc(600_000, 'y'),
};

it('A folder arrives with its content, times and executable bits, and its empty folders', async () => {
  const { server, path } = await servingTree(photos);
  const { result, into, problems, lost } = await downloadPhotos({
    sources: [{ address: server.address }],
  });
  expect(problems).toEqual([]);
  expect(lost).toEqual([]);
  expect(await holds(join(into, 'photos'))).toEqual(await holds(path));
  expect(result).toMatchObject({ files: 6, folders: 3, fetchedFiles: 6, problems: 0 });
  expect(result.path).toBe(join(into, 'photos'));
});

it('A second download of a folder fetches no file', async () => {
  const { server } = await servingTree(photos);
  const sources = [{ address: server.address }];
  const { into, result: first } = await downloadPhotos({ sources });
  const { result } = await downloadPhotos({ sources, into });
  expect(result).toEqual({ ...first, fetchedFiles: 0, fetchedBytes: 0 });
});

it('Files of other content are counted, whatever is done about them', async () => {
  const { server } = await servingTree(photos);
  const sources = [{ address: server.address }];
  const outcomes: unknown[] = [];
  for (const existing of ['rename', 'skip', 'replace', 'refuse'] as const) {
    const { into } = await downloadPhotos({ sources });
    await writeFile(join(into, 'photos', 'a.txt'), 'mine\n');
    await writeFile(join(into, 'photos', 'sub', 'deep', 'large.bin'), 'mine');
    const { result, problems } = await downloadPhotos({ sources, into, existing });
    outcomes.push([existing, result.files, result.otherFiles, problems.length]);
  }
  expect(outcomes).toEqual([
    ['rename', 6, 2, 0],
    ['skip', 4, 2, 0],
    ['replace', 6, 2, 0],
    ['refuse', 4, 0, 2],
  ]);
});

it('What is left out of a folder is told once, and the rest comes', async () => {
  const { server, path } = await servingTree(photos);
  await symlink('a.txt', join(path, 'link'));
  const { result, problems } = await downloadPhotos({ sources: [{ address: server.address }] });
  expect(problems).toEqual([{ path: ['link'], kind: 'omitted', reason: 'a symbolic link' }]);
  expect(result).toMatchObject({ files: 6, problems: 1 });
});
