// Downloads from peers that are still getting the file themselves.
import { createHash, randomBytes } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { encodePieces, encodeTransferAnswer, type PeerAddress } from '@peerlane/protocol';
import { deferred } from '../../src/async.ts';
import { openLibrary, startFileServer, type Library } from '../../src/index.ts';
import { withRoot, type KnownManifest } from '../../src/manifests/known-manifest.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { download, expectFile, fakePeer, Losses, piece } from '../support/peers.ts';

const count = 8;
const content = randomBytes(count * piece);

function manifestOfContent(): Promise<KnownManifest> {
  const digests = Array.from({ length: count }, (_, index) =>
    createHash('sha256')
      .update(content.subarray(index * piece, (index + 1) * piece))
      .digest(),
  );
  const manifest = { size: content.length, pieceLength: piece, digests: Buffer.concat(digests) };
  return withRoot(manifest);
}

interface Receiver {
  readonly library: Library;
  readonly address: PeerAddress;
}

/** A node that shares nothing but what it is getting. */
async function receiver(): Promise<Receiver> {
  const library = await openLibrary([]);
  const server = await startFileServer({ library });
  onTestFinished(async () => {
    await server.close();
    await library.close();
  });
  return { library, address: server.address };
}

/** A receiver that has some pieces. */
async function receiverOf(pieces: readonly number[], bytes = content): Promise<Receiver> {
  const made = await receiver();
  const path = join(await temporaryFolder(), 'part');
  await writeFile(path, bytes);
  const file = (await made.library.partials.add(await manifestOfContent(), () => open(path)))!;
  for (const one of pieces) file.add(one);
  return made;
}

/** A peer that has the whole file, and sends data when `gate` is open; it notes what it is asked for. */
async function wholePeer(
  gate: Promise<unknown>,
): Promise<{ readonly address: PeerAddress; readonly asked: [number, number][] }> {
  const { root, manifest } = await manifestOfContent();
  const asked: [number, number][] = [];
  const { digests, ...sizes } = manifest;
  const address = await fakePeer(({ want, offset = 0, length = 0 }, socket) => {
    if (want === 'manifest') {
      socket.write(encodeTransferAnswer({ length: digests.length, ...sizes, root }));
      socket.write(digests);
      return;
    }
    asked.push([offset / piece, length / piece]);
    void gate.then(() => {
      socket.write(encodeTransferAnswer({ length, offset, size: content.length }));
      socket.write(content.subarray(offset, offset + length));
    });
  });
  return { address, asked };
}

/** Downloads the file from a partial source, and from a whole one once that is lost; which sources are lost. */
async function lossesBeside(partial: PeerAddress): Promise<Losses['all']> {
  const { root } = await manifestOfContent();
  const losses = new Losses();
  const gate = deferred<undefined>();
  const whole = await wholePeer(gate.promise);
  const into = await temporaryFolder();
  await download({
    sources: [{ address: whole.address }, { address: partial, partial: true }],
    ...{ into, root },
    onLost: (source, error) => {
      losses.onLost(source, error);
      gate.resolve(undefined);
    },
  });
  await expectFile(into, content);
  return losses.all;
}

it('A peer that has a part of the file gives that part, and the others need not', async () => {
  const { root } = await manifestOfContent();
  const gate = deferred<undefined>();
  const whole = await wholePeer(gate.promise);
  // The first run of a source has four pieces.
  const part = await receiverOf([4, 5, 6, 7]);
  const into = await temporaryFolder();
  await download({
    sources: [{ address: whole.address }, { address: part.address, partial: true }],
    ...{ into, root },
    onProgress: ({ received }) => {
      if (received === 4 * piece) gate.resolve(undefined);
    },
  });
  await expectFile(into, content);
  expect(whole.asked).toEqual([[0, 4]]);
});

it('Downloads of the same content at the same time give pieces to each other', async () => {
  const { root } = await manifestOfContent();
  // Each has a source that gives one half only, so that neither can have the file without the other.
  const half = async (first: number): Promise<Receiver> =>
    receiverOf(Array.from({ length: count / 2 }, (_, index) => first + index));
  const nodes = [await receiver(), await receiver()];
  const halves = [await half(0), await half(count / 2)];
  const folders = [await temporaryFolder(), await temporaryFolder()];
  await Promise.all(
    nodes.map(({ library }, index) =>
      download({
        sources: [halves[index]!, nodes[1 - index]!].map(({ address }) => ({
          ...{ address, partial: true },
        })),
        ...{ into: folders[index]!, root, partials: library.partials },
      }),
    ),
  );
  for (const into of folders) await expectFile(into, content);
});

it('What a peer gives that is wrong is had from another one', async () => {
  const liar = await receiverOf([4, 5, 6, 7], randomBytes(content.length));
  expect(await lossesBeside(liar.address)).toEqual([[liar.address.port, 'wrong-content']]);
});

it.each([
  ['too few bytes', new Uint8Array()],
  ['too many bytes', new Uint8Array(2)],
])('A peer that announces its pieces with %s is not used', async (_, bits) => {
  const address = await fakePeer((_request, socket) => {
    socket.write(encodeTransferAnswer({ length: bits.length }));
    socket.write(bits);
  });
  expect(await lossesBeside(address)).toEqual([[address.port, 'bad-answer']]);
});

it('A peer that has not what it announces is not used', async () => {
  const all = encodePieces(
    Array.from({ length: count }, (_, index) => index),
    count,
  );
  const address = await fakePeer(({ want }, socket) => {
    if (want === 'pieces') {
      socket.write(encodeTransferAnswer({ length: all.length }));
      socket.write(all);
    } else {
      socket.write(encodeTransferAnswer({ error: { code: 'not-found', message: 'not yet' } }));
    }
  });
  expect(await lossesBeside(address)).toEqual([[address.port, 'no-file']]);
});
