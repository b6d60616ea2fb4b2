// What a node that serves tells of the folders that it sends: each once, however many files go.
import { expect, it } from 'vitest';
import { FolderUploads, isFolder } from '../../src/events/folder-uploads.ts';

function uploadsAt(): { readonly at: { now: number }; readonly uploads: FolderUploads } {
  const at = { now: 5 };
  return { at, uploads: new FolderUploads(() => at.now) };
}

it('A folder is told of once for each machine, whatever its connections and files', () => {
  const { uploads, at } = uploadsAt();
  const told: string[] = [];
  for (let index = 0; index < 1000; index += 1) {
    at.now += 59_000;
    for (const host of ['192.0.2.1', '192.0.2.2'])
      for (const filename of ['photos/', 'photos/2026/']) {
        const client = `${host}:${40_000 + index}`;
        if (uploads.isNew({ client, filename })) told.push(`${host} ${filename}`);
      }
  }
  expect(told).toEqual([
    '192.0.2.1 photos/',
    '192.0.2.1 photos/2026/',
    '192.0.2.2 photos/',
    '192.0.2.2 photos/2026/',
  ]);
});

it('A folder is told of again when nothing of it has gone for a minute', () => {
  const { uploads, at } = uploadsAt();
  const upload = { client: '192.0.2.1:40000', filename: 'photos/' };
  expect([uploads.isNew(upload), uploads.isNew(upload)]).toEqual([true, false]);
  at.now += 60_000;
  expect([uploads.isNew(upload), uploads.isNew(upload)]).toEqual([true, false]);
});

it('At most a thousand folders are remembered: with more, that of longest ago is told of again', () => {
  const { uploads } = uploadsAt();
  const client = '192.0.2.1:40000';
  for (let index = 0; index <= 1000; index += 1) uploads.isNew({ client, filename: `${index}/` });
  expect(uploads.isNew({ client, filename: '1000/' })).toBe(false);
  expect(uploads.isNew({ client, filename: '0/' })).toBe(true);
});

it('Only what has a slash at its end is a folder', () => {
  expect([isFolder({ filename: 'photos/' }), isFolder({ filename: 'photos' })]).toEqual([
    true,
    false,
  ]);
});
