// What the process of a node reports to the demo, up to its end.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
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

  static async start(members: readonly string[]): Promise<ForkedNode> {
    const node = new ForkedNode(await mkdtemp(join(tmpdir(), 'peerlane-node-')));
    const settings = { folder: node.folder, members, port: 0, tcpPort: 0, protocol: 2 } as const;
    node.send({ type: 'start', settings, rules: { links: [], rate: undefined } });
    return node;
  }

  send(message: ToNode): void {
    this.#child.send(message);
  }

  /** Resolves with the first report of a type. */
  async report<T extends FromNode['type']>(type: T): Promise<FromNode & { readonly type: T }> {
    for (;;) {
      const found = this.reports.find((report) => report.type === type);
      if (found) return found as FromNode & { readonly type: T };
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
