// Whole folders in places where other users of the machine have files and folders.
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attacker, noOthers, openFolder } from '../support/neighbours.ts';
import { found, openTree, received } from '../support/trees.ts';

describe('TreeTarget, among other users', () => {
  it('In a place like /tmp, the folder of another user is not entered', async ({ skip }) => {
    skip(noOthers !== false, `${noOthers}`);
    const into = await openFolder('sticky');
    await mkdir(join(into, 'tree'));
    await chown(join(into, 'tree'), attacker, attacker);
    await expect(openTree(into)).rejects.toMatchObject({
      code: 'exists',
      message: /another user has a folder of that name$/,
    });
    expect(await found(into)).toEqual({ tree: undefined });
  });

  it('Within the tree, a folder of another user is not entered, and the rest is placed', async ({
    skip,
  }) => {
    skip(noOthers !== false, `${noOthers}`);
    const into = await openFolder('sticky');
    await mkdir(join(into, 'tree', 'theirs'), { recursive: true });
    await chmod(join(into, 'tree'), 0o1777);
    await chown(join(into, 'tree', 'theirs'), attacker, attacker);
    const target = await openTree(into, { existing: 'replace' });
    const files = [await received(['theirs', 'a'], 'a'), await received(['b'], 'b')];
    expect(await target.place(files)).toMatchObject([
      { state: 'failed', error: { code: 'exists' } },
      { state: 'placed' },
    ]);
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ b: 'b', theirs: undefined });
  });

  it('A file that another user may change is not taken for the same, though it has the content', async ({
    skip,
  }) => {
    skip(noOthers !== false, `${noOthers}`);
    const into = await openFolder('sticky');
    await mkdir(join(into, 'tree'));
    const large = Buffer.alloc(5_000_000, 'x');
    for (const [name, content] of [
      ['a', 'a'],
      ['large', large],
    ] as const) {
      await writeFile(join(into, 'tree', name), content);
      await chown(join(into, 'tree', name), attacker, attacker);
    }
    const target = await openTree(into, { existing: 'refuse' });
    const file = await received(['a'], 'a');
    const wanted = [file.entry, (await received(['large'], large)).entry];
    expect(await target.compare(wanted)).toEqual([{ state: 'other' }, { state: 'other' }]);
    expect(await target.place([file])).toEqual([{ state: 'exists' }]);
  });
});
