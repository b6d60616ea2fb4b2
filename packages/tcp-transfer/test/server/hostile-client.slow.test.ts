// Hostile clients: bad requests, slow readers and crowds.
import { once } from 'node:events';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { downloadFile } from '../../src/index.ts';
import { eventually, header, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { PeerProcess } from '../support/peer-process.ts';
import { closed, connect, expectCutOff, expectServing, rest, scene } from './hostile-scene.ts';

describe('a client with a bad request', () => {
  it.each([
    ['of 1 MiB without a newline', 'Get,'.padEnd(1024 * 1024, 'x')],
    ['of 8193 bytes', `Get,${'x'.repeat(8189)}\n`],
    ['that is none', 'PUT / HTTP/1.1\r\n\r\n'],
    ['without a name', 'Get,\n'],
    ['that is no UTF-8', Buffer.from([0x47, 0x65, 0x74, 0x2c, 0xff, 0xfe, 0x0a])],
    ['of NUL bytes', Buffer.alloc(1000)],
    ['of the next version, with a fault', '{"v":2,\n'],
  ])('A client with a bad request (%s) is cut off without a byte', async (_what, request) => {
    const { server, warnings } = await scene();
    const socket = connect(server);
    socket.write(request);
    expect(await rest(socket)).toMatchObject({ bytes: 0 });
    await eventually(() => warnings[0]);
    await expectServing(server);
  });

  it.each([
    '../../etc/passwd',
    '/etc/passwd',
    '..',
    '.',
    'a.txt\u0000',
    '\u001b[2J',
    '::::',
    'CON',
    'NUL.txt',
    '.peerlane',
    'a.txt/',
  ])('A client that asks for %j gets nothing, and a clean end', async (name) => {
    const { server } = await scene();
    const socket = connect(server);
    socket.write(`Get,${name}\n`);
    expect(await rest(socket)).toEqual({ bytes: 0, clean: true });
    await expectServing(server);
  });

  it('A request that comes in single bytes is understood', async () => {
    const { server } = await scene();
    const socket = connect(server);
    socket.setNoDelay(true);
    for (const byte of 'Get,a.txt\n') {
      socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await text(socket)).toBe(`${header('5', 'a.txt')}hello`);
  });

  it('A client that sends its request twice at once gets one answer', async () => {
    const { server } = await scene();
    const socket = connect(server);
    socket.write('Get,a.txt\nGet,a.txt\n');
    expect(await text(socket)).toBe(`${header('5', 'a.txt')}hello`);
  });

  it('A client that never ends its request is cut off after 10 s', async () => {
    const clock = new ManualClock();
    const { server, warnings } = await scene({ clock });
    const socket = connect(server);
    socket.write('Get,a.t');
    await once(server, 'connection');
    clock.advance(9999);
    expect(warnings).toEqual([]);
    clock.advance(1);
    expect(await rest(socket)).toMatchObject({ bytes: 0 });
    const warning = await eventually(() => warnings[0]);
    expect(warning.cause).toMatchObject({ message: 'no request came within 10 s' });
  });

  it('A client that sends one byte a second is cut off after 10 s all the same', async () => {
    const clock = new ManualClock();
    const { server, warnings } = await scene({ clock });
    const socket = connect(server);
    await once(server, 'connection');
    for (let second = 0; second < 10; second += 1) {
      socket.write('G'.padEnd(second === 0 ? 1 : 0, 'x'));
      clock.advance(1000);
    }
    expect(await rest(socket)).toMatchObject({ bytes: 0 });
    expect((await eventually(() => warnings[0])).cause).toMatchObject({ code: 'too-slow' });
  });

  it('A client that sends endless bytes after its request is cut off', async () => {
    const { server } = await scene();
    const socket = connect(server);
    socket.write('Get,big.bin\n');
    await once(server, 'sending');
    // The client reads nothing, so the file is still being sent.
    const flood = setInterval(() => socket.write(Buffer.alloc(100_000)), 1);
    await closed(socket);
    clearInterval(flood);
    await expectServing(server);
  });
});

describe('a client that wastes time', () => {
  it('A client that asks and never reads is cut off after 30 s', async () => {
    const clock = new ManualClock();
    const { server, warnings } = await scene({ clock });
    const socket = connect(server).pause();
    socket.write('Get,big.bin\n');
    await once(server, 'sending');
    // The bytes that fit into the buffers of the system are sent; then nothing moves.
    await eventually(() => {
      clock.advance(1000);
      return warnings[0];
    });
    expect(warnings[0]!.cause).toMatchObject({ code: 'too-slow' });
    await expectCutOff(socket);
  });

  it('A client that never closes after its file is closed after 30 s', async () => {
    const clock = new ManualClock();
    const { server } = await scene({ clock });
    const socket = createConnection({ ...server.address, allowHalfOpen: true }).resume();
    onTestFinished(() => void socket.destroy());
    socket.write('Get,a.txt\n');
    await Promise.all([once(socket, 'end'), once(server, 'sent')]);
    // Only a failed write shows the client that the server has closed the connection.
    const nudge = setInterval(() => {
      clock.advance(1000);
      socket.write('x');
    }, 1);
    socket.on('error', () => undefined);
    await closed(socket);
    clearInterval(nudge);
  });

  it('A client that resets the connection in the middle of a file does no harm', async () => {
    const { server, warnings } = await scene();
    const socket = connect(server);
    socket.write('Get,big.bin\n');
    await once(socket, 'data');
    socket.resetAndDestroy();
    await eventually(() => warnings[0]);
    await expectServing(server);
  });

  it('A client that goes away before its request is whole does no harm', async () => {
    const { server, warnings } = await scene();
    connect(server).end('Get,a');
    await eventually(() => warnings[0]);
    await expectServing(server);
  });
});

describe('a crowd of clients', () => {
  it.each([
    ['2,000 idle connections of one address', () => '127.0.0.1'],
    ['2,000 idle connections of 100 addresses', (each: number) => `127.0.1.${1 + (each % 100)}`],
  ])('A crowd of clients (%s) does not keep others from their files', async (_what, addressOf) => {
    const { server } = await scene();
    // They connect in groups, as the system also limits how many connections may wait.
    for (let part = 0; part < 10; part += 1) {
      const crowd = Array.from({ length: 200 }, (_, each) =>
        connect(server, process.platform === 'linux' ? addressOf(each) : undefined),
      );
      await Promise.all(crowd.map((socket) => once(socket, 'connect')));
    }
    await expectServing(server);
  });

  it('All clients get their files in the end if more come than are served at a time', async () => {
    const { path, server } = await scene({ maxConnections: 8, maxConnectionsPerAddress: 4 });
    await truncate(join(path, 'big.bin'), 3_000_000);
    const into = await temporaryFolder();
    const downloads = Array.from({ length: 40 }, async (_, each) => {
      const sub = join(into, `${each}`);
      await mkdir(sub);
      const options = { address: server.address, filename: 'big.bin', into: sub, sync: false };
      return (await downloadFile(options)).size;
    });
    expect(new Set(await Promise.all(downloads))).toEqual(new Set([3_000_000]));
  });

  it('Slow readers that hold all places go when somebody else waits', async ({ skip }) => {
    skip(process.platform !== 'linux', 'Only on Linux is each address of 127.0.0.0/8 ours');
    const clock = new ManualClock();
    const { server } = await scene({ clock, maxConnections: 8, maxConnectionsPerAddress: 4 });
    const began: unknown[] = [];
    server.on('sending', () => began.push(1));
    const readers = Array.from({ length: 8 }, (_, each) =>
      connect(server, `127.0.2.${1 + (each % 2)}`).pause(),
    );
    for (const reader of readers) reader.write('Get,big.bin\n');
    await eventually(() => began.length === 8 || undefined);
    let gone = 0;
    server.on('crowdedOut', () => (gone += 1));
    // Nobody waits yet: all may go on.
    clock.advance(20_000);
    expect(gone).toBe(0);
    const client = connect(server, '127.0.2.9');
    client.write('Get,a.txt\n');
    const answer = text(client);
    // The wait for a place is a second at most, in which the speeds are looked at again.
    await eventually(() => {
      clock.advance(250);
      return gone > 0 || undefined;
    });
    expect(gone).toBe(1);
    expect(await answer).toContain('hello');
  });

  it('The server survives a lack of descriptors, and goes on accepting', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no such bound');
    const path = await temporaryFolder();
    await writeFile(join(path, 'a.txt'), 'hello');
    const options = { maxConnections: 1000, maxConnectionsPerAddress: 1000 };
    const child = new PeerProcess({ role: 'serve', folder: path, options }, 64);
    const { address } = await child.message('listening');
    const crowd = Array.from({ length: 200 }, () => {
      const socket = createConnection(address);
      socket.on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      return socket;
    });
    // The system turns away connections for which it has no descriptor.
    await Promise.race(crowd.map(closed));
    for (const socket of crowd) socket.destroy();
    const into = await temporaryFolder();
    for (;;) {
      // The server may turn one away until it has noticed that the crowd is gone.
      const outcome = await downloadFile({ address, filename: 'a.txt', into }).catch(
        () => undefined,
      );
      if (outcome) break;
    }
    expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('hello');
  });
});
