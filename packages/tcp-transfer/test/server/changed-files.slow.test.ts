// Files that change, or are replaced, before or while they are sent.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/helpers.ts';
import { connect, expectCutOff, expectServing, rest, scene, type Scene } from './hostile-scene.ts';

describe('a file that is not what it was', () => {
  /** A client that has received the first piece, and reads on when the test resumes it. */
  async function halfway({ server }: Scene): Promise<Socket> {
    const socket = connect(server);
    socket.write('Get,big.bin\n');
    await once(server, 'sending');
    socket.pause();
    return socket;
  }

  it.each<[string, (file: string) => Promise<unknown>]>([
    ['shrinks', (file) => truncate(file, 1000)],
    ['is emptied', (file) => truncate(file, 0)],
    [
      'is written to in place',
      async (file) => {
        const handle = await open(file, 'r+');
        await handle.write('other', 19_000_000);
        await handle.close();
      },
    ],
  ])(
    'If a file %s while it is sent, the client sees no clean end and not all bytes',
    async (_what, change) => {
      const all = await scene();
      const socket = await halfway(all);
      await change(join(all.path, 'big.bin'));
      await expectCutOff(socket);
      await eventually(() => all.warnings[0]);
      expect(all.warnings[0]?.cause).toMatchObject({ code: 'changed' });
      await expectServing(all.server);
    },
  );

  it('Of a file that grows while it is sent, a client of version 1 gets what the header said', async () => {
    const all = await scene();
    const before = await readFile(join(all.path, 'big.bin'));
    const socket = await halfway(all);
    await appendFile(join(all.path, 'big.bin'), 'more');
    expect((await buffer(socket)).subarray(74).equals(before)).toBe(true);
  });

  it('If another file gets its name while a file is sent, the opened file is sent whole', async () => {
    const all = await scene();
    const before = await readFile(join(all.path, 'big.bin'));
    const socket = await halfway(all);
    await writeFile(join(all.path, 'new'), 'new');
    await rename(join(all.path, 'new'), join(all.path, 'big.bin'));
    expect((await buffer(socket)).subarray(74).equals(before)).toBe(true);
  });

  it('A file that is larger than version 1 can say is reported and not sent', async () => {
    const all = await scene();
    await truncate(join(all.path, 'a.txt'), 10_000_000_000);
    const tooLarge = once(all.server, 'tooLarge');
    const socket = connect(all.server);
    socket.write('Get,a.txt\n');
    expect(await rest(socket)).toEqual({ bytes: 0, clean: true });
    expect((await tooLarge)[0]).toMatchObject({ filename: 'a.txt', size: 10_000_000_000 });
  });

  it.skipIf(process.platform === 'win32').each<[string, (path: string) => unknown]>([
    ['a link out of the folder', (path) => symlink('/etc/passwd', path)],
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdir(path)],
    ['a device', (path) => symlink('/dev/zero', path)],
  ])('Nothing is sent if %s has replaced the file', async (_what, make) => {
    const { path, server } = await scene();
    await rm(join(path, 'big.bin'));
    await make(join(path, 'big.bin'));
    const socket = connect(server);
    socket.write('Get,big.bin\n');
    expect(await rest(socket)).toEqual({ bytes: 0, clean: true });
    await expectServing(server);
  });
});
