import { writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { createNode } from '../src/index.ts';
import { WarningLog } from '../src/warning-log.ts';
import { it } from './lab.ts';

describe('a node as a library', () => {
  it('starts, gets a file, tells what happens, and closes twice without harm', async ({ lab }) => {
    const [one, other] = [await lab.folder(), await lab.folder()];
    await writeFile(join(one, 'a.txt'), 'hello');
    await using holder = createNode({ folder: one, port: 0 });
    await holder.start();
    const told: string[] = [];
    for (const event of ['peer', 'request', 'connection', 'sending', 'sent'] as const) {
      holder.on(event, () => told.push(event));
    }
    const cluster = [`${holder.address.host}:${holder.address.port}`];
    await using asker = createNode({ folder: other, port: 0, cluster });
    await asker.start();
    expect(asker.members()).toEqual(cluster);
    const { path, size } = await asker.get('a.txt');
    expect(size).toBe(5);
    expect(await readFile(path, 'utf8')).toBe('hello');
    await asker.close();
    await asker.close();
    expect(new Set(told)).toEqual(new Set(['peer', 'request', 'connection', 'sending', 'sent']));
  });

  it('has to be started', () => {
    expect(() => createNode({ folder: '.' }).members()).toThrow('call start() first');
  });

  it('refuses a folder that there is not', async ({ lab }) => {
    const node = createNode({ folder: join(await lab.folder(), 'no'), port: 0 });
    await expect(node.start()).rejects.toMatchObject({ code: 'bad-folder' });
  });
});

describe('the log of warnings', () => {
  it('passes each on once a minute', () => {
    const lines: string[] = [];
    let now = 0;
    const log = new WarningLog(
      (line) => lines.push(line),
      () => now,
    );
    for (const [time, message] of [
      [0, 'a'],
      [59_999, 'a'],
      [59_999, 'b'],
      [60_000, 'a'],
    ] as const) {
      now = time;
      log.add(message);
    }
    expect(lines).toEqual(['a', 'b', 'a']);
  });
});
