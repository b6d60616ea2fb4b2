// Manifests that arrive digest by digest.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeTransferAnswer, type TransferAnswer } from '@peerlane/protocol';
import { systemClock, type Clock } from '../../src/clock.ts';
import { RemoteManifest } from '../../src/swarm/remote-manifest.ts';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import { PeerConnection } from '../../src/requests/peer-connection.ts';
import { eventually, fakeServer } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

const piece = 256 * 1024;
const size = 4 * piece - 1;
const digests = randomBytes(4 * 32);
const digest = (index: number): Buffer => digests.subarray(index * 32, (index + 1) * 32);
const answer = { length: digests.length, size, pieceLength: piece };
const { root } = await withRoot({ size, pieceLength: piece, digests });
const otherRoot = '0'.repeat(64);

/** Asks a peer that is driven by hand for a manifest. */
async function ask(
  wanted?: string,
  clock: Clock = systemClock,
): Promise<{ readonly asked: Promise<RemoteManifest>; readonly socket: Socket }> {
  let socket: Socket | undefined;
  const address = await fakeServer((given) => given.once('data', () => (socket = given)));
  const connection = await PeerConnection.open(address);
  onTestFinished(() => {
    connection.close();
  });
  const asked = RemoteManifest.request(connection, { filename: 'file' }, wanted, clock);
  asked.catch(() => undefined);
  return { asked, socket: await eventually(() => socket) };
}

/** What a peer says that knows the manifest. */
async function told(
  line: Partial<TransferAnswer>,
  bytes: Uint8Array = digests,
  wanted?: string,
): Promise<RemoteManifest> {
  const { asked, socket } = await ask(wanted);
  socket.write(encodeTransferAnswer({ ...answer, ...line }));
  socket.write(bytes);
  return asked;
}

describe('a manifest that comes in', () => {
  it('A manifest is whole, with its root, if the peer knew it', async () => {
    const manifest = await told({ root }, digests, root);
    expect(manifest).toMatchObject({ size, pieceLength: piece, pieces: 4, claimedRoot: root });
    expect(await manifest.whole).toMatchObject({ root, manifest: { size, pieceLength: piece } });
    expect(Buffer.from(await manifest.digest(3)).equals(digest(3))).toBe(true);
  });

  it('The manifest of an empty file is whole at once', async () => {
    const manifest = await told({ size: 0, length: 0 }, new Uint8Array());
    expect((await manifest.whole).manifest.digests).toHaveLength(0);
  });

  it('Each digest is available as it arrives, to all that wait for it', async () => {
    const { asked, socket } = await ask();
    socket.write(encodeTransferAnswer(answer));
    const manifest = await asked;
    expect(manifest.claimedRoot).toBeUndefined();
    const come: number[] = [];
    const asking = [0, 1, 1, 2, 3].map(async (index) => {
      expect(Buffer.from(await manifest.digest(index)).equals(digest(index))).toBe(true);
      come.push(index);
    });
    socket.write(digests.subarray(0, 31));
    // The end of one digest, another, and the beginning of a third.
    socket.write(digests.subarray(31, 70));
    await Promise.all(asking.slice(0, 3));
    expect(come).toEqual([0, 1, 1]);
    socket.write(digests.subarray(70));
    await Promise.all(asking);
    expect((await manifest.whole).root).toBe(root);
  });

  it('All waits for digests fail if the peer breaks off, except for those that have arrived', async () => {
    const { asked, socket } = await ask();
    socket.write(encodeTransferAnswer(answer));
    socket.write(digests.subarray(0, 40));
    const manifest = await asked;
    await manifest.digest(0);
    const waiting = [manifest.digest(1), manifest.digest(1), manifest.digest(3), manifest.whole];
    socket.destroy();
    for (const { status, ...rest } of await Promise.allSettled(waiting)) {
      expect(status).toBe('rejected');
      expect(rest).toMatchObject({ reason: { code: 'incomplete' } });
    }
    await expect(manifest.digest(2)).rejects.toMatchObject({ code: 'incomplete' });
    expect(Buffer.from(await manifest.digest(0)).equals(digest(0))).toBe(true);
  });

  it('A manifest is cut off only when it arrives more slowly than a transfer may', async () => {
    for (const [waited, isCutOff] of [
      [90_000, false],
      [95_600, true],
    ] as const) {
      const clock = new ManualClock();
      const { asked, socket } = await ask(undefined, clock);
      const large = { size: 2048 * piece, pieceLength: piece, length: 65_536 };
      const bytes = randomBytes(large.length);
      const known = await withRoot({ ...large, digests: bytes });
      socket.write(encodeTransferAnswer({ ...large, root: known.root }));
      socket.write(bytes.subarray(0, 65_535));
      const manifest = await asked;
      await manifest.digest(2046);
      clock.advance(waited);
      socket.write(bytes.subarray(65_535));
      const result = await manifest.whole.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (isCutOff) expect(result).toMatchObject({ code: 'too-slow' });
      else expect(result).toBeUndefined();
    }
  });

  it.each<[string, Partial<TransferAnswer>]>([
    ['pieces of another length', { pieceLength: piece * 2, length: 64 }],
    ['too few digests', { length: 96 }],
    ['too many digests', { length: 160 }],
    ['digests that are cut', { length: 127 }],
    ['a file too large for a manifest', { size: 2 ** 41 + 1, pieceLength: 16 * 1024 * 1024 }],
  ])('A manifest is refused with %s', async (_what, line) => {
    await expect(told(line)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('A manifest without a size, or the length of a piece, is refused', async () => {
    for (const field of ['size', 'pieceLength']) {
      const { asked, socket } = await ask();
      const entries = Object.entries(answer).filter(([key]) => key !== field);
      const line = Object.fromEntries(entries) as unknown as TransferAnswer;
      socket.write(encodeTransferAnswer(line));
      await expect(asked).rejects.toMatchObject({ code: 'bad-answer' });
    }
  });

  it('A manifest whose root is not that of its digests is refused', async () => {
    const manifest = await told({ root: otherRoot });
    await expect(manifest.whole).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('A manifest of other content than was asked for is refused, even if that shows late', async () => {
    for (const line of [{ root }, {}]) {
      const manifest = await told(line, digests, otherRoot);
      await expect(manifest.whole).rejects.toMatchObject({ code: 'changed' });
    }
  });

  it.each([
    ['not-found', 'no-file'],
    ['changed', 'changed'],
    ['busy', 'busy'],
  ])('A refusal with %s becomes the code %s', async (code, expected) => {
    const { asked, socket } = await ask();
    socket.write(encodeTransferAnswer({ error: { code, message: 'no' } }));
    await expect(asked).rejects.toMatchObject({ code: expected });
  });
});
