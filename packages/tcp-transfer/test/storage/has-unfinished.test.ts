// Whether an earlier download left something to go on with, also in a folder of several users.
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasUnfinished } from '../../src/index.ts';
import { DownloadFolder } from '../../src/storage/download-folder.ts';
import { UnfinishedFile } from '../../src/storage/unfinished-file.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { attacker, noOthers } from '../support/neighbours.ts';

const key = { name: '0'.repeat(16), root: '1'.repeat(64) };

/** Leaves an unfinished file in a folder. */
async function leaveIn(path: string): Promise<void> {
  const folder = await DownloadFolder.open(path, 'rename');
  const file = await UnfinishedFile.open({ folder, size: 10, sync: false, key });
  await file.close();
  await folder.release();
}

describe('whether something was left to go on with', () => {
  it('An unfinished file was left if there is one in the hidden folder', async () => {
    const path = await temporaryFolder();
    expect(await hasUnfinished(path)).toBe(false);
    expect(await hasUnfinished(join(path, 'missing'))).toBe(false);
    await leaveIn(path);
    expect(await hasUnfinished(path)).toBe(true);
  });

  it('The digests of a shared folder are nothing to go on with', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, '.peerlane', 'digests'), { recursive: true, mode: 0o700 });
    expect(await hasUnfinished(path)).toBe(false);
  });

  it('An unfinished file is found where the hidden folder is that of another user', async ({
    skip,
  }) => {
    skip(noOthers !== false, noOthers || undefined);
    const path = await temporaryFolder();
    await mkdir(join(path, '.peerlane'), { mode: 0o700 });
    await writeFile(join(path, '.peerlane', 'theirs'), '');
    await chown(join(path, '.peerlane'), attacker, attacker);
    expect(await hasUnfinished(path)).toBe(false);
    await leaveIn(path);
    expect(await hasUnfinished(path)).toBe(true);
  });
});
