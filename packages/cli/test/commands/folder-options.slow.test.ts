// The options of `p2p get` with a folder, and a download of one that is stopped half-way.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { events, run } from '../support/guests.ts';
import { inTime, it, type Lab } from '../support/lab.ts';

/** Starts a node with a folder `photos` of files of 100 kB. Returns its address. */
async function photos(lab: Lab, count = 6): Promise<string> {
  const above = await lab.folder();
  await mkdir(join(above, 'photos', 'sub'), { recursive: true });
  for (let index = 0; index < count; index += 1)
    await writeFile(
      join(above, 'photos', 'sub', `${index}.bin`),
      Buffer.alloc(100_000, `${index}`),
    );
  return (await lab.start(above)).address;
}

describe('p2p get of a folder with an option', () => {
  it('A file of other content is kept with a number beside it, kept, or replaced, and the end says which', async ({
    lab,
  }) => {
    const address = await photos(lab);
    const cwd = await lab.folder();
    const mine = join(cwd, 'photos', 'sub', '3.bin');
    await mkdir(join(cwd, 'photos', 'sub'), { recursive: true });
    await writeFile(mine, 'mine');
    const get = (...options: string[]) =>
      run(lab, cwd, 'get', 'photos/', '--peer', address, ...options);
    const skipped = await get('--skip-existing');
    expect([skipped.code, skipped.stderr]).toEqual([
      0,
      '1 file of other content was kept: --force replaces it.\n',
    ]);
    expect(skipped.stdout).toMatch(/^Received "photos\/": 5 files \(500 kB\)/);
    expect(await readdir(join(cwd, 'photos', 'sub'))).toHaveLength(6);
    const numbered = await get();
    expect(numbered.stderr).toBe(
      '1 file of other content was kept: the download has a name with a number.\n',
    );
    expect(await readdir(join(cwd, 'photos', 'sub'))).toContain('3 (1).bin');
    expect(String(await readFile(mine))).toBe('mine');
    const forced = await get('--force');
    expect([forced.code, forced.stderr]).toEqual([0, '1 file of other content was replaced.\n']);
    expect((await readFile(mine)).equals(Buffer.alloc(100_000, '3'))).toBe(true);
  });

  it('With another root nothing is written, and no other name is suggested', async ({ lab }) => {
    const address = await photos(lab);
    const cwd = await lab.folder();
    const get = (root: string) =>
      run(
        lab,
        cwd,
        'get',
        './photos/',
        '--peer',
        address,
        '--root',
        root,
        '--json',
        '--waiting',
        '60',
      );
    const other = await get('ab'.repeat(32));
    expect(other.code).toBe(3);
    expect(events(other).at(-1)).toMatchObject({ event: 'error', code: 'not-found' });
    expect(events(other).at(-1)).not.toHaveProperty('near');
    expect(await readdir(cwd)).toEqual([]);
    const whole = await run(lab, cwd, 'get', 'photos/', '--peer', address, '--json');
    const { root } = events(whole).at(-1) as unknown as { readonly root: string };
    const again = await get(root);
    expect(events(again).at(-1)).toMatchObject({ event: 'folder-received', root, fetchedFiles: 0 });
  });

  it('Who has something else under the name is named once, with the command that gets that', async ({
    lab,
  }) => {
    const mine = await lab.folder();
    await mkdir(join(mine, 'photos'));
    await writeFile(join(mine, 'photos', 'mine.txt'), 'mine');
    const peers = [await photos(lab), (await lab.start(mine)).address];
    await inTime(async () => {
      const cwd = await lab.folder();
      const first = await run(lab, cwd, 'get', 'photos/', '--peer', peers.join(','));
      const [, from, other, size, command = ''] =
        /^"photos\/" is taken as (\S+) has it\. (\S+) has another "photos\/" \((.*)\), which this gets: p2p (.*)\n$/.exec(
          first.stderr,
        ) ?? [first.stderr];
      expect([first.code, ...[from, other].sort()]).toEqual([0, ...[...peers].sort()]);
      const isMine = from === peers[1];
      expect(await readdir(join(cwd, 'photos'))).toEqual([isMine ? 'mine.txt' : 'sub']);
      expect(size).toBe(isMine ? '600 kB' : '4 B');
      await mkdir(join(cwd, 'other'));
      const second = await run(lab, cwd, ...command.split(' '), '--into', 'other');
      expect([second.code, second.stderr]).toEqual([0, '']);
      expect(await readdir(join(cwd, 'other', 'photos'))).toEqual([isMine ? 'sub' : 'mine.txt']);
    });
    await inTime(async () => {
      const cwd = await lab.folder();
      const json = await run(lab, cwd, 'get', 'photos/', '--peer', peers.join(','), '--json');
      const told = events(json).filter(({ event }) => event === 'other');
      expect(told).toMatchObject([{ filename: 'photos/', from: expect.any(String) as string }]);
    });
  });

  it('A folder that is stopped by Ctrl-C half-way goes on where it was, within the rate of the command', async ({
    lab,
  }) => {
    // At its rate the whole takes two minutes: on the busiest machine Ctrl-C comes half-way.
    const count = 120;
    const address = await photos(lab, count);
    const cwd = await lab.folder();
    const args = ['get', 'photos/', '--peer', address, '--json'];
    const slow = lab.run({ args: [...args, '--limit-rate', '100k'], cwd, env: { P2P_PORT: '0' } });
    await slow.says(/"folder-progress","folder":"photos\/","files":[1-9]/);
    slow.signal('SIGINT');
    expect(await slow.exit).toBe(130);
    const rates = events(slow).flatMap((each) =>
      each.event === 'folder-progress' ? [each.received] : [],
    );
    expect(Math.max(...rates)).toBeLessThan(count * 100_000);
    const rest = await run(lab, cwd, ...args);
    const end = events(rest).at(-1) as unknown as { readonly fetchedFiles: number };
    expect(end).toMatchObject({
      event: 'folder-received',
      files: count,
      otherFiles: 0,
      problems: 0,
    });
    expect(end.fetchedFiles).toBeLessThan(count);
    expect(await readdir(join(cwd, 'photos', 'sub'))).toHaveLength(count);
  });
});
