// Many small files at once, over the connections of a pool, from real servers.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import { ConnectionPool, PieceHasher, RateLimit, type FileServer } from '../../src/index.ts';
import { download } from '../../src/download/download.ts';
import type { AnyDownloadOptions } from '../../src/download/download.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { sharing, type Peer } from '../support/peers.ts';

const names = Array.from({ length: 40 }, (_, each) => `file ${each}`);
const files = Object.fromEntries(names.map((name) => [name, Buffer.from(`of ${name}`)]));

/** Counts the connections that a server accepts. */
function connectionsOf(server: FileServer): () => number {
  let count = 0;
  server.on('connection', () => (count += 1));
  return () => count;
}

interface Fetching {
  readonly into: string;
  readonly pool: ConnectionPool;
  readonly get: (
    filename: string,
    addresses: readonly PeerAddress[],
    options?: Partial<AnyDownloadOptions>,
  ) => Promise<string>;
}

/** Downloads files over the connections of one pool. Each gives its content. */
async function fetching(): Promise<Fetching> {
  const into = await temporaryFolder();
  const pool = new ConnectionPool();
  const hasher = new PieceHasher();
  onTestFinished(async () => {
    pool.close();
    await hasher.close();
  });
  const get: Fetching['get'] = async (filename, addresses, options) => {
    const sources = addresses.map((address) => ({ address, version: 2 as const }));
    const { path } = await download({
      ...{ filename, into, hasher, sources, connections: pool, sync: false, verifiedTimeout: 0 },
      // No source is late, however busy the machine is.
      clock: new ManualClock(),
      ...options,
    });
    return readFile(path, 'utf8');
  };
  return { into, pool, get };
}

async function holder(content: Readonly<Record<string, Buffer>> = files): Promise<Peer> {
  return sharing(content);
}

describe('many downloads over the connections of a pool', () => {
  it('Many small files come over one connection, and the server reports each as sent', async () => {
    const { server, address } = await holder();
    const connections = connectionsOf(server);
    const sent: string[] = [];
    server.on('sent', ({ filename }) => sent.push(filename));
    const { pool, get } = await fetching();
    const got = await Promise.all(names.map((name) => get(name, [address])));
    expect(got).toEqual(names.map((name) => `of ${name}`));
    expect(connections()).toBe(1);
    pool.close();
    await expect.poll(() => sent.toSorted()).toEqual(names.toSorted());
  });

  it('Each of two holders has one connection, though each file may come from both', async () => {
    const holders = [await holder(), await holder()];
    const counts = holders.map(({ server }) => connectionsOf(server));
    const addresses = holders.map(({ address }) => address);
    const { get } = await fetching();
    const got = names.map((name, at) =>
      get(name, at % 2 === 0 ? addresses : addresses.toReversed()),
    );
    expect(await Promise.all(got)).toEqual(names.map((name) => `of ${name}`));
    expect(counts.map((count) => count())).toEqual([1, 1]);
  });

  it('Files of a holder that dies meanwhile come from another that has them', async () => {
    const [dying, lasting] = [await holder(), await holder()];
    let asked = 0;
    dying.server.on('asked', () => {
      asked += 1;
      if (asked === 10) void dying.server.close();
    });
    const { get } = await fetching();
    const got = names.map((name) => get(name, [dying.address, lasting.address]));
    expect(await Promise.all(got)).toEqual(names.map((name) => `of ${name}`));
  });

  it('A file that nobody has, and one whose holder lies, fail alone', async () => {
    const { address } = await holder();
    const { into, get } = await fetching();
    const root = '0'.repeat(64);
    const results = await Promise.allSettled([
      get('missing', [address]),
      ...names.slice(0, 5).map((name) => get(name, [address])),
      get('file 6', [address], { root }),
      ...names.slice(7, 10).map((name) => get(name, [address])),
    ]);
    expect(results.map(({ status }) => status === 'rejected').indexOf(true)).toBe(0);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
    expect(await entries(into)).toHaveLength(8);
  });

  it('A large file has a connection of its own while small ones come over another', async () => {
    const large = Buffer.alloc(3 * 1024 * 1024, 'x');
    const { server, address } = await holder({ ...files, large });
    const connections = connectionsOf(server);
    const { get } = await fetching();
    const got = await Promise.all(['large', ...names].map((name) => get(name, [address])));
    expect(got[0]).toBe(large.toString());
    expect(connections()).toBeLessThanOrEqual(2);
  });

  it('Downloads that share a limit are together no faster than it', async () => {
    const content = Buffer.alloc(64 * 1024, 'x');
    const { address } = await holder({ a: content, b: content });
    const { get } = await fetching();
    const limitRate = new RateLimit(512 * 1024);
    const begun = performance.now();
    await Promise.all(['a', 'b'].map((name) => get(name, [address], { limitRate })));
    // Of 128 KiB the last bytes wait for the time that all may take.
    expect(performance.now() - begun).toBeGreaterThan(240);
  });

  it('An empty file comes over the same connection', async () => {
    const { server, address } = await holder({ ...files, empty: Buffer.alloc(0) });
    const connections = connectionsOf(server);
    const { into, get } = await fetching();
    await Promise.all(['empty', ...names].map((name) => get(name, [address])));
    expect(await readFile(join(into, 'empty'), 'utf8')).toBe('');
    expect(connections()).toBe(1);
  });
});
