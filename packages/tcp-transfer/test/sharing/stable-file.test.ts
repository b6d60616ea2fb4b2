// When a file has come to rest, and which changes of it are noticed.
import { link, open, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isUnchanged, StableFile, timeToRest } from '../../src/sharing/stable-file.ts';
import { temporaryFolder } from '../support/helpers.ts';

describe('the time until a file counts as resting', () => {
  const now = 1_700_000_000_000;
  it.each([
    ['a small file, changed now', 1000, 0, 20.002],
    ['a small file, changed 15 ms ago', 1000, 15, 5.002],
    ['a small file, changed 30 ms ago', 1000, 30, 0],
    ['50 MB, changed now', 50_000_000, 0, 120],
    ['50 MB, changed a minute ago', 50_000_000, 60_000, 0],
    ['a very large file', 9_000_000_000, 0, 2000],
    ['a small file of a disk whose clock is ahead', 1000, -60_000, 20.002],
  ])('The wait for %s has the right length', (_what, size, age, expected) => {
    const times = { size: BigInt(size), ctimeNs: BigInt(now - age) * 1_000_000n };
    expect(timeToRest(times, now)).toBeCloseTo(expected);
  });
});

/** A file that has come to rest, and its status at that time. */
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
  it('A file that nobody touches is unchanged', async () => {
    const { status, now } = await restingFile();
    expect(isUnchanged(status, await now())).toBe(true);
  });

  it('A file that is written to and whose time is set back has changed', async () => {
    const { path, status, now } = await restingFile();
    const { atimeMs, mtimeMs } = await stat(path);
    // Times of whole milliseconds can be set exactly.
    await utimes(path, atimeMs / 1000, Math.floor(mtimeMs) / 1000);
    const before = await now();
    let after = before;
    // The clock of the disk stands still between its ticks.
    while (after.ctimeNs === before.ctimeNs) {
      await writeFile(path, 'other');
      await utimes(path, atimeMs / 1000, Math.floor(mtimeMs) / 1000);
      after = await now();
    }
    expect(after.mtimeNs).toBe(before.mtimeNs);
    expect(isUnchanged(before, after)).toBe(false);
    expect(status.size).toBe(after.size);
  });

  it('A file that gets or loses a hard link is unchanged', async () => {
    const { path, status, now } = await restingFile();
    await link(path, `${path}2`);
    const linked = await now();
    expect(isUnchanged(status, linked)).toBe(true);
    await unlink(`${path}2`);
    expect(isUnchanged(linked, await now())).toBe(true);
  });

  it('A file that is written to in each pause is refused', async () => {
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
    // By this clock the file was always written to just now, however slow the test is.
    const clock = { now: () => 0, pause };
    await expect(StableFile.waitFor('file', { handle, status }, {}, clock)).rejects.toMatchObject({
      code: 'changed',
    });
    expect(pauses).toBe(3);
  });

  it('A file that only grows is opened where that may be, as long as it was at the last look', async () => {
    const { path } = await restingFile();
    const handle = await open(path, 'a');
    const status = await handle.stat({ bigint: true });
    const clock = { now: () => 0, pause: () => handle.write('more') };
    const opened = { handle, status };
    const file = await StableFile.waitFor('file', opened, { growing: true }, clock);
    expect(file.size).toBe(Number(status.size) + 3 * 'more'.length);
    const shrinking = { now: () => 0, pause: () => handle.truncate(1) };
    await expect(
      StableFile.waitFor('file', opened, { growing: true }, shrinking),
    ).rejects.toMatchObject({ code: 'changed' });
  });
});
