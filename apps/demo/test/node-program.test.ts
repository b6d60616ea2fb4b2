// What the process of a node reports to the demo, up to its end.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { ClusterKey } from '@peerlane/cli/node';
import { datagramForm } from '@peerlane/protocol';
import type { FromNode, ToNode } from '../src/node-messages.ts';

const program = fileURLToPath(new URL('node-program.js', inject('demo')));

/** A node in a process of its own, with a folder that is removed at its end. */
class ForkedNode implements AsyncDisposable {
  readonly folder: string;
  readonly reports: FromNode[] = [];
  readonly #child = fork(program, { execArgv: [], serialization: 'advanced' });
  readonly #closed = once(this.#child, 'close');

  private constructor(folder: string) {
    this.folder = folder;
    this.#child.on('message', (message: FromNode) => this.reports.push(message));
  }

  static async start(members: readonly string[], key?: string): Promise<ForkedNode> {
    const node = new ForkedNode(await mkdtemp(join(tmpdir(), 'peerlane-node-')));
    const ports = { port: 0, tcpPort: 0, protocol: 2 } as const;
    const settings = { folder: node.folder, members, key, ...ports };
    node.send({ type: 'start', settings, rules: { links: [], rate: undefined } });
    return node;
  }

  send(message: ToNode): void {
    this.#child.send(message);
  }

  /** Resolves with the first report of a type. */
  async report<T extends FromNode['type']>(type: T): Promise<FromNode & { readonly type: T }> {
    return (await this.next((report) => report.type === type)) as FromNode & { readonly type: T };
  }

  /** Resolves with the first report that meets a condition. */
  async next(isWanted: (report: FromNode) => boolean): Promise<FromNode> {
    for (;;) {
      const found = this.reports.find(isWanted);
      if (found) return found;
      await once(this.#child, 'message');
    }
  }

  /** Stops the node, and resolves when its process has ended and its last report was read. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.send({ type: 'stop' });
    await this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

it('A node that is stopped right after a download has reported every byte that it sent', async () => {
  await using server = await ForkedNode.start([]);
  const content = 'x'.repeat(76);
  await writeFile(join(server.folder, 'x.txt'), content);
  const { udp } = await server.report('started');
  await using client = await ForkedNode.start([udp]);
  await client.report('started');
  client.send({ type: 'get', id: 1, filename: 'x.txt' });
  await client.report('got');
  await server.stop();
  const data = server.reports.flatMap((report) =>
    report.type === 'transfer' && report.dataLength !== undefined ? report.dataLength : [],
  );
  // Its manifest has 32 bytes.
  expect(data).toEqual([32, content.length]);
});

it('A sealed node reports datagrams as they cross the wire, and those of an open node as refused', async () => {
  const key = ClusterKey.generate().reveal();
  await using server = await ForkedNode.start([], key);
  await writeFile(join(server.folder, 'x.txt'), 'x');
  const { udp } = await server.report('started');
  await using client = await ForkedNode.start([udp], key);
  await client.report('started');
  client.send({ type: 'get', id: 1, filename: 'x.txt' });
  await client.report('got');
  await using stranger = await ForkedNode.start([udp]);
  const { udp: address } = await stranger.report('started');
  const refused = server.next((report) => report.type === 'datagram' && report.fate === 'refused');
  expect(await refused).toMatchObject({ peer: address, own: udp });
  await server.stop();
  const datagrams = server.reports.filter((report) => report.type === 'datagram');
  for (const { fate, bytes } of datagrams)
    expect(datagramForm(bytes), fate).toBe(fate === 'refused' ? 'open' : 'sealed');
  expect(new Set(datagrams.map(({ fate }) => fate))).toEqual(new Set(['in', 'out', 'refused']));
  const transfers = server.reports.filter((report) => report.type === 'transfer');
  expect(transfers.every(({ isSealed }) => isSealed)).toBe(true);
  // Inside TLS the node reads lines.
  expect(Buffer.from(transfers[0]!.bytes!).toString()).toMatch(/^\{"v":2,.*\}\n$/);
  expect(client.reports.filter(({ type }) => type === 'dataHead')).toEqual([]);
});
