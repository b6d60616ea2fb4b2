// What a failed download leaves on the disk: nothing that a source sent without digests for it.
import { createHash, randomBytes } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { encodeTransferAnswer, type PeerAddress } from '@peerlane/protocol';
import { leftFiles, removeLeftFiles } from '../../src/index.ts';
import { hiddenFolder } from '../../src/leftovers/hidden-folder.ts';
import { entries, eventually, temporaryFolder } from '../support/helpers.ts';
import { counting, download, fakePeer, leftIn, piece, sourcesOf } from '../support/peers.ts';

const content = randomBytes(40 * piece);

/** Sends all of a file, but only the digests of its first pieces. */
async function withoutDigests(
  told: number,
): Promise<{ readonly address: PeerAddress; readonly breakOff: () => void }> {
  const sockets = new Set<Socket>();
  let isGone = false;
  const address = await fakePeer(({ want, offset = 0, length = 0 }, socket) => {
    if (isGone) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    const size = content.length;
    if (want === 'manifest') {
      socket.write(encodeTransferAnswer({ length: 40 * 32, size, pieceLength: piece }));
      for (let each = 0; each < told; each += 1)
        socket.write(
          createHash('sha256')
            .update(content.subarray(each * piece, (each + 1) * piece))
            .digest(),
        );
    } else {
      socket.write(encodeTransferAnswer({ length, size, offset }));
      socket.write(content.subarray(offset, offset + length));
    }
  });
  const breakOff = (): void => {
    isGone = true;
    for (const socket of sockets) socket.destroy();
  };
  return { address, breakOff };
}

/** Downloads from such a source until all of the file has come, and the source goes. */
async function failing(told: number): Promise<string> {
  const { address, breakOff } = await withoutDigests(told);
  const into = await temporaryFolder();
  let received = 0;
  const failed = download({
    sources: sourcesOf(address),
    into,
    connect: counting((bytes) => (received += bytes)),
  });
  failed.catch(() => undefined);
  await eventually(() => (received >= content.length ? true : undefined));
  breakOff();
  await expect(failed).rejects.toThrow();
  return into;
}

describe('a source that sends a file without its digests', () => {
  it('A source whose digests never come leaves nothing on the disk', async () => {
    expect(await leftIn(await failing(0))).toEqual([]);
  });

  it('A source that sends the digests of three pieces leaves these three pieces', async () => {
    const into = await failing(3);
    const [name, ...more] = await leftIn(into);
    expect(more).toEqual([]);
    const path = join(into, hiddenFolder, name!);
    const left = await readFile(path);
    expect(left.subarray(0, 3 * piece).equals(content.subarray(0, 3 * piece))).toBe(true);
    expect(left.subarray(3 * piece).every((byte) => byte === 0)).toBe(true);
    expect((await lstat(path)).blocks * 512).toBeLessThan(5 * piece);
  });

  it('What is left can be listed with its size, and removed', async () => {
    const into = await failing(3);
    const [left] = await leftFiles(into);
    expect(left!.bytes).toBeGreaterThanOrEqual(3 * piece);
    expect(left!.bytes).toBeLessThan(5 * piece);
    expect(await removeLeftFiles(into)).toEqual([left]);
    expect(await entries(into)).toEqual([]);
    expect(await leftFiles(into)).toEqual([]);
  });
});
