// Leftovers of processes that cannot be seen, as in another container: which are gone on with.
import { mkdir, readdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DownloadFolder } from '../../src/storage/download-folder.ts';
import { ownIdentity } from '../../src/leftovers/process-identity.ts';
import { UnfinishedFile } from '../../src/storage/unfinished-file.ts';
import { ownerOf, unfinishedName } from '../../src/leftovers/unfinished-name.ts';
import { eventually, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

const key = { name: '0'.repeat(16), root: 'a'.repeat(64) };
const elsewhere = { ...ownIdentity(), machine: '00000000' };

afterEach(() => {
  vi.useRealTimers();
});

/** A folder with a leftover of another container, which a download in virtual time wants to go on with. */
async function scene(): Promise<{
  readonly clock: ManualClock;
  readonly left: string;
  readonly hidden: string;
  readonly opening: Promise<UnfinishedFile>;
  readonly control: AbortController;
}> {
  const path = await temporaryFolder();
  const hidden = join(path, '.peerlane');
  await mkdir(hidden, { mode: 0o700 });
  const left = join(hidden, unfinishedName(elsewhere, key));
  await writeFile(left, 'what came so far');
  const folder = await DownloadFolder.open(path);
  onTestFinished(() => folder.release());
  const clock = new ManualClock();
  const control = new AbortController();
  const { signal } = control;
  const opening = UnfinishedFile.open({ folder, size: 100, sync: false, key, clock, signal });
  opening.then(
    (file) => file.close(),
    () => undefined,
  );
  await eventually(() => (clock.pending > 0 ? true : undefined));
  return { clock, left, hidden, opening, control };
}

describe('what a process in another container left', () => {
  it('A leftover that nobody touches for ten seconds is gone on with', async () => {
    const { clock, hidden, opening } = await scene();
    clock.advance(10_000);
    expect((await opening).resumed).toBe(true);
    const [name] = await readdir(hidden);
    expect(ownerOf(name!)).toEqual(ownIdentity());
  });

  it('A leftover that is touched within ten seconds is in use, and left alone', async () => {
    const { clock, left, opening } = await scene();
    await utimes(left, 0, 0);
    clock.advance(10_000);
    expect((await opening).resumed).toBe(false);
    expect((await stat(left)).size).toBe(16);
  });

  it('An aborted download does not wait until it is known', async () => {
    const { left, opening, control } = await scene();
    control.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    expect((await stat(left)).size).toBe(16);
  });
});

describe('an unfinished file in use', () => {
  async function open(clock: ManualClock): Promise<{ file: UnfinishedFile; path: string }> {
    const into = await temporaryFolder();
    const folder = await DownloadFolder.open(into);
    const file = await UnfinishedFile.open({ folder, size: 100, sync: false, key, clock });
    onTestFinished(async () => {
      await file.discard();
      await folder.release();
    });
    const [name] = await readdir(join(into, '.peerlane'));
    return { file, path: join(into, '.peerlane', name!) };
  }

  it('Its times are renewed every two seconds until it is finished, and then are those of the content', async () => {
    const clock = new ManualClock();
    const { file, path } = await open(clock);
    await utimes(path, 1, 1);
    clock.advance(2000);
    await expect.poll(async () => (await stat(path)).mtimeMs).toBeGreaterThan(1000);
    await file.finish(5000);
    expect(clock.pending).toBe(0);
    expect((await stat(path)).mtimeMs).toBe(5000);
  });

  it('A process that stood still writes no more to a file that another has gone on with', async () => {
    const { file, path } = await open(new ManualClock());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    await file.write(Buffer.from('mine'), 0);
    await rename(path, join(path, '..', unfinishedName(elsewhere, key)));
    vi.setSystemTime(Date.now() + 60_000);
    await expect(file.write(Buffer.from('still mine'), 0)).rejects.toMatchObject({
      code: 'disk',
      message: 'another process has gone on with the unfinished file',
    });
  });
});
