// Hashing of pieces as they arrive.
import { createHash, randomBytes } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { smallPart } from '../../src/hashing/sha256.ts';
import { startHashWorker } from '../../src/hashing/hash-worker.ts';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import type { RunHasher } from '../../src/hashing/run-hasher.ts';
import { Random } from '../support/random.ts';

const mebibyte = 1024 * 1024;

function startHasher(threads = 2, startWorker: () => Worker = startHashWorker): PieceHasher {
  const hasher = new PieceHasher({ threads, startWorker });
  onTestFinished(() => hasher.close());
  return hasher;
}

/** The SHA-256 of each piece, hexadecimal. */
function digestsOf(content: Uint8Array, pieceLength: number): string[] {
  return Array.from({ length: Math.ceil(content.length / pieceLength) }, (_, piece) => {
    const bytes = content.subarray(piece * pieceLength, (piece + 1) * pieceLength);
    return createHash('sha256').update(bytes).digest('hex');
  });
}

/** Pushes a run in parts that end at these positions, all at once, for the digests of its pieces. */
async function pushAll(
  run: RunHasher,
  content: Uint8Array,
  pieceLength: number,
  cuts: readonly number[],
): Promise<string[]> {
  const pushes: Promise<readonly Uint8Array[]>[] = [];
  let start = 0;
  for (const end of [...cuts, content.length]) {
    const ends: number[] = [];
    for (let at = start + 1; at <= end; at += 1)
      if (at % pieceLength === 0 || at === content.length) ends.push(at - start);
    pushes.push(run.push(content.subarray(start, end), ends));
    start = end;
  }
  const digests = (await Promise.all(pushes)).flat();
  run.close();
  return digests.map((digest) => Buffer.from(digest).toString('hex'));
}

/** The bytes in memory that threads share. */
function inSharedMemory(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(content.length));
  bytes.set(content);
  return bytes;
}

describe('pieces that are hashed as they come in', () => {
  it.each([
    ['a small run', smallPart, 1000],
    ['a run that a thread hashes', smallPart + 1, 1000],
  ])('The digests are right for every way to cut %s', async (_what, length, pieceLength) => {
    const random = new Random();
    const hasher = startHasher();
    const content = randomBytes(length);
    const ways = [
      [],
      [1, length - 1],
      [1000, 2000, 2001, 2999],
      ...Array.from({ length: 8 }, () =>
        Array.from({ length: 12 }, () => Math.floor(random.below(length))).sort((a, b) => a - b),
      ),
    ];
    for (const bytes of [content, inSharedMemory(content)])
      for (const cuts of ways) {
        const digests = await pushAll(hasher.run(length), bytes, pieceLength, cuts);
        expect(digests, `${cuts.join()} ${random.seed}`).toEqual(digestsOf(content, pieceLength));
      }
  });

  it('Several runs at once are not mixed up', async () => {
    const hasher = startHasher(2);
    const contents = Array.from({ length: 5 }, () => randomBytes(mebibyte + 5));
    const cuts = Array.from({ length: 9 }, (_, index) => (index + 1) * 100_000);
    const digests = await Promise.all(
      contents.map((content) => pushAll(hasher.run(content.length), content, 262_144, cuts)),
    );
    expect(digests).toEqual(contents.map((content) => digestsOf(content, 262_144)));
  });

  it('A run is not mixed up with one that was closed early', async () => {
    const hasher = startHasher(1);
    const [left, content] = [randomBytes(mebibyte), randomBytes(mebibyte)];
    const givenUp = hasher.run(left.length);
    await givenUp.push(left.subarray(0, 1000), []);
    givenUp.close();
    const digests = await pushAll(hasher.run(content.length), content, mebibyte, []);
    expect(digests).toEqual(digestsOf(content, mebibyte));
  });

  it('A small run needs no thread, and larger runs no more than there may be', async () => {
    let started = 0;
    const hasher = startHasher(2, () => {
      started += 1;
      return startHashWorker();
    });
    await pushAll(hasher.run(smallPart), randomBytes(smallPart), smallPart, []);
    expect(started).toBe(0);
    const length = smallPart + 1;
    await pushAll(hasher.run(length), randomBytes(length), length, []);
    await pushAll(hasher.run(length), randomBytes(length), length, []);
    expect(started).toBe(1);
    const runs = [1, 2, 3, 4].map(() => hasher.run(length));
    await Promise.all(runs.map((run) => pushAll(run, randomBytes(length), length, [])));
    expect(started).toBe(2);
  });

  it('When a worker dies its runs are rejected, and the next run gets another worker', async () => {
    const code = `require('node:worker_threads').parentPort.once('message', () => { throw new Error('x'); })`;
    const sources = [code, undefined];
    const hasher = startHasher(1, () => startHashWorker(sources.shift()));
    const content = randomBytes(mebibyte);
    const runs = [hasher.run(mebibyte), hasher.run(mebibyte)];
    const pushes = await Promise.allSettled(runs.map((run) => run.push(content, [mebibyte])));
    for (const push of pushes)
      expect(push).toMatchObject({
        reason: { message: 'the worker died', cause: { message: 'x' } },
      });
    await expect(runs[0]!.push(content, [mebibyte])).rejects.toThrow('the worker died');
    for (const run of runs) run.close();
    const digests = await pushAll(hasher.run(mebibyte), content, mebibyte, []);
    expect(digests).toEqual(digestsOf(content, mebibyte));
  });

  it('Closing a hasher rejects its runs, and no run begins afterwards', async () => {
    const hasher = startHasher();
    const content = randomBytes(8 * mebibyte);
    const run = hasher.run(content.length);
    const waiting = run.push(content, [content.length]).catch((error: unknown) => error);
    await hasher.close();
    expect(await waiting).toBeInstanceOf(Error);
    await expect(run.push(content, [content.length])).rejects.toThrow();
    run.close();
    for (const length of [1, mebibyte]) expect(() => hasher.run(length)).toThrow('closed');
  });
});
