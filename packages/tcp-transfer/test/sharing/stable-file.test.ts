import { link, open, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isUnchanged, StableFile, timeToRest } from '../../src/sharing/stable-file.ts';
import { temporaryFolder } from '../support/helpers.ts';

describe('the time that a file is given to rest', () => {
  const now = 1_700_000_000_000;
  it.each([
    ['a small file, changed now', 1000, 0, 20.002],
    ['a small file, changed 15 ms ago', 1000, 15, 5.002],
    ['a small file, changed 30 ms ago', 1000, 30, 0],
    ['50 MB, changed now', 50_000_000, 0, 120],
    ['50 MB, changed a minute ago', 50_000_000, 60_000, 0],
    ['a very large file', 9_000_000_000, 0, 2000],
    ['a small file of a disk whose clock is ahead', 1000, -60_000, 20.002],
  ])('%s', (_what, size, age, expected) => {
    const times = { size: BigInt(size), ctimeNs: BigInt(now - age) * 1_000_000n };
    expect(timeToRest(times, now)).toBeCloseTo(expected);
  });
});

/** A file that has rested, as it was, and the folder it lies in. */
async function restingFile() {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, 'first');
  const handle = await open(path);
  await StableFile.waitFor('file', { handle, status: await handle.stat({ bigint: true }) });
  const status = await handle.stat({ bigint: true });
  await handle.close();
  const now = () => stat(path, { bigint: true });
  return { path, status, now };
}

describe('a file', () => {
  it('that rests is what it was', async () => {
    const { status, now } = await restingFile();
    expect(isUnchanged(status, await now())).toBe(true);
  });

  it('that is written to, its time set back, is not', async () => {
    const { path, status, now } = await restingFile();
    const { atimeMs, mtimeMs } = await stat(path);
    // Times of whole milliseconds can be set exactly.
    await utimes(path, atimeMs / 1000, Math.floor(mtimeMs) / 1000);
    const before = await now();
    let after = before;
    // The disk's clock stands still between its ticks.
    while (after.ctimeNs === before.ctimeNs) {
      await writeFile(path, 'other');
      await utimes(path, atimeMs / 1000, Math.floor(mtimeMs) / 1000);
      after = await now();
    }
    expect(after.mtimeNs).toBe(before.mtimeNs);
    expect(isUnchanged(before, after)).toBe(false);
    expect(status.size).toBe(after.size);
  });

  it('that gets or loses a name is', async () => {
    const { path, status, now } = await restingFile();
    await link(path, `${path}2`);
    const linked = await now();
    expect(isUnchanged(status, linked)).toBe(true);
    await unlink(`${path}2`);
    expect(isUnchanged(linked, await now())).toBe(true);
  });

  it('that is written to again in each pause is refused', async () => {
    const { path, now } = await restingFile();
    await using handle = await open(path, 'r+');
    const write = async (): Promise<void> => {
      const before = await now();
      while (isUnchanged(before, await now())) await handle.write('x', 0);
    };
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
      await write();
    };
    await write();
    const status = await handle.stat({ bigint: true });
    // However slow the test is, the file was written to just now.
    const clock = { now: () => 0, pause };
    await expect(StableFile.waitFor('file', { handle, status }, clock)).rejects.toMatchObject({
      code: 'changed',
    });
    expect(pauses).toBe(3);
  });
});
