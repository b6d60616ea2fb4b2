// Downloads of a file that is in its place already.
import { randomBytes } from 'node:crypto';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entries, temporaryFolder } from '../support/helpers.ts';
import { counting, download, expectFile, piece, sharing, sourcesOf } from '../support/peers.ts';
import { maySmallDisk, smallDisk } from '../support/small-disk.ts';

const content = randomBytes(9 * piece + 1);

/** Other content of the same size. */
function changedAt(position: number): Buffer {
  const other = Buffer.from(content);
  other[position]! ^= 1;
  return other;
}

/** Downloads `content` into a folder, and counts the bytes that arrive. */
async function getInto(
  into: string,
  existing?: 'replace' | 'refuse',
): Promise<{ readonly created: boolean; readonly path: string; readonly received: number }> {
  const { address } = await sharing({ file: content });
  let received = 0;
  const connect = counting((bytes) => (received += bytes));
  const { created, path } = await download({
    ...{ sources: sourcesOf(address), into, connect, existing },
  });
  return { created, path, received };
}

async function folderWith(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const into = await temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(into, name), bytes);
  return into;
}

describe('A file that already exists', () => {
  it.each([undefined, 'replace'] as const)(
    'is compared with the manifest, and not fetched again (existing: %s)',
    async (existing) => {
      const into = await folderWith({ file: content });
      const { ino } = await stat(join(into, 'file'));
      const { created, received } = await getInto(into, existing);
      expect(created).toBe(false);
      expect(received).toBeLessThan(piece);
      await expectFile(into, content);
      expect((await stat(join(into, 'file'))).ino).toBe(ino);
    },
  );

  it('is found under a number, too', async () => {
    const into = await folderWith({ file: changedAt(0), 'file (1)': content });
    const { created, path, received } = await getInto(into);
    expect([created, path]).toEqual([false, join(into, 'file (1)')]);
    expect(received).toBeLessThan(piece);
  });

  it('needs no second copy of its size on the disk', async ({ skip }) => {
    skip(!maySmallDisk, 'needs the right to mount a small disk');
    const into = await smallDisk('size=4m');
    await writeFile(join(into, 'file'), content);
    expect(await getInto(into)).toMatchObject({ created: false });
  });

  it.each([0, content.length - 1])(
    'is kept beside the download if its byte %d differs',
    async (position) => {
      const into = await folderWith({ file: changedAt(position) });
      const { created, path } = await getInto(into);
      expect([created, path]).toEqual([true, join(into, 'file (1)')]);
      expect((await readFile(path)).equals(content)).toBe(true);
      expect(await entries(into)).toEqual(['file', 'file (1)']);
    },
  );

  it('is replaced by other content where that is wanted', async () => {
    const into = await folderWith({ file: changedAt(piece) });
    expect(await getInto(into, 'replace')).toMatchObject({ created: true });
    await expectFile(into, content);
  });

  it.skipIf(process.platform === 'win32')(
    'is fetched nevertheless if only a link leads to it',
    async () => {
      const [into, other] = [await temporaryFolder(), await folderWith({ file: content })];
      await symlink(join(other, 'file'), join(into, 'file'));
      expect(await getInto(into, 'replace')).toMatchObject({ created: true });
      await expectFile(into, content);
    },
  );
});
