// Hostile catalogs, and hostile requests for one: the limits of a client and of a server.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  encodeCatalogEntry,
  encodeTransferAnswer,
  TransferAnswerDecoder,
  TransferRequestDecoder,
  type CatalogEntry,
  type PeerAddress,
  type TransferAnswer,
} from '@peerlane/protocol';
import { fetchCatalog, type CatalogOptions } from '../../src/lists/fetch-catalog.ts';
import { startFileServer, type FileServer } from '../../src/server/file-server.ts';
import { PeerConnection } from '../../src/requests/peer-connection.ts';
import { SharedFolder } from '../../src/sharing/shared-folder.ts';
import { eventually, fakeServer, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

const entry = (filename: string): Uint8Array => encodeCatalogEntry({ filename, size: 1, mtime: 1 });

/** The bytes of an answer: the data after a line that describes it, unless `answer` overrides that. */
function page(data: string | Uint8Array, answer: Partial<TransferAnswer> = {}): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([encodeTransferAnswer({ length: bytes.length, ...answer }), bytes]);
}

/** A server whose answers to requests for a catalog are made by `answer`. */
function catalogServer(
  answer: (cursor: string | undefined, socket: Socket) => Uint8Array | string | undefined,
): Promise<PeerAddress> {
  return fakeServer((socket) => {
    const decoder = new TransferRequestDecoder();
    socket.on('data', (bytes) => {
      const request = decoder.push(bytes)?.request;
      if (request?.version !== 2) return;
      const reply = answer(request.cursor, socket);
      if (reply !== undefined) socket.write(reply);
    });
  });
}

/** The entries of a catalog, and the error that it ended with. */
async function collect(
  address: PeerAddress,
  options: Partial<CatalogOptions> = {},
): Promise<{ entries: CatalogEntry[]; error: unknown }> {
  const entries: CatalogEntry[] = [];
  try {
    for await (const each of fetchCatalog({ address, ...options })) entries.push(each);
    return { entries, error: undefined };
  } catch (error) {
    return { entries, error };
  }
}

const badAnswer = { name: 'TransferError', code: 'bad-answer' };

describe('a server whose catalog never ends', () => {
  it('A client reads 10,000 files of a catalog that never ends, and no more', async () => {
    const many = Buffer.concat(Array.from({ length: 1500 }, () => entry('again')));
    let pages = 0;
    const address = await catalogServer(() => page(many, { cursor: `${(pages += 1)}` }));
    const { entries, error } = await collect(address);
    expect(error).toBeUndefined();
    expect(entries).toHaveLength(10_000);
    expect(pages).toBe(7);
  });

  it('A client reads as many files of an endless catalog as the caller wants', async () => {
    let pages = 0;
    const address = await catalogServer(() => page(entry('a'), { cursor: `${(pages += 1)}` }));
    expect((await collect(address, { maxEntries: 30 })).entries).toHaveLength(30);
    expect(pages).toBe(30);
    for (const maxEntries of [0, -1, 1.5, NaN])
      expect(() => fetchCatalog({ address, maxEntries })).toThrow(RangeError);
  });

  it.each([1, 2, 3, 7, 100])(
    'A client leaves a server whose cursors repeat after %d pages',
    async (length) => {
      let pages = 0;
      const address = await catalogServer(() =>
        page(entry('a'), { cursor: `${pages++ % length}` }),
      );
      expect((await collect(address)).error).toMatchObject(badAnswer);
      expect(pages).toBeLessThan(3 * length + 2);
    },
  );

  it('A client leaves a server whose pages are empty', async () => {
    let pages = 0;
    const address = await catalogServer(() => page('', { cursor: `${(pages += 1)}` }));
    const { error } = await collect(address);
    expect(error).toMatchObject({
      ...badAnswer,
      message: "the peer's catalog never ends",
    });
    expect(pages).toBe(1);
  });
});

describe('a server that answers with what is no catalog', () => {
  it.each<[string, string | Uint8Array]>([
    ['something that is no answer', 'hello\n'],
    ['a line of 1 MB', 'x'.repeat(1_000_000)],
    ['data that is a line of 1 MB', page('x'.repeat(1_000_000))],
    ['data of over 1 MiB', page('', { length: 1024 * 1024 + 1 })],
    ['data of 2⁵³ - 1 bytes', page('', { length: Number.MAX_SAFE_INTEGER })],
    ['an entry without its line feed', page(entry('a').subarray(0, -1))],
    ['an entry without a size', page('{"filename":"a","mtime":1}\n')],
    ['a size of -1', page('{"filename":"a","size":-1,"mtime":1}\n')],
    ['a size of 1e300', page('{"filename":"a","size":1e300,"mtime":1}\n')],
    ['a time that is none', page('{"filename":"a","size":1,"mtime":8640000000000001}\n')],
    ['bytes that are no UTF-8', page(Buffer.from([0xff, 0x0a]))],
    ['NUL bytes', page(new Uint8Array(1000))],
    ['more than it announced', Buffer.concat([page(entry('a'), { length: 5 }), entry('b')])],
    ['a cursor that no request can carry', page(entry('a'), { cursor: 'x'.repeat(8160) })],
  ])('A client leaves a server that answers with %s', async (_what, bytes) => {
    const address = await catalogServer(() => bytes);
    expect((await collect(address)).error).toMatchObject(badAnswer);
  });

  it('A good page counts although the next one is bad', async () => {
    const address = await catalogServer((cursor) =>
      cursor === undefined
        ? page(entry('a'), { cursor: 'next' })
        : page(Buffer.concat([entry('b'), Buffer.from('{\n')])),
    );
    const { entries, error } = await collect(address);
    expect(entries.map(({ filename }) => filename)).toEqual(['a']);
    expect(error).toMatchObject(badAnswer);
  });

  it('Names that no file may have are passed on unchanged, as data', async () => {
    const names = [
      '../../etc/passwd',
      '/etc/passwd',
      '..',
      'a\u0000b',
      '\u001b[2J',
      'CON',
      '\u202e',
    ];
    const address = await catalogServer(() => page(Buffer.concat(names.map(entry))));
    const { entries } = await collect(address);
    expect(entries.map(({ filename }) => filename)).toEqual(names);
  });
});

describe('a server that breaks off', () => {
  it('A server that breaks off between two pages is asked once more on another connection', async () => {
    const cursors: (string | undefined)[] = [];
    const address = await catalogServer((cursor, socket) => {
      cursors.push(cursor);
      if (cursor !== undefined) return page(entry('b'));
      socket.end(page(entry('a'), { cursor: 'next' }), () => socket.destroy());
      return undefined;
    });
    const { entries, error } = await collect(address);
    expect(error).toBeUndefined();
    expect(entries.map(({ filename }) => filename)).toEqual(['a', 'b']);
    expect(cursors).toEqual([undefined, 'next']);
  });

  it('A server that breaks off a second time is left', async () => {
    const cursors: (string | undefined)[] = [];
    const address = await catalogServer((cursor, socket) => {
      cursors.push(cursor);
      socket.end(
        cursor === undefined
          ? page(entry('a'), { cursor: 'next' })
          : page(entry('b')).subarray(0, -3),
      );
      return undefined;
    });
    const { entries, error } = await collect(address);
    expect(entries).toHaveLength(1);
    expect(error).toMatchObject({ code: 'incomplete' });
    expect(cursors).toHaveLength(3);
  });

  it.each(['', '{"v":2,', page(entry('a')).subarray(0, -1)])(
    'A server that breaks off in the first page is left (%#)',
    async (part) => {
      let asked = 0;
      const address = await catalogServer((_cursor, socket) => {
        asked += 1;
        socket.end(part);
        return undefined;
      });
      expect((await collect(address)).error).toMatchObject({ code: 'incomplete' });
      expect(asked).toBe(1);
    },
  );

  it('A server that was never there is reported as unreachable', async () => {
    const server = await fakeServer((socket) => socket.destroy());
    const gone = { ...server, port: 1 };
    expect((await collect(gone)).error).toMatchObject({ code: 'unreachable' });
  });
});

describe('a server that wastes time', () => {
  it('A server that never answers is left after 30 s', async () => {
    const clock = new ManualClock();
    let asked = false;
    const address = await catalogServer(() => {
      asked = true;
      return undefined;
    });
    const taken = collect(address, { clock });
    await eventually(() => asked || undefined);
    clock.advance(30_000);
    expect((await taken).error).toMatchObject({ code: 'too-slow' });
    expect(clock.pending).toBe(0);
  });

  it('A server that sends a byte at a time is left for its rate', async () => {
    const clock = new ManualClock();
    let socket: Socket | undefined;
    const address = await catalogServer((_cursor, accepted) => {
      socket = accepted;
      return page('', { length: 100_000 });
    });
    const taken = collect(address, { clock });
    const server = await eventually(() => socket);
    let over = false;
    void taken.then(() => (over = true));
    await eventually(() => {
      server.write(' ');
      clock.advance(1000);
      return over || undefined;
    });
    expect((await taken).error).toMatchObject({ code: 'too-slow' });
  });
});

describe('a caller of fetchCatalog', () => {
  it('A caller may abort a catalog while waiting and between two pages', async () => {
    let closed = 0;
    const waiting = new AbortController();
    const address = await catalogServer((cursor, socket) => {
      socket.once('close', () => (closed += 1));
      if (cursor === undefined) return page(entry('a'), { cursor: 'next' });
      waiting.abort(new Error('enough'));
      return undefined;
    });
    expect((await collect(address, { signal: waiting.signal })).error).toBe(waiting.signal.reason);
    const control = new AbortController();
    const catalog = fetchCatalog({ address, signal: control.signal });
    await catalog.next();
    control.abort(new Error('enough'));
    await expect(catalog.next()).rejects.toThrow('enough');
    const left = fetchCatalog({ address });
    await left.next();
    await left.return();
    await eventually(() => closed === 4 || undefined);
  });
});

/** Starts a server of `count` files. */
async function sharing(count: number): Promise<FileServer> {
  const path = await temporaryFolder();
  for (let index = 0; index < count; index += 1)
    await writeFile(join(path, `${index}`.padStart(5, '0')), 'hello');
  const folder = await SharedFolder.open(path, { watch: () => ({ close: () => undefined }) });
  const server = await startFileServer({
    library: { files: folder },
    maxConnectionsPerAddress: 64,
  });
  onTestFinished(async () => {
    await server.close();
    await folder.close();
  });
  return server;
}

describe('a client that makes cursors up', () => {
  it.each([
    ['before all', '\u0000', '00000'],
    ['a path', '../../etc/passwd', '00000'],
    ['between two names', '00000x', '00001'],
    ['behind all', '\uffff', undefined],
    ['as long as it can be', '9'.repeat(8150), undefined],
    ['prototypes', '__proto__', undefined],
  ])('A made-up cursor (%s) gets the names after that text', async (_what, cursor, first) => {
    const server = await sharing(2);
    const connection = await PeerConnection.open(server.address);
    onTestFinished(() => {
      connection.close();
    });
    let text = '';
    const { data } = await connection.request({ want: 'catalog', cursor });
    for await (const bytes of data) text += Buffer.from(bytes).toString();
    if (first === undefined) expect(text).toBe('');
    else expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({ filename: first, size: 5 });
  });

  it.each(['""', '7', 'null', '"\\ud800"', `"${'x'.repeat(8192)}"`])(
    'A client whose cursor is no valid text (%#) is cut off, and others are served',
    async (cursor) => {
      const server = await sharing(1);
      const socket = createConnection(server.address).on('error', () => undefined);
      socket.write(`{"v":2,"want":"catalog","cursor":${cursor}}\n`);
      let bytes = 0;
      socket.on('data', (piece) => (bytes += piece.length));
      await new Promise((resolve) => socket.once('close', resolve));
      expect(bytes).toBe(0);
      expect((await collect(server.address)).entries).toHaveLength(1);
    },
  );
});

describe('clients that page as fast as they can', () => {
  it('Others are served while a client pages as fast as it can on 32 connections', async () => {
    const server = await sharing(600);
    let pages = 0;
    let stop = false;
    const paging = Array.from({ length: 32 }, async () => {
      const socket = createConnection(server.address);
      await once(socket, 'connect');
      while (!stop) {
        socket.write('{"v":2,"want":"catalog"}\n');
        const decoder = new TransferAnswerDecoder();
        let left = Infinity;
        while (left > 0) {
          const [bytes] = (await once(socket, 'data')) as [Uint8Array];
          const decoded = left === Infinity ? decoder.push(bytes) : undefined;
          if (decoded) left = (decoded.answer as TransferAnswer).length - decoded.rest.length;
          else if (left !== Infinity) left -= bytes.length;
        }
        pages += 1;
      }
      socket.destroy();
    });
    await eventually(() => pages > 0 || undefined);
    const meanwhile: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      const connection = await PeerConnection.open(server.address);
      const before = pages;
      const { data } = await connection.request({ want: 'data', filename: '00001' });
      for await (const bytes of data) expect(bytes).toHaveLength(5);
      meanwhile.push(pages - before);
      connection.close();
    }
    stop = true;
    await Promise.all(paging);
    // No request waits until each of the 32 connections has got two pages.
    expect(meanwhile.sort((a, b) => a - b)[4]).toBeLessThan(64);
  });
});
