// The contents of one file name: how they are told apart and shown.
import { describe, expect, it } from 'vitest';
import { fileTable } from '../../src/lines/file-table.ts';
import { statusLines, statusOf } from '../../src/lines/status-lines.ts';
import { contentsOf } from '../../src/search/search-files.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const file = (root: string | undefined, size: number, holder: string) => ({ root, size, holder });

describe('files of one name', () => {
  it('Files of one size without a root do not count as one content with another root', () => {
    const contents = contentsOf([file(undefined, 4, 'x'), file(a, 4, 'y'), file(a, 4, 'z')]);
    expect(contents).toEqual([
      { root: a, size: 4, holders: ['y', 'z'] },
      { root: undefined, size: 4, holders: ['x'] },
    ]);
    expect(fileTable([{ filename: 'n', contents }])[1]).toBe('4 B   3        1+?       n');
  });

  it.each([
    ['1', [file(a, 4, 'x'), file(a, 4, 'y')]],
    ['2', [file(a, 4, 'x'), file(b, 4, 'y')]],
    ['1', [file(undefined, 4, 'x')]],
    ['1+?', [file(undefined, 4, 'x'), file(undefined, 4, 'y')]],
    ['2', [file(a, 4, 'x'), file(undefined, 5, 'y')]],
    ['2', [file(undefined, 4, 'x'), file(undefined, 5, 'y')]],
    ['2+?', [file(a, 4, 'x'), file(b, 4, 'y'), file(undefined, 4, 'z')]],
  ])('The table shows %s versions for these contents', (versions, found) => {
    const [, row = ''] = fileTable([{ filename: 'n', contents: contentsOf(found) }]);
    expect(row.split(/ {2,}/)[2]).toBe(versions);
  });

  it('The status counts names with several contents, and names that may have several', () => {
    const found = [
      { filename: 'perhaps', contents: contentsOf([file(a, 4, 'x'), file(undefined, 4, 'y')]) },
      { filename: 'several', contents: contentsOf([file(a, 4, 'x'), file(b, 2, 'y')]) },
      { filename: 'one', contents: contentsOf([file(undefined, 1, 'x')]) },
    ];
    const folders = [{ name: 'some', files: 3, holders: ['x'] }];
    const members = [{ state: 'heard', owesSince: undefined }] as const;
    const status = statusOf(members, { files: found, folders }, 0);
    expect(status).toMatchObject({ folders: 1, files: 3, ambiguous: 1, unverified: 1, bytes: 11 });
    expect(statusLines(status)[1]).toBe(
      'Shared by them: 3 files (11 B), 1 of them in more than one version, 1 of them perhaps in more than one; 1 folder.',
    );
  });
});
