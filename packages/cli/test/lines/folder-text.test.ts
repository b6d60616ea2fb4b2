// What is told of the download of a folder, while it comes and at its end.
import { describe, expect, it } from 'vitest';
import type { TreeProblem } from '@peerlane/tcp-transfer';
import {
  FolderProblems,
  FolderWatch,
  otherFilesText,
  receivedFolderText,
} from '../../src/lines/folder-text.ts';

const whole = { path: '/home/me/photos', files: 340, size: 40e6, fetchedBytes: 40e6 };

describe('the line for a folder that was downloaded', () => {
  it('The line for a folder says what is there, what was fetched of it, and where it is saved', () => {
    const told = (fetchedFiles: number, path: string): string =>
      receivedFolderText({ ...whole, fetchedFiles, path, fetchedBytes: 1e6 }, 'photos/', 12);
    expect(told(340, '/a/photos')).toBe('Received "photos/": 340 files (40 MB) in 0:12.');
    expect(told(0, '/a/photos')).toBe('You already have "photos/": 340 files (40 MB).');
    expect(told(1, '/a/mine')).toBe(
      'Received "photos/" as "mine/": 340 files (40 MB), 1 file (1.0 MB) fetched in 0:12; the rest was there.',
    );
    const none = { ...whole, files: 0, size: 0, fetchedFiles: 0, fetchedBytes: 0 };
    expect(receivedFolderText(none, 'photos/', 0)).toBe('Received "photos/": 0 files.');
    expect(told(0, '/a/mine')).toBe('You already have "photos/" as "mine/": 340 files (40 MB).');
  });

  it('Files of other content are counted, with what was done about them', () => {
    expect(otherFilesText({ otherFiles: 0 })).toBeUndefined();
    expect(otherFilesText({ otherFiles: 1 })).toBe(
      '1 file of other content was kept: the download has a name with a number.',
    );
    expect(otherFilesText({ otherFiles: 2 }, 'skip')).toBe(
      '2 files of other content were kept: --force replaces them.',
    );
    expect(otherFilesText({ otherFiles: 2 }, 'replace')).toBe(
      '2 files of other content were replaced.',
    );
  });
});

describe('what could not be had of a folder', () => {
  const gone = (index: number): TreeProblem => ({
    path: ['sub', `${index}.txt`],
    kind: 'gone',
    reason: 'no source has it any more',
  });

  it('A hundred problems are listed, further ones are counted, and all of them make the fault', () => {
    const problems = new FolderProblems();
    for (let index = 0; index < 100; index += 1) expect(problems.add(gone(index))).toBe(true);
    expect(problems.lines).toHaveLength(100);
    expect(problems.lines[0]).toBe('  sub/0.txt: no source has it any more');
    problems.add(gone(100));
    problems.add(gone(101));
    expect(problems.lines).toHaveLength(101);
    expect(problems.lines.at(-1)).toBe('  … and 2 more');
    expect(problems.faultOf('photos')).toBe('Not all of "photos/" could be had: 102 problems');
  });

  it('A holder does not choose how much is printed of the entries that could not be had', () => {
    const problems = new FolderProblems();
    const deep = Array.from({ length: 64 }, () => 'n'.repeat(120));
    for (let entry = 0; entry < 100_000; entry += 1)
      problems.add({ path: [...deep, String(entry)], kind: 'bad-name', reason: 'why' });
    expect(problems.lines).toHaveLength(101);
    for (const line of problems.lines) expect(line.length).toBeLessThan(600);
    expect(problems.lines.at(-1)).toBe('  … and 99900 more');
  });

  it('Symbolic links are counted, and are no fault', () => {
    const problems = new FolderProblems();
    const link = { path: ['a'], kind: 'omitted', reason: 'a symbolic link' } as const;
    expect([problems.add(link), problems.add(link)]).toEqual([false, false]);
    expect(problems.lines).toEqual(['2 symbolic links were left out.']);
    expect(problems.faultOf('photos/')).toBeUndefined();
  });
});

describe('the progress of a folder in plain lines', () => {
  it('A plain line tells of files and bytes every ten seconds, and events of each progress', () => {
    let now = 0;
    const lines: string[] = [];
    const watch = new FolderWatch(
      'photos/',
      (line) => lines.push(line),
      () => now,
    );
    const state = { files: 12, listedFiles: 340, received: 1.2e6, listedBytes: 40e6, sources: 2 };
    const kinds = [0, 9_999, 10_000, 15_000, 20_000].map((at) => {
      now = at;
      return watch.events({ ...state, isListed: at >= 15_000 }).map(({ event }) => event);
    });
    expect(kinds[0]).toEqual(['folder-started', 'folder-progress']);
    expect(kinds.slice(1).flat()).toEqual(Array(4).fill('folder-progress'));
    expect(lines).toEqual([
      '"photos/": 12 of 340 files, 1.2 MB of 40 MB so far.',
      '"photos/": 12 of 340 files, 1.2 MB of 40 MB.',
    ]);
  });
});
