// When folders are watched and read again, in virtual time.
import { mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { IndexUpdater, maxWatches } from '../../src/sharing/index-updater.ts';
import type { FolderWatchEvents } from '../../src/index.ts';
import { listFolder, type ListFolder } from '../../src/sharing/list-folder.ts';
import { NameIndex } from '../../src/names/name-index.ts';
import { listingOf } from '../support/listing-of.ts';
import { eventually, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** An updater whose watches report what the test says. */
function scene(root: string, list: ListFolder = listFolder) {
  const clock = new ManualClock();
  const index = new NameIndex();
  const watched = new Map<string, FolderWatchEvents>();
  const log: string[] = [];
  const warnings: string[] = [];
  let passes = 0;
  const updater = new IndexUpdater({
    root,
    index,
    clock,
    list,
    rescanInterval: 30_000,
    watch: (path, events) => {
      const name = path.slice(root.length);
      watched.set(name, events);
      log.push(`watch ${name}`);
      return { close: () => log.push(`close ${name}`) };
    },
    onPass: () => (passes += 1),
    onWarning: ({ message }) => warnings.push(message),
  });
  onTestFinished(() => {
    updater.close();
  });
  /** Lets time pass, and waits for the pass that begins then. */
  const passAfter = async (ms: number): Promise<void> => {
    const before = passes;
    clock.advance(ms);
    await eventually(() => (passes > before ? true : undefined));
  };
  return { clock, index, watched, log, warnings, updater, passAfter };
}

it.each(['EMFILE', 'EIO'])(
  'A folder that cannot be read (%s) keeps its entries in the index',
  async (code) => {
    let broken = false;
    const { index, watched, warnings, updater, passAfter } = scene('/shared', () =>
      broken
        ? Promise.reject(Object.assign(new Error(`${code}: no`), { code }))
        : Promise.resolve(listingOf({ files: [`a${warnings.length}`] })),
    );
    await updater.start();
    broken = true;
    watched.get('')!.onChange('b');
    await passAfter(20);
    await passAfter(1000);
    expect([index.has('a0'), warnings]).toEqual([
      true,
      [`cannot read a folder of the shared folder: ${code}: no`],
    ]);
    broken = false;
    await passAfter(1000);
    expect([index.has('a0'), index.has('a1')]).toEqual([false, true]);
  },
);

it('A reported change does not wait because reading all folders took long', async () => {
  const all = scene('/shared', () => {
    all.clock.advance(500);
    return Promise.resolve(listingOf({}));
  });
  const { clock, updater, watched, passAfter } = all;
  await updater.start();
  watched.get('')!.onChange('new');
  await passAfter(20);
  // That pass was for a change, so now the updater rests.
  watched.get('')!.onChange('newer');
  clock.advance(4999);
  // One task is for the change, one for reading all folders again.
  expect(clock.pending).toBe(2);
  await passAfter(1);
});

it('Another folder in the place of the shared one is watched instead', async () => {
  const root = await realpath(await temporaryFolder());
  await mkdir(join(root, 'sub'));
  const { index, watched, log, updater, passAfter } = scene(root);
  await updater.start();
  log.length = 0;
  await rename(root, `${root}-old`);
  onTestFinished(() => rm(`${root}-old`, { recursive: true }));
  await mkdir(join(root, 'sub'), { recursive: true });
  await writeFile(join(root, 'sub', 'new'), '');
  watched.get('')!.onChange(undefined);
  await passAfter(20);
  await passAfter(1000);
  expect(log.toSorted()).toEqual(['close ', 'close /sub', 'watch ', 'watch /sub']);
  expect(index.has('new')).toBe(true);
});

it('At most 10,000 folders are watched, which is told once', async () => {
  const many = Array.from({ length: maxWatches + 5 }, (_, number) => `d${number}`);
  const { index, watched, warnings, updater } = scene('/shared', (_root, folder) =>
    Promise.resolve(listingOf(folder === '' ? { folders: many } : { files: [`in ${folder}`] })),
  );
  await updater.start();
  expect([watched.size, index.size]).toEqual([10_000, 10_005]);
  expect(warnings).toEqual([
    'only 10,000 folders of the shared folder are watched: a change in another one is seen later',
  ]);
});
