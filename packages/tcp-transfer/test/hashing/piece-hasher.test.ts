// The hasher and its worker threads.
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { open, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { smallPart } from '../../src/hashing/sha256.ts';
import { startHashWorker } from '../../src/hashing/hash-worker.ts';
import { PieceHasher, type PieceHasherOptions } from '../../src/hashing/piece-hasher.ts';
import { TransferError } from '../../src/transfer-error.ts';
import { bundleProgram } from '../support/bundle.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { Random } from '../support/random.ts';

const mebibyte = 1024 * 1024;

function startHasher(options?: PieceHasherOptions): PieceHasher {
  const hasher = new PieceHasher(options);
  onTestFinished(() => hasher.close());
  return hasher;
}

async function openFile(content: Uint8Array): Promise<FileHandle & { readonly path: string }> {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, content);
  const handle = await open(path);
  onTestFinished(() => handle.close());
  return Object.assign(handle, { path });
}

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.unreachable('nothing failed'),
    (error: unknown) => error as Error,
  );

describe('a piece hasher', () => {
  it('A hasher hashes any part of a file, several at a time', async () => {
    const random = new Random();
    const content = noise(random, 3 * mebibyte + 17);
    const { fd } = await openFile(content);
    const hasher = startHasher({ threads: 2 });
    const parts = [
      [0, content.length],
      [1, 0],
      [content.length - 1, 1],
      [mebibyte, mebibyte],
      [5, smallPart],
      [5, smallPart + 1],
      ...Array.from({ length: 30 }, () => {
        const offset = Math.floor(random.below(content.length));
        return [offset, Math.floor(random.below(content.length - offset))];
      }),
    ] as const;
    await Promise.all(
      parts.map(async ([offset = 0, length = 0]) => {
        const expected = sha256(content.subarray(offset, offset + length));
        const message = `${offset} ${length} ${random.seed}`;
        expect(hex(await hasher.hash(fd, offset, length)), message).toBe(expected);
      }),
    );
  });

  it('A hasher has no more workers than it may, and none before there is work for one', async () => {
    const { fd } = await openFile(new Uint8Array(mebibyte));
    let started = 0;
    const startWorker = (): ReturnType<typeof startHashWorker> => {
      started += 1;
      return startHashWorker();
    };
    const hasher = startHasher({ threads: 2, startWorker });
    await hasher.hash(fd, 0, smallPart);
    expect(started).toBe(0);
    await hasher.hash(fd, 0, mebibyte);
    await hasher.hash(fd, 0, mebibyte);
    expect(started).toBe(1);
    await Promise.all(Array.from({ length: 9 }, () => hasher.hash(fd, 0, mebibyte)));
    expect(started).toBe(2);
  });

  it.each([1, 2])('A hasher with %i threads shares them among parts and runs', async (threads) => {
    const content = noise(new Random(), 2 * mebibyte);
    const { fd } = await openFile(content);
    let started = 0;
    const startWorker = (): ReturnType<typeof startHashWorker> => {
      started += 1;
      return startHashWorker();
    };
    const hasher = startHasher({ threads, startWorker });
    const hashRun = async (): Promise<Uint8Array> => {
      const run = hasher.run(content.length);
      await run.push(content.subarray(0, mebibyte), []);
      const [digest] = await run.push(content.subarray(mebibyte), [mebibyte]);
      run.close();
      return digest!;
    };
    const hashPart = (): Promise<Uint8Array> => hasher.hash(fd, 0, content.length);
    const work = [hashPart, hashRun, hashPart, hashRun, hashRun, hashPart];
    for (const digest of await Promise.all(work.map((hash) => hash())))
      expect(hex(digest)).toBe(sha256(content));
    expect(started).toBe(threads);
  });

  it.each([0, 1.5, NaN])('A hasher refuses to have %d threads', (threads) => {
    expect(() => new PieceHasher({ threads })).toThrow(RangeError);
  });

  it.each([smallPart, mebibyte])(
    'A file that ends within a part of %i bytes has changed',
    async (length) => {
      const file = await openFile(new Uint8Array(length));
      const hasher = startHasher();
      await truncate(file.path, length - 1);
      const error = await failure(hasher.hash(file.fd, 0, length));
      expect(TransferError.is(error) && error.code).toBe('changed');
      expect(await hasher.hash(file.fd, 0, length - 1)).toHaveLength(32);
    },
  );

  it.each([smallPart, mebibyte])(
    'A part of %i bytes that cannot be read fails with the error of the system',
    async (length) => {
      const file = await openFile(new Uint8Array(length));
      const writeOnly = await open(file.path, 'a');
      onTestFinished(() => writeOnly.close());
      const error = await failure(startHasher().hash(writeOnly.fd, 0, length));
      expect(error).toMatchObject({ syscall: 'read', errno: expect.any(Number) as number });
      const { code } = error as NodeJS.ErrnoException;
      expect(code).toMatch(/^(EBADF|EPERM)$/);
      expect(error.message).toContain(code);
    },
  );

  it('A worker that dies is replaced, and its work is rejected', async () => {
    const { fd } = await openFile(new Uint8Array(mebibyte));
    const sources: (string | undefined)[] = [
      `require('node:worker_threads').parentPort.once('message', () => { throw new Error('x'); })`,
      `require('node:worker_threads').parentPort.once('message', () => process.exit())`,
      `no code at all`,
      undefined,
    ];
    const startWorker = (): ReturnType<typeof startHashWorker> => startHashWorker(sources.shift());
    const hasher = startHasher({ threads: 1, startWorker });
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => hasher.hash(fd, 0, mebibyte)));
    expect(results.map(({ status }) => status)).toEqual([
      ...['rejected', 'rejected', 'rejected', 'fulfilled'],
    ]);
    expect(results[0]).toMatchObject({
      reason: { message: 'the worker died', cause: { message: 'x' } },
    });
  });

  it('Work for which no worker can be started is rejected', async () => {
    const { fd } = await openFile(new Uint8Array(mebibyte));
    let full = true;
    const startWorker = (): ReturnType<typeof startHashWorker> => {
      if (full) throw new Error('too many threads');
      return startHashWorker();
    };
    const hasher = startHasher({ threads: 1, startWorker });
    const work = [1, 2].map(() => failure(hasher.hash(fd, 0, mebibyte)));
    for (const { cause } of await Promise.all(work))
      expect(cause).toMatchObject({ message: 'too many threads' });
    full = false;
    expect(await hasher.hash(fd, 0, mebibyte)).toHaveLength(32);
  });

  it('Closing a hasher rejects all work that waits or is being done', async () => {
    const { fd } = await openFile(new Uint8Array(mebibyte));
    const hasher = startHasher({ threads: 1 });
    const work = [1, 2, 3].map(() => failure(hasher.hash(fd, 0, mebibyte)));
    await Promise.all([hasher.close(), hasher.close()]);
    for (const length of [1, mebibyte]) work.push(failure(hasher.hash(fd, 0, length)));
    for (const error of await Promise.all(work))
      expect(error.message).toBe('the hasher was closed');
  });

  it('A hasher works in a program of one file, which lives as long as it hashes and no longer', async () => {
    const content = noise(new Random(), mebibyte);
    const { path } = await openFile(content);
    for (const format of ['esm', 'cjs'] as const) {
      const program = `${path}.${format === 'esm' ? 'mjs' : 'cjs'}`;
      await bundleProgram(new URL('../support/child-hash.ts', import.meta.url), program, {
        format,
        minify: true,
      });
      const { stdout } = await promisify(execFile)(process.execPath, [program, path], {
        // Ends what the hasher keeps alive.
        timeout: 100_000,
      });
      expect(stdout).toBe(sha256(content));
    }
  });
});
