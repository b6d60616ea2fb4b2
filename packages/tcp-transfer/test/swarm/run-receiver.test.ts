// Writing and hashing the bytes of a run, by one thread and beside each other.
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { DownloadFolder } from '../../src/storage/download-folder.ts';
import { UnfinishedFile } from '../../src/storage/unfinished-file.ts';
import type { PieceFile } from '../../src/swarm/piece-file.ts';
import { PieceLayout } from '../../src/swarm/piece-layout.ts';
import { RunReceiver } from '../../src/swarm/run-receiver.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { Random } from '../support/random.ts';

const [size, pieceLength] = [1_000_000, 64 * 1024];
const layout = new PieceLayout({ size, pieceLength });

/** Content in parts of any length, in memory that threads share. */
function* parts(content: Uint8Array, random: Random): Generator<Uint8Array> {
  const shared = new Uint8Array(new SharedArrayBuffer(content.length));
  shared.set(content);
  for (let at = 0; at < content.length;) {
    const length = 1 + Math.floor(random.below(200_000));
    yield shared.subarray(at, at + length);
    at += length;
  }
}

async function unfinished(): Promise<{ readonly file: UnfinishedFile; readonly path: string }> {
  const path = await temporaryFolder();
  const folder = await DownloadFolder.open(path);
  onTestFinished(() => folder.release());
  return { file: await UnfinishedFile.open({ folder, size, sync: true }), path };
}

function hasherOf(threads: number): PieceHasher {
  const hasher = new PieceHasher({ threads });
  onTestFinished(() => hasher.close());
  return hasher;
}

const systemError = Object.assign(new Error('bad'), { code: 'EBADF' });

const onDisk = <T>(work: Promise<T>): Promise<T> => work;

/** Receives content into a file; returns the digest of each piece that is reported. */
async function receive(
  into: PieceFile,
  hasher: PieceHasher,
  data: Iterable<Uint8Array>,
  wants: (piece: number) => boolean = () => true,
  digests = new Map<number, string>(),
): Promise<Map<number, string>> {
  const hashing = hasher.run(size);
  onTestFinished(() => hashing.close());
  const receiver = new RunReceiver({
    ...{ into, layout, offset: 0, hashing, onDisk, wants },
    onPiece: (piece, digest) => digests.set(piece, Buffer.from(digest).toString('hex')),
  });
  async function* arriving(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield* data;
  }
  await receiver.receive(arriving(), () => undefined);
  return digests;
}

function digestsOf(content: Uint8Array): Map<number, string> {
  const whole = layout.cut({ offset: 0, length: size });
  const digest = (start: number, end: number): string =>
    createHash('sha256').update(content.subarray(start, end)).digest('hex');
  return new Map(whole.map(({ piece, start, end }) => [piece, digest(start, end)]));
}

describe.each([
  ['one thread writes and hashes', 1],
  ['bytes are written while threads hash', 2],
])('a run that is received, where %s', (_how, threads) => {
  it('All that is wanted is in its place, and each piece has its digest', async () => {
    const content = randomBytes(size);
    const { file, path } = await unfinished();
    const wants = (piece: number): boolean => piece % 3 !== 1;
    const digests = await receive(file, hasherOf(threads), parts(content, new Random()), wants);
    expect(digests).toEqual(digestsOf(content));
    const expected = Buffer.from(content);
    for (const { piece, start, end } of layout.cut({ offset: 0, length: size }))
      if (!wants(piece)) expected.fill(0, start, end);
    await file.finish();
    await file.place({ name: 'placed.bin' });
    expect((await readFile(join(path, 'placed.bin'))).equals(expected)).toBe(true);
  });

  it('After a failed write no piece is reported, not even one that was written, and the error is that of the system', async () => {
    const { file } = await unfinished();
    const path = join(await temporaryFolder(), 'read-only');
    closeSync(openSync(path, 'w'));
    const fd = openSync(path, 'r');
    onTestFinished(() => closeSync(fd));
    let isFirst = true;
    const failing = <T>(bad: () => Promise<T>, good: () => Promise<T>): Promise<T> => {
      const work = isFirst ? bad : good;
      isFirst = false;
      return work();
    };
    const refuse = (): Promise<never> => Promise.reject(systemError);
    const into: PieceFile = {
      ...{ resumed: false, spare: refuse, copyTo: refuse, discard: refuse },
      write: (bytes, position) => failing(refuse, () => file.write(bytes, position)),
      writeBy: (length, work) =>
        file.writeBy(length, (good) =>
          failing(
            () => work(fd),
            () => work(good),
          ),
        ),
    };
    const content = parts(randomBytes(size), new Random());
    const digests = new Map<number, string>();
    const received = receive(into, hasherOf(threads), content, undefined, digests);
    await expect(received).rejects.toMatchObject({ code: 'EBADF' });
    expect([...digests]).toEqual([]);
    await file.discard();
  });
});

describe('a file that a thread writes to', () => {
  it('It is closed only when the thread has written, and nothing is written afterwards', async () => {
    const { file } = await unfinished();
    const order: string[] = [];
    let finish = (): void => undefined;
    const begun = new Promise<void>((begin) => {
      const work = (): Promise<void> => {
        begin();
        return new Promise((resolve) => (finish = resolve));
      };
      void file.writeBy(1, work).then(() => order.push('written'));
    });
    await begun;
    const closed = file.discard().then(() => order.push('closed'));
    await expect(file.writeBy(1, () => Promise.resolve())).rejects.toThrow('closed');
    finish();
    await closed;
    expect(order).toEqual(['written', 'closed']);
  });
});
