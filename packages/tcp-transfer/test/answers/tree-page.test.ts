// How many entries are looked at for a page of a tree.
import { treeLine } from '@peerlane/protocol';
import { expect, it } from 'vitest';
import { maxPageBytes, type Page } from '../../src/answers/list-page.ts';
import { treePage, type LinesOf } from '../../src/answers/tree-page.ts';
import { TreeWalk } from '../../src/folders/tree-walk.ts';
import type { FolderEntry, ServedFolder } from '../../src/sharing/served-folders.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** A folder with so many files, whose names are numbers of a length. */
function numbered(count: number, length: number): ServedFolder {
  const nameOf = (index: number): string => String(index).padStart(length, '0');
  return {
    name: 'f',
    entriesAfter: (after, most) => {
      const start = after === undefined ? 0 : Number(after[0]) + 1;
      const size = Math.max(0, Math.min(most, count - start));
      const found = Array.from({ length: size }, (_, at): FolderEntry => {
        return { path: [nameOf(start + at)], kind: 'file' };
      });
      return Promise.resolve(found);
    },
    openFile: () => Promise.resolve(undefined),
  };
}

function lineOf({ path }: FolderEntry): string {
  return treeLine({ path, kind: 'file', size: 1, mtime: 0, digest: '0'.repeat(64) });
}

interface Made {
  readonly page: Page | 'busy';
  readonly looked: number;
}

async function pageOf(folder: ServedFolder, after?: string): Promise<Made> {
  const walk = new TreeWalk(folder, after === undefined ? undefined : [after], 6000);
  let looked = 0;
  const linesOf: LinesOf = (entries) => {
    looked += entries.length;
    return Promise.resolve(entries.map(lineOf));
  };
  return { page: await treePage(walk, linesOf, { ended: false }, new ManualClock()), looked };
}

it.each([8, 60, 200])(
  'With names of %i characters, hardly an entry is looked at that does not fit into the page',
  async (length) => {
    const folder = numbered(20_000, length);
    let after: string | undefined;
    let listed = 0;
    do {
      const { page, looked } = await pageOf(folder, after);
      if (page === 'busy') throw new Error('a page was expected');
      const lines =
        page.data.toString().length / lineOf({ path: ['0'.repeat(length)], kind: 'file' }).length;
      expect(looked - lines).toBeLessThan(16);
      if (page.cursor !== undefined) expect(page.data.length).toBeGreaterThan(maxPageBytes - 500);
      expect(page.data.length).toBeLessThanOrEqual(maxPageBytes);
      listed += lines;
      after = page.cursor;
    } while (after !== undefined);
    expect(listed).toBe(20_000);
  },
);

it('A line that comes later is waited for, and a page without it is sent after a moment', async () => {
  const clock = new ManualClock();
  const walk = new TreeWalk(numbered(3, 1), undefined, 6000);
  const never = new Promise<string>(() => undefined);
  const linesOf: LinesOf = (entries) =>
    Promise.resolve(entries.map((entry) => (entry.path[0] === '2' ? never : lineOf(entry))));
  const timer = setInterval(() => {
    clock.advance(50);
  }, 1);
  const page = await treePage(walk, linesOf, { ended: false }, clock);
  clearInterval(timer);
  expect(page).toMatchObject({ cursor: '1' });
});
