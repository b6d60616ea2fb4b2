// Saved files: their times of change, and names that are in use.
import { createHash, randomBytes } from 'node:crypto';
import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeTransferAnswer } from '@peerlane/protocol';
import { entries, temporaryFolder } from '../support/helpers.ts';
import { download, expectFile, fakePeer, piece, sharing, sourcesOf } from '../support/peers.ts';

describe('when a file was last changed', () => {
  const content = randomBytes(1000);

  /** What the file has that came from a peer which says this. */
  async function mtimeFrom(mtime: number): Promise<number> {
    const into = await temporaryFolder();
    const { size, length } = { size: content.length, length: 32 };
    const address = await fakePeer(({ want }, socket) => {
      if (want === 'manifest') {
        socket.write(encodeTransferAnswer({ length, size, pieceLength: piece }));
        socket.write(createHash('sha256').update(content).digest());
      } else {
        socket.write(encodeTransferAnswer({ length: size, size, offset: 0, mtime }));
        socket.write(content);
      }
    });
    await download({ sources: sourcesOf(address), into });
    await expectFile(into, content);
    return Number((await stat(join(into, 'file'), { bigint: true })).mtimeNs) / 1e6;
  }

  it.each([0, 1, 999, 1_696_512_345_679, 1_767_225_600_123, -86_400_000, 4_102_444_800_000])(
    'The time of change %d is kept to the microsecond',
    async (mtime) => {
      expect(await mtimeFrom(mtime)).toBe(mtime);
    },
  );

  it('The time of change is kept as the disk of the holder has it', async () => {
    const into = await temporaryFolder();
    const { address, path } = await sharing({ file: content });
    const mtime = new Date('2001-02-03T04:05:06.789Z');
    await utimes(join(path, 'file'), mtime, mtime);
    await download({ sources: sourcesOf(address), into });
    expect((await stat(join(into, 'file'))).mtime).toEqual(mtime);
  });

  it.each([8.64e15, -8.64e15, 8.64e15 + 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    'The absurd time of change %d does no harm',
    async (mtime) => {
      expect(await mtimeFrom(mtime)).toEqual(expect.any(Number));
    },
  );
});

describe('a verified file whose name is taken', () => {
  const content = randomBytes(1000);

  it.each([
    ['by other content gets a number', undefined, ['file', 'file (1)']],
    ['by other content replaces it, where that is wanted', 'replace', ['file']],
  ] as const)('%s', async (_what, existing, names) => {
    const into = await temporaryFolder();
    await writeFile(join(into, 'file'), 'other');
    const { address } = await sharing({ file: content });
    const saved = await download({ sources: sourcesOf(address), into, existing });
    expect(saved.path).toBe(join(into, names.at(-1)!));
    expect((await stat(saved.path)).size).toBe(1000);
    expect(await entries(into)).toEqual(names);
  });

  it('A verified file whose name has the same content stays as it is', async () => {
    const into = await temporaryFolder();
    await writeFile(join(into, 'file'), content);
    const before = await stat(join(into, 'file'));
    const { address } = await sharing({ file: content });
    const saved = await download({ sources: sourcesOf(address), into });
    expect(saved).toMatchObject({ created: false, path: join(into, 'file') });
    expect((await stat(join(into, 'file'))).ino).toBe(before.ino);
    expect(await entries(into)).toEqual(['file']);
  });

  it('A file that is downloaded twice at the same time is there once', async () => {
    const large = randomBytes(16 * piece);
    const { address } = await sharing({ file: large });
    const into = await temporaryFolder();
    const both = await Promise.all(
      [1, 2].map(() => download({ sources: sourcesOf(address), into })),
    );
    expect(both.map(({ created }) => created).sort()).toEqual([false, true]);
    await expectFile(into, large);
  });
});
