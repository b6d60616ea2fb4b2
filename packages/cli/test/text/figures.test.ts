// Counts and sizes as people read them.
import { describe, expect, it } from 'vitest';
import { counted, numberText, sharedText } from '../../src/text/figures.ts';

describe('figures', () => {
  it('Thousands are set apart, and one is not several', () => {
    expect([0, 999, 1000, 10_000, 999_999, 1_000_000].map(numberText)).toEqual([
      ...['0', '999', '1,000', '10,000', '999,999', '1,000,000'],
    ]);
    expect([1, 10_000].map((count) => counted(count, 'file'))).toEqual(['1 file', '10,000 files']);
  });

  it('What is shared is told in files, bytes and folders, and in bytes only if they were added up', () => {
    expect(sharedText({ files: 10_000, bytes: 40_960_000, folders: 101 })).toBe(
      '10,000 files (41 MB) in 101 folders',
    );
    expect(sharedText({ files: 1_000_000, folders: 1 })).toBe('1,000,000 files in 1 folder');
    expect(sharedText({ files: 1, bytes: 2, folders: 0 })).toBe('1 file (2 B)');
  });
});
