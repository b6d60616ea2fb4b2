// What is not sent of a folder, for a person.
import { expect, it } from 'vitest';
import { LeftOutEntries } from '../../src/sending/left-out.ts';

it('Links are counted, and everything else that is not sent is named, by folder', () => {
  const entries = new LeftOutEntries();
  expect(entries.lines).toEqual([]);
  entries.add({ folder: 'photos', path: ['a'], reason: 'link' });
  entries.add({ folder: 'odd\u001b', path: ['sub', 's\u0007'], reason: 'special' });
  entries.add({ folder: 'photos', path: ['b'], reason: 'link' });
  entries.add({ folder: 'photos', path: ['c'], reason: 'unreadable' });
  expect(entries.lines).toEqual([
    'Not sent of "photos/":',
    '  2 symbolic links',
    '  c: you may not read it',
    'Not sent of "odd\\u{1b}/":',
    '  sub/s\\u{7}: neither a file nor a folder',
  ]);
});
