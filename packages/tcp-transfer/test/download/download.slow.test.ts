// Downloads from peers of both versions: their order, and the fallback to version 1.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ProtocolError, type PeerAddress } from '@peerlane/protocol';
import { download, type AnyDownloadOptions, type VersionedSource } from '../../src/index.ts';
import { entries, eventually, fakeServer, header, temporaryFolder } from '../support/helpers.ts';
import { expectFile, LaterSources, piece, sharing } from '../support/peers.ts';

const content = randomBytes(3 * piece + 17);

/** A peer that only speaks version 1, and what it was asked for. */
async function olderPeer(
  answer: Buffer = Buffer.concat([Buffer.from(header(`${content.length}`, 'file')), content]),
): Promise<{ readonly address: PeerAddress; readonly requests: string[] }> {
  const requests: string[] = [];
  const address = await fakeServer((socket) =>
    socket.once('data', (bytes) => {
      requests.push(bytes.toString());
      socket.end(bytes.toString() === 'Get,file\n' ? answer : '');
    }),
  );
  return { address, requests };
}

const nobody = { host: '127.0.0.1', port: 1 };

interface Named extends VersionedSource {
  readonly name: string;
}

/** Downloads from some sources; says which were lost, why, and how far it came with how many. */
async function run(
  sources: readonly Named[],
  options: Partial<AnyDownloadOptions<Named>> = {},
): Promise<{
  readonly into: string;
  readonly lost: [string, unknown][];
  readonly senders: Set<number | undefined>;
  readonly result: PromiseSettledResult<Awaited<ReturnType<typeof download>>>;
}> {
  const into = await temporaryFolder();
  const lost: [string, unknown][] = [];
  const senders = new Set<number | undefined>();
  const [result] = await Promise.allSettled([
    download({
      sources,
      filename: 'file',
      into,
      onLost: ({ name }, error) => lost.push([name, (error as { code?: string }).code]),
      onProgress: (progress) => senders.add(progress.sources),
      ...options,
    }),
  ]);
  return { into, lost, senders, result };
}

describe('a download from peers of both versions', () => {
  it('Of a file of more than 2 TiB it is said that it is too large, not that nobody has it', async ({
    skip,
  }) => {
    const peer = await sharing({ file: 2 ** 41 + 1 }).catch(() => undefined);
    skip(peer === undefined, 'needs a disk that can hold the file');
    const { result } = await run([{ name: 'holder', version: 2, address: peer!.address }]);
    expect(result).toMatchObject({
      reason: {
        code: 'refused',
        message: 'the peer refused: the file has more than 2 TiB (unsupported)',
      },
    });
  });

  it('Sources of version 2 are preferred to one of version 1 that comes between them', async () => {
    const { address } = await sharing({ file: content });
    const older = await olderPeer();
    const { into, lost, senders, result } = await run([
      { address: nobody, version: 2, name: 'nobody' },
      { ...older, version: 1, name: 'older' },
      { address, version: 2, name: 'holder' },
    ]);
    expect(result).toMatchObject({
      value: { size: content.length, root: expect.any(String) as string },
    });
    await expectFile(into, content);
    expect(lost).toEqual([['nobody', 'unreachable']]);
    expect(older.requests).toEqual([]);
    expect(senders).toEqual(new Set([1]));
  });

  it('A source of version 1 sends the file if those of version 2 fail', async () => {
    const other = await sharing({ other: content });
    const older = await olderPeer();
    const { into, lost, senders } = await run([
      { address: other.address, version: 2, name: 'other' },
      { ...older, version: 1, name: 'older' },
    ]);
    await expectFile(into, content);
    expect(lost).toEqual([['other', 'no-file']]);
    expect(older.requests).toEqual(['Get,file\n']);
    expect(senders).toEqual(new Set([undefined]));
  });

  it('A source that does not answer in version 2 is asked in version 1', async () => {
    const older = await olderPeer();
    const { into, lost } = await run([{ ...older, version: 2, name: 'older' }]);
    await expectFile(into, content);
    expect(lost).toEqual([['older', 'incomplete']]);
    expect(older.requests).toHaveLength(2);
  });

  it('A source that is unreachable in version 2 is not asked in version 1', async () => {
    const { lost, result } = await run([{ address: nobody, version: 2, name: 'nobody' }]);
    expect(lost).toEqual([['nobody', 'unreachable']]);
    expect(result).toMatchObject({ reason: { code: 'unreachable' } });
  });

  it('A source of version 1 is of no use if one content is wanted', async () => {
    const older = await olderPeer();
    const sources = [{ ...older, version: 1, name: 'older' } as const];
    const { into, lost, result } = await run(sources, { root: '0'.repeat(64) });
    expect(result).toMatchObject({ reason: { code: 'refused' } });
    expect(lost).toEqual([['older', 'refused']]);
    expect(older.requests).toEqual([]);
    expect(await entries(into)).toEqual([]);
  });

  it('After a source of version 1 whose file does not fit on the disk the next one is asked', async () => {
    const large = await olderPeer(Buffer.from(header('9999999999', 'file')));
    const older = await olderPeer();
    const { into, lost } = await run([
      { ...large, version: 1, name: 'large' },
      { address: nobody, version: 1, name: 'nobody' },
      { ...older, version: 1, name: 'older' },
    ]);
    await expectFile(into, content);
    // A large disk has space for it.
    expect(lost[0]).toEqual(['large', expect.stringMatching(/no-space|incomplete/)]);
    expect(lost[1]).toEqual(['nobody', 'unreachable']);
  });

  it('A file that is to stay ends the download, and no other source is asked', async () => {
    const { address } = await sharing({ file: content });
    const older = await olderPeer();
    const first = await run([{ address, version: 2, name: 'holder' }]);
    for (const version of [1, 2] as const) {
      const sources = [
        { address, version, name: 'holder' },
        { ...older, version: 1, name: 'older' } as const,
      ];
      const again = await run(sources, { into: first.into, existing: 'refuse' });
      expect(again.result).toMatchObject({ reason: { code: 'exists' } });
    }
    expect(older.requests).toEqual([]);
  });

  it('A source of version 2 that comes a moment later is preferred to one of version 1 that came first', async () => {
    const older = await olderPeer(randomBytes(20));
    const newer = await sharing({ file: content });
    const sources = (async function* () {
      yield { address: older.address, version: 1 as const, name: 'older' };
      await new Promise((resolve) => setImmediate(resolve));
      yield { address: newer.address, version: 2 as const, name: 'newer' };
    })();
    const { into, result } = await run([], { sources, verifiedTimeout: 60_000 });
    expect(result).toMatchObject({ value: { root: expect.any(String) as string } });
    await expectFile(into, content);
    expect(older.requests).toEqual([]);
  });

  it('A search for sources that fails is reported with its own error', async () => {
    const failure = new ProtocolError('not-encodable', 'no such search');
    for (const version of [undefined, 1, 2] as const) {
      const sources = (async function* () {
        await Promise.resolve();
        if (version) yield { address: nobody, version, name: 'nobody' };
        throw failure;
      })();
      const { lost, result } = await run([], { sources });
      expect(result).toMatchObject({ reason: failure });
      expect(lost).toHaveLength(version ? 1 : 0);
    }
  });

  it('Without any source a download fails with no-file', async () => {
    const { result } = await run([]);
    expect(result).toMatchObject({ reason: { code: 'no-file' } });
  });

  it('An aborted download ends at once while it waits for sources, also between two of them', async () => {
    const older = await olderPeer(Buffer.alloc(0));
    const [empty, one] = [new LaterSources(), new LaterSources()];
    one.add(older.address);
    for (const sources of [empty, one]) {
      const control = new AbortController();
      const { signal } = control;
      const named = (async function* () {
        for await (const source of sources) yield { ...source, version: 1, name: 'older' } as const;
      })();
      const running = run([], { sources: named, signal });
      if (sources === one) await eventually(() => (older.requests.length > 0 ? true : undefined));
      control.abort(new Error('enough'));
      expect((await running).result).toMatchObject({ reason: { message: 'enough' } });
    }
  });
});
