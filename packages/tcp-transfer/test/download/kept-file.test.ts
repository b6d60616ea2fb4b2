// The file that is kept in place of a download.
import { chmod, lchown, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  keptFile,
  ManifestCache,
  ManifestStore,
  PieceHasher,
  SharedFiles,
} from '../../src/index.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { attacker, noOthers } from '../support/neighbours.ts';

const content = Buffer.from('hello');

function store(): ManifestStore {
  const hasher = new PieceHasher();
  onTestFinished(() => hasher.close());
  return new ManifestStore({ cache: new ManifestCache(undefined), hasher });
}

async function rootOf(path: string, manifests: ManifestStore): Promise<string> {
  const file = (await (await SharedFiles.open([path])).openFile(basename(path)))!;
  try {
    return (await manifests.of(file))!.root;
  } finally {
    await file.handle.close();
  }
}

describe('a file that is kept in place of a download', () => {
  it('A file, not a folder, is kept if it has the content that is wanted, or any if none is named', async () => {
    const manifests = store();
    const path = join(await temporaryFolder(), 'file');
    expect(await keptFile({ path, manifests })).toBeUndefined();
    await expect(keptFile({ path: dirname(path), manifests })).rejects.toMatchObject({
      code: 'exists',
      message: `${dirname(path)} already exists, and is not a file`,
    });
    expect(await keptFile({ path: join(path, 'none'), manifests })).toBeUndefined();
    await writeFile(path, content);
    expect(await keptFile({ path, manifests })).toBe(5);
    const root = await rootOf(path, manifests);
    expect(await keptFile({ path, root, manifests })).toBe(5);
    await writeFile(path, 'other');
    expect(await keptFile({ path, manifests })).toBe(5);
    await expect(keptFile({ path, root, manifests })).rejects.toMatchObject({
      code: 'exists',
      message: `${path} already exists, and has other content`,
    });
  });

  it('A file is not kept if another user may change it, or has made a link to it', async ({
    skip,
  }) => {
    skip(noOthers !== false, `${noOthers}`);
    const manifests = store();
    const folder = await temporaryFolder();
    await chmod(folder, 0o1777);
    const [mine, theirs, link] = ['mine', 'theirs', 'link'].map((name) => join(folder, name));
    for (const path of [mine, theirs]) await writeFile(path!, content);
    await symlink('mine', link!);
    for (const path of [theirs, link]) await lchown(path!, attacker, attacker);
    expect(await keptFile({ path: mine!, manifests })).toBe(5);
    for (const path of [theirs!, link!])
      await expect(keptFile({ path, manifests })).rejects.toMatchObject({
        code: 'exists',
        message: `${path} already exists, and another user may change it`,
      });
  });
});
