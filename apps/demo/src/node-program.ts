// The process of one node of the demo: follows the commands of the demo, and reports what crosses its
// sockets. The node itself is that of @peerlane/cli.
import {
  ClusterKey,
  createNode,
  Keyring,
  openUdpTransport,
  type PeerlaneNode,
} from '@peerlane/cli/node';
import { datagramForm, formatPeerAddress } from '@peerlane/protocol';
import { DataTally } from './data-tally.ts';
import { LinkFilter } from './link/link-filter.ts';
import type { FromNode, NodeSettings, ToNode } from './node-messages.ts';
import { WireReports } from './wire-reports.ts';

let node: PeerlaneNode | undefined;
let own = '';
let isSealed = false;
let reporting: NodeJS.Timeout | undefined;
const downloads = new Map<number, AbortController>();

/** Resolves when the demo has ended in any way. */
const demoEnded = new Promise<void>((resolve) => {
  process.once('disconnect', () => {
    resolve();
  });
});
/** Resolves when the last report so far is out of this process, as are those before it. */
let lastReport = Promise.resolve();

const report = (message: FromNode, onRead: () => void = () => undefined): void => {
  // If the demo has ended, this process ends as well, and reports nothing.
  if (!process.connected) return;
  lastReport = new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => {
      onRead();
      resolve();
    });
  });
};
const now = (): number => performance.timeOrigin + performance.now();
const wire = new WireReports({ send: report, now });

const filter = new LinkFilter({
  onDropped: (peer, bytes) => {
    wire.add({ type: 'datagram', at: now(), fate: 'dropped', own, peer, bytes });
  },
  onPassed: (peer, bytes) => {
    // A sealed node takes only what is sealed.
    if (!isSealed || datagramForm(bytes) === 'sealed') return;
    wire.add({ type: 'datagram', at: now(), fate: 'refused', own, peer, bytes });
  },
  onConnected: (local, server) => {
    wire.add({ type: 'connected', at: now(), local, server, isSealed });
  },
  onDataHead: (client, bytes) => {
    wire.add({ type: 'dataHead', at: now(), client, bytes });
  },
});
const tally = new DataTally((client, direction, dataLength, at) => {
  wire.add({ type: 'transfer', at, direction, client, isSealed, dataLength });
});

process.on('message', (message: ToNode) => {
  switch (message.type) {
    case 'start':
      filter.apply(message.rules);
      void start(message.settings);
      break;
    case 'rules':
      filter.apply(message.rules);
      break;
    case 'get':
      void get(message.id, message.filename);
      break;
    case 'abort':
      downloads.get(message.id)?.abort();
      break;
    case 'stop':
      void stop();
  }
});
// The node stops when the demo has ended in any way.
void demoEnded.then(stop);
// Ctrl-C, and Ctrl-Break on Windows, reach every process of a terminal, but the demo stops its nodes.
for (const signal of ['SIGINT', 'SIGBREAK'] as const) process.on(signal, () => undefined);

async function start({ port, key, ...settings }: NodeSettings): Promise<void> {
  try {
    const host = '127.0.0.1';
    const transport = filter.filter(await openUdpTransport({ host, port }));
    own = formatPeerAddress(transport.address);
    const { connect } = filter;
    isSealed = key !== undefined;
    const keyring = key === undefined ? undefined : new Keyring([ClusterKey.parse(key)]);
    const options = { host, transport, connect, keyring, discovery: false };
    node = createNode({ ...settings, ...options });
    listen(node);
    await node.start();
    const [udp, tcp] = [node.address, node.tcpAddress].map(formatPeerAddress) as [string, string];
    reportMembers();
    report({ type: 'started', udp, tcp });
  } catch (error) {
    report({ type: 'failed', message: (error as Error).message });
  }
}

function listen(node: PeerlaneNode): void {
  node.on('wire', ({ direction, peer, bytes: message, sealed: bytes = message }) => {
    wire.add({ type: 'datagram', at: now(), fate: direction, own, peer, bytes });
  });
  node.on('transferWire', ({ direction, client, bytes, dataLength }) => {
    const at = now();
    if (bytes === undefined) {
      tally.add(client, direction, dataLength, at);
      return;
    }
    tally.flush(client);
    wire.add({ type: 'transfer', at, direction, client, isSealed, bytes });
  });
  node.on('peer', reportMembersSoon);
  node.on('gone', reportMembersSoon);
  node.on('warning', (message) => {
    report({ type: 'warning', at: now(), message });
  });
}

function reportMembers(): void {
  if (node) report({ type: 'members', members: node.members().map(({ address }) => address) });
}

/** Reports the members a moment later, once for all that join or leave until then. */
function reportMembersSoon(): void {
  reporting ??= setTimeout(() => {
    reporting = undefined;
    reportMembers();
  }, 50).unref();
}

async function get(id: number, filename: string): Promise<void> {
  const control = new AbortController();
  downloads.set(id, control);
  try {
    if (!node) throw new Error('The node is not running.');
    const { path, size } = await node.get(filename, {
      signal: control.signal,
      onProgress: ({ received, size }) => {
        report({ type: 'progress', id, received, size });
      },
    });
    report({ type: 'got', id, path, size });
  } catch (error) {
    const message = control.signal.aborted ? 'Cancelled.' : (error as Error).message;
    report({ type: 'gotNothing', id, message });
  } finally {
    downloads.delete(id);
  }
}

async function stop(): Promise<void> {
  await node?.close();
  // What crossed the sockets just before the end is on the page as well.
  tally.flushAll();
  await Promise.race([lastReport, demoEnded]);
  if (process.connected) process.disconnect();
  process.exit();
}
