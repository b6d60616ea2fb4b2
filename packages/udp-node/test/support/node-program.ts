// The program that a NodeProcess runs.
import { createInterface } from 'node:readline';
import type { PeerAddress } from '@peerlane/protocol';
import { openLanSocket, startUdpNode } from '../../src/index.ts';

/** The options that {@link NodeProcess} hands to the program. */
export interface ProgramOptions {
  readonly host: string;
  readonly period?: number;
  readonly discovery?: boolean;
  readonly members?: readonly string[];
  /** @default the group of all nodes */
  readonly group?: PeerAddress;
  /** Names of the files that it has. */
  readonly files?: readonly string[];
}

/** Runs a node: prints its events, and finds the files that it reads from its input. */
const { group, files = [], ...options } = JSON.parse(process.argv[2]!) as ProgramOptions;

function report(event: string, detail: string): void {
  process.stdout.write(`${JSON.stringify({ event, detail })}\n`);
}

const node = await startUdpNode({
  ...options,
  port: 0,
  tcpPort: 7000,
  hasFile: (filename) => files.includes(filename),
  ...(group && { lan: await openLanSocket(options.host, group) }),
});
node.on('peer', (address) => {
  report('peer', address);
});
node.on('gone', (address) => {
  report('gone', address);
});
for (const event of ['heard', 'silent'] as const) {
  node.on(event, (address) => {
    report(event, address);
  });
}
node.on('warning', ({ message }) => {
  report('warning', message);
});
report('listens', `${node.address.host}:${node.address.port}`);

for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument = ''] = line.split(' ');
  if (command === 'memory') {
    report('memory', String(process.memoryUsage().rss));
  } else {
    const { value } = await node.find(argument, { timeout: 100_000 }).next();
    report('found', value?.peer ?? 'nobody');
  }
}
await node.close();
