// Verified downloads that survive a hostile first source.
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeTransferAnswer, type PeerAddress, type TransferRequestV2 } from '@peerlane/protocol';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import { temporaryFolder } from '../support/helpers.ts';
import {
  download,
  expectFile,
  fakePeer,
  leftIn,
  Losses,
  piece,
  sharing,
  sourcesOf,
} from '../support/peers.ts';

const content = randomBytes(12 * piece);

/** Tells the manifest of some content; what it does with other requests is up to the test. */
async function impostor(
  bytes: Buffer,
  rest: (request: TransferRequestV2, socket: Socket) => void,
): Promise<{ readonly address: PeerAddress; readonly root: string }> {
  const count = Math.ceil(bytes.length / piece);
  const digests = Buffer.concat(
    Array.from({ length: count }, (_, each) =>
      createHash('sha256')
        .update(bytes.subarray(each * piece, (each + 1) * piece))
        .digest(),
    ),
  );
  const size = bytes.length;
  const { root } = await withRoot({ size, pieceLength: piece, digests });
  const address = await fakePeer((request, socket) => {
    if (request.want !== 'manifest') {
      rest(request, socket);
      return;
    }
    const { length } = digests;
    socket.write(encodeTransferAnswer({ length, size, pieceLength: piece, root }));
    socket.write(digests);
  });
  return { address, root };
}

describe('a download survives a first source that', () => {
  it('A download survives a first source that sends digests forever and no data', async () => {
    const good = await sharing({ file: content });
    const trickling = await fakePeer(({ want }, socket) => {
      if (want === 'manifest') {
        const size = 2048 * piece;
        socket.write(encodeTransferAnswer({ length: 2048 * 32, size, pieceLength: piece }));
        const timer = setInterval(() => socket.write('x'), 20);
        onTestFinished(() => {
          clearInterval(timer);
        });
      } else socket.write(encodeTransferAnswer({ error: { code: 'unsupported', message: 'no' } }));
    });
    const into = await temporaryFolder();
    const losses = new Losses();
    const sources = sourcesOf(trickling, good.address);
    await download({ sources, into, onLost: losses.onLost });
    await expectFile(into, content);
    expect(losses.all).toEqual([[trickling.port, 'refused']]);
  });

  it.each([true, false])(
    'A download survives a first source of other content that goes (roots are known: %s)',
    async (told) => {
      const good = await sharing({ file: content });
      // It is known there, so that the server can say that it has other content.
      const { root } = await download({ sources: sourcesOf(good.address) });
      const other = await impostor(randomBytes(content.length), (_, socket) => socket.destroy());
      const into = await temporaryFolder();
      const sources = sourcesOf(
        { address: other.address, ...(told && { root: other.root }) },
        { address: good.address, ...(told && { root }) },
      );
      expect((await download({ sources, into })).root).toBe(root);
      await expectFile(into, content);
    },
  );

  it('A first source is lost with the wrong piece, not with the connection that this closes', async () => {
    const good = await sharing({ file: content });
    const size = content.length;
    const wrong = await fakePeer(({ want, offset = 0, length = 0 }, socket) => {
      if (want === 'manifest') {
        // The root stays unknown: only the first of the digests comes.
        const announced = 32 * (size / piece);
        socket.write(encodeTransferAnswer({ length: announced, size, pieceLength: piece }));
        socket.write(createHash('sha256').update(content.subarray(0, piece)).digest());
        return;
      }
      socket.write(encodeTransferAnswer({ length, size, offset }));
      socket.write(randomBytes(Math.min(length, 2 * piece) - 1));
    });
    const into = await temporaryFolder();
    const { all, onLost } = new Losses();
    await download({ sources: sourcesOf(wrong, good.address), into, onLost });
    await expectFile(into, content);
    expect(all).toEqual([[wrong.port, 'wrong-content']]);
  });

  it('Nothing is kept of wrong pieces from a first source', async () => {
    const { address } = await impostor(content, ({ offset = 0, length = 0 }, socket) => {
      socket.write(encodeTransferAnswer({ length, size: content.length, offset }));
      socket.write(randomBytes(length));
    });
    const into = await temporaryFolder();
    const failed = download({ sources: sourcesOf(address), into });
    await expect(failed).rejects.toMatchObject({ code: 'wrong-content' });
    expect(await leftIn(into)).toEqual([]);
  });
});

describe('a source that comes twice', () => {
  it('A source that comes twice does no harm', async () => {
    const servers = await Promise.all([1, 2].map(() => sharing({ file: content })));
    const [one, other] = servers.map(({ address }) => ({ address }));
    for (let round = 0; round < 5; round += 1) {
      const into = await temporaryFolder();
      await download({ sources: sourcesOf(one!, other!, one!, other!, one!), into });
      await expectFile(into, content);
    }
  });
});
