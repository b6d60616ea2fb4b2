// What is told of the entries of a folder that could not be had.
import { expect, it } from 'vitest';
import { FolderProblems } from '../../src/lines/folder-text.ts';

it('A holder does not choose how much is printed of the entries that could not be had', () => {
  const problems = new FolderProblems();
  const deep = Array.from({ length: 64 }, () => 'n'.repeat(120));
  for (let entry = 0; entry < 100_000; entry += 1)
    problems.add({ path: [...deep, String(entry)], kind: 'bad-name', reason: 'why' });
  expect(problems.lines).toHaveLength(101);
  for (const line of problems.lines) expect(line.length).toBeLessThan(600);
  expect(problems.lines.at(-1)).toBe('  … and 99900 more');
});
