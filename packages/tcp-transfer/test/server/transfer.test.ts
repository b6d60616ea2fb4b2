// Transfers from a server to a client, both on real sockets.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { duplexPair } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  downloadFile,
  openLibrary,
  serveConnection,
  startFileServer,
  type FileServer,
  type Library,
} from '../../src/index.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';

interface Scene {
  readonly library: Library;
  readonly into: string;
  readonly server: FileServer;
}

async function scene(files: Readonly<Record<string, string | Uint8Array>>): Promise<Scene> {
  const [folder, into] = [await temporaryFolder(), await temporaryFolder()];
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const library = await openLibrary(folder);
  const server = await startFileServer({ library });
  onTestFinished(async () => {
    await server.close();
    await library.close();
  });
  return { library, into, server };
}

/** The answer of a server to bytes that are sent in one write. */
async function ask(
  server: FileServer,
  request: string,
  { halfClose = false } = {},
): Promise<string> {
  const socket = createConnection(server.address);
  if (halfClose) socket.end(request);
  else socket.write(request);
  return text(socket);
}

describe('a transfer', () => {
  it('A download gets a file byte for byte', async () => {
    const content = randomBytes(5_000_001);
    const { into, server } = await scene({ 'a b.bin': content });
    const progress: number[] = [];
    const download = await downloadFile({
      address: server.address,
      filename: 'a b.bin',
      into,
      onProgress: ({ received, size }) => progress.push(received / size),
    });
    expect(download).toEqual({ path: join(into, 'a b.bin'), created: true, size: content.length });
    const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(digest(await readFile(download.path))).toBe(digest(content));
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await entries(into)).toEqual(['a b.bin']);
  });

  it.each([
    ['no bytes', 'empty.txt'],
    ['a name that is longer than the header', `${'é'.repeat(60)}.txt`],
    ['a name that ends in colons', 'end::'],
    ['a name of 255 bytes', `${'x'.repeat(251)}.txt`],
  ])('A download works for a file with %s', async (_what, name) => {
    const content = name === 'empty.txt' ? '' : 'content';
    const { into, server } = await scene({ [name]: content });
    await downloadFile({ address: server.address, filename: name, into });
    expect(await readFile(join(into, name), 'utf8')).toBe(content);
  });

  it('The server reports what it does', async () => {
    const { into, server } = await scene({ 'a.txt': 'hello' });
    const events: string[] = [];
    server.on('connection', () => events.push('connection'));
    server.on('sending', ({ filename, size }) => events.push(`sending ${filename} ${size}`));
    const sent = once(server, 'sent');
    await downloadFile({ address: server.address, filename: 'a.txt', into });
    await sent;
    expect(events).toEqual(['connection', 'sending a.txt 5']);
  });

  it('A transfer runs over any duplex stream', async () => {
    const { library, into } = await scene({ 'a.txt': 'hello' });
    const [near, far] = duplexPair();
    const served = serveConnection(far, library, {
      onSending: () => undefined,
      onSent: () => undefined,
    });
    const { path } = await downloadFile({
      address: { host: '127.0.0.1', port: 1 },
      filename: 'a.txt',
      into,
      connect: () => Promise.resolve(near),
    });
    expect(await readFile(path, 'utf8')).toBe('hello');
    // A pair of streams does not report to one side that the other is closed.
    far.destroy();
    await served.catch(() => undefined);
  });

  it('A client may close its sending side right after its request', async () => {
    const { server } = await scene({ 'big.bin': randomBytes(3_000_000) });
    const socket = createConnection(server.address);
    socket.end('Get,big.bin\n');
    expect(await buffer(socket)).toHaveLength(3_000_074);
  });
});

describe('the server', () => {
  const hello = `6:::::::::hello.txt${':'.repeat(55)}hello\n`;

  it('The server answers as the original peer does, byte for byte', async () => {
    const { server } = await scene({ 'hello.txt': 'hello\n', 'empty.txt': '' });
    expect(await ask(server, 'Get,hello.txt\n')).toBe(hello);
    expect(await ask(server, 'Get,hello.txt\n', { halfClose: true })).toBe(hello);
    expect(await ask(server, 'Get,hello.txt\n{"v":2,"offset":3}\n')).toBe(hello);
    expect(await ask(server, 'Get,empty.txt\n')).toBe(`0:::::::::empty.txt${':'.repeat(55)}`);
    expect(await ask(server, 'Get,missing\n')).toBe('');
  });

  it('The server serves files of subfolders; of a requested path only the base name counts', async () => {
    const { server } = await scene({ 'deep/er/nested.txt': 'nested', 'hello.txt': 'hello\n' });
    expect(await ask(server, 'Get,nested.txt\n')).toMatch(/nested$/);
    for (const path of ['../hello.txt', '/etc/hello.txt', '../../x/hello.txt', 'deep/hello.txt']) {
      expect(await ask(server, `Get,${path}\n`)).toBe(hello);
    }
  });

  it('The server closes without a byte if there is no such file', async () => {
    const { server } = await scene({ '.secret': 'x', 'folder/file.txt': 'x' });
    for (const name of [
      '..',
      '.',
      '/',
      '.secret',
      'folder',
      '../../../etc/passwd',
      'file.txt\u0000',
    ]) {
      expect(await ask(server, `Get,${name}\n`)).toBe('');
    }
  });

  it('The server goes on after a malformed request', async () => {
    const { server } = await scene({ 'hello.txt': 'hello\n' });
    const warning = once(server, 'warning') as Promise<[Error]>;
    await ask(server, 'PUT / HTTP/1.1\n').catch(() => undefined);
    expect((await warning)[0].cause).toMatchObject({ code: 'bad-request' });
    expect(await ask(server, 'Get,hello.txt\n')).toBe(hello);
  });

  it('The server can be closed twice, with connections open', async () => {
    const { server } = await scene({});
    const socket = createConnection(server.address);
    await once(server, 'connection');
    const gone = once(socket, 'close');
    await Promise.all([server.close(), server.close()]);
    await gone;
  });
});
