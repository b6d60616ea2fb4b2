// A node as a library, on loopback; and the log of its warnings.
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { createNode } from '../../src/node/index.ts';
import { WarningLog } from '../../src/events/warning-log.ts';
import { it } from '../support/lab.ts';
import { unusedPort } from '../support/program.ts';
import { heapUsed } from '../support/heap-used.ts';

describe('a node as a library', () => {
  it('A node starts, gets a file, emits events, and can be closed twice', async ({ lab }) => {
    const [one, other] = [await lab.folder(), await lab.folder()];
    await writeFile(join(one, 'a.txt'), 'hello');
    await using holder = createNode({ folder: one, port: 0, discovery: false });
    await holder.start();
    const events: string[] = [];
    for (const event of ['peer', 'request', 'connection', 'sending', 'sent'] as const) {
      holder.on(event, () => events.push(event));
    }
    const sent: unknown[] = [];
    holder.on('sent', (upload) => sent.push(upload));
    const members = [`${holder.address.host}:${holder.address.port}`];
    await using asker = createNode({ folder: other, port: 0, members });
    await asker.start();
    expect(asker.members().map(({ address }) => address)).toEqual(members);
    const { path, size } = await asker.get('a.txt');
    expect(size).toBe(5);
    expect(await readFile(path, 'utf8')).toBe('hello');
    await asker.close();
    await asker.close();
    // Its holder hears a little later that the connection is closed.
    await expect
      .poll(() => sent)
      .toContainEqual(expect.objectContaining({ filename: 'a.txt', size: 5 }));
    expect(new Set(events)).toEqual(new Set(['peer', 'request', 'connection', 'sending', 'sent']));
  });

  it('A node gets a file with a name that version 1 cannot carry from all holders', async ({
    lab,
  }) => {
    const name = `a, b: ${'ü'.repeat(60)}.bin`;
    const content = randomBytes(40 * 256 * 1024);
    const [first, second] = [await lab.folder(), await lab.folder()];
    for (const folder of [first, second]) await writeFile(join(folder, name), content);
    await using one = createNode({ folder: first, port: 0, discovery: false });
    await using other = createNode({ folder: second, port: 0, discovery: false });
    await Promise.all([one.start(), other.start()]);
    const holders = [one, other];
    const members = holders.map(({ address }) => `${address.host}:${address.port}`);
    await using asker = createNode({ folder: await lab.folder(), port: 0, members });
    await asker.start();
    const { path } = await asker.get(name);
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  it('A node lists the files of the others by name and content', async ({ lab }) => {
    const folders = [await lab.folder(), await lab.folder()];
    for (const folder of folders) await writeFile(join(folder, 'Both.txt'), 'same');
    await writeFile(join(folders[0]!, 'twice.txt'), 'one');
    await writeFile(join(folders[1]!, 'twice.txt'), 'two and more');
    const holders = folders.map((folder) => createNode({ folder, port: 0, discovery: false }));
    await Promise.all(holders.map((holder) => holder.start()));
    const members = holders.map(({ address }) => `${address.host}:${address.port}`);
    await using asker = createNode({ guest: true, port: 0, members });
    await asker.start();
    while (asker.members().some(({ tcpPort }) => tcpPort === undefined)) await once(asker, 'wire');
    expect(await asker.search('t', { timeout: 300_000 })).toMatchObject([
      { filename: 'Both.txt', contents: [{ size: 4, holders: members }] },
      { filename: 'twice.txt', contents: [{ size: 3 }, { size: 12 }] },
    ]);
    expect(await asker.search('BOTH')).toHaveLength(1);
    // The guest is not listed, but it has introduced the holders to each other.
    expect(holders.map((holder) => holder.members().length)).toEqual([1, 1]);
    expect(await holders[0]!.shared()).toEqual({ files: 2, bytes: 7, folders: 0 });
    for (const holder of holders) await holder.close();
  });

  it('Of a shared folder each file counts, also where several have one name', async ({ lab }) => {
    const above = await lab.folder();
    for (const day of ['1', '2']) {
      await mkdir(join(above, 'photos', day), { recursive: true });
      await writeFile(join(above, 'photos', day, 'index.html'), `day ${day}`);
    }
    await using holder = createNode({ files: [join(above, 'photos')], port: 0, discovery: false });
    await holder.start();
    expect(await holder.shared()).toEqual({ files: 2, bytes: 10, folders: 3 });
  });

  it('A node shares only the files that are named, in whatever folders they are', async ({
    lab,
  }) => {
    const [one, other, target] = [await lab.folder(), await lab.folder(), await lab.folder()];
    await writeFile(join(one, 'a.txt'), 'a');
    await writeFile(join(one, 'secret.txt'), 's');
    await writeFile(join(other, 'b.txt'), 'bb');
    const files = [join(one, 'a.txt'), join(other, 'b.txt')];
    await using holder = createNode({ files, port: 0, discovery: false });
    await holder.start();
    expect(await holder.shared()).toEqual({ files: 2, bytes: 3, folders: 0 });
    const members = [`127.0.0.1:${holder.address.port}`];
    await using asker = createNode({ folder: target, port: 0, members });
    await asker.start();
    expect(await readFile((await asker.get('b.txt')).path, 'utf8')).toBe('bb');
    await expect(asker.get('secret.txt')).rejects.toMatchObject({ code: 'not-found' });
    for (const wrong of [[join(one, 'no')], [join(one, 'a.txt'), join(one, 'a.txt')]]) {
      const refused = createNode({ files: wrong, port: 0, discovery: false });
      await expect(refused.start()).rejects.toMatchObject({ code: 'bad-file' });
    }
  });

  it('A node with a folder and files is refused, because it would share the whole folder', () => {
    const options = { folder: '.', files: ['a.txt'] };
    expect(() => createNode(options)).toThrow(
      new TypeError('expected "folder" or "files", got both'),
    );
  });

  it('A node that cannot bind its UDP port does not keep its TCP port', async ({ lab }) => {
    await using first = createNode({ folder: await lab.folder(), port: 0, discovery: false });
    await first.start();
    const tcpPort = await unusedPort();
    const { port } = first.address;
    const second = createNode({ folder: await lab.folder(), port, tcpPort, discovery: false });
    await expect(second.start()).rejects.toMatchObject({
      code: 'bind',
      message: `Cannot bind UDP 127.0.0.1:${port}: the port is in use.`,
    });
    const server = createServer().listen(tcpPort, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  it('A folder that does not exist is refused', async ({ lab }) => {
    const node = createNode({ folder: join(await lab.folder(), 'no'), port: 0 });
    await expect(node.start()).rejects.toMatchObject({ code: 'bad-folder' });
  });
});

describe('the log of warnings', () => {
  function logAt(time: () => number): { log: WarningLog; lines: string[] } {
    const lines: string[] = [];
    return { log: new WarningLog((line) => lines.push(line), time), lines };
  }

  it('The log of warnings passes on 60 lines a minute, and counts the others', () => {
    let now = 0;
    const { log, lines } = logAt(() => now);
    for (let index = 0; index < 100; index += 1) log.add(`a${index}`);
    expect(lines).toHaveLength(60);
    now = 60_000;
    log.add('b');
    expect(lines.slice(60)).toEqual(['… and 40 more warnings.', 'b']);
    for (let index = 0; index < 100; index += 1) log.add(`c${index}`);
    log[Symbol.dispose]();
    expect(lines.slice(119)).toEqual(['c57', 'c58', '… and 41 more warnings.']);
  });

  it('The log of warnings keeps a bounded number of them', () => {
    let now = 0;
    const log = new WarningLog(
      () => undefined,
      () => now,
    );
    const before = heapUsed();
    for (; now < 10 * 60_000; now += 1000) log.add(`${now}`.padEnd(100_000));
    expect(heapUsed() - before).toBeLessThan(30 * 2 ** 20);
  });

  it('The log of warnings passes on each of them once a minute', () => {
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
