// `bench udp`: how soon two real nodes list each other, and how soon a search ends.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  discoveryGroup,
  openLanSocket,
  startUdpNode,
  type LanSocket,
  type UdpNode,
} from '@peerlane/udp-node';
import { show, summarise } from './measure.ts';

const rounds = 50;

interface NodeOptions {
  readonly port?: number;
  readonly members?: readonly string[];
  readonly lan?: LanSocket;
}

function start({ port = 0, ...options }: NodeOptions): Promise<UdpNode> {
  return startUdpNode({
    ...options,
    host: '127.0.0.1',
    port,
    tcpPort: 1,
    hasFile: (filename) => filename === 'there',
    ...(options.lan === undefined && { discovery: false }),
  });
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** Two nodes, and how many milliseconds after the start of the second each listed the other. */
interface Met {
  readonly a: UdpNode;
  readonly b: UdpNode;
  readonly took: number;
}

async function meet(
  first: NodeOptions,
  second: (a: UdpNode) => Promise<NodeOptions>,
): Promise<Met> {
  const a = await start(first);
  const options = await second(a);
  const started = performance.now();
  const learned = heard(a);
  const b = await start(options);
  await Promise.all([learned, heard(b)]);
  return { a, b, took: performance.now() - started };
}

/** Waits until another node has been heard: a configured member is listed from the start. */
async function heard(node: UdpNode): Promise<void> {
  while (!node.members().some(({ state }) => state === 'heard')) await once(node, 'wire');
}

const addressOf = (port: number): string => `127.0.0.1:${port}`;

const ways: Readonly<Record<string, () => Promise<Met>>> = {
  'the second is configured with the first': () =>
    meet({}, (a) => Promise.resolve({ members: [addressOf(a.address.port)] })),
  'each is configured with the other': async () => {
    const port = await freePort();
    return meet({ members: [addressOf(port)] }, (a) =>
      Promise.resolve({ port, members: [addressOf(a.address.port)] }),
    );
  },
  'by multicast on loopback': async () => {
    const group = { host: discoveryGroup.host, port: await freePort() };
    return meet({ lan: await openLanSocket('127.0.0.1', group) }, async () => ({
      lan: await openLanSocket('127.0.0.1', group),
    }));
  },
};

/** Milliseconds until a search has its first offer, or knows that there is none. */
async function find(node: UdpNode, filename: string): Promise<number> {
  const started = performance.now();
  const search = node.find(filename);
  await search.next();
  const took = performance.now() - started;
  await search.return?.();
  return took;
}

/** Measures two real nodes at the default period: until they list each other, and their first finds. */
export async function run(): Promise<void> {
  for (const [name, way] of Object.entries(ways)) {
    const listed: number[] = [];
    const offers: number[] = [];
    const misses: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { a, b, took } = await way();
      listed.push(took);
      offers.push(await find(b, 'there'));
      misses.push(await find(a, 'missing'));
      await Promise.all([a.close(), b.close()]);
    }
    process.stdout.write(
      [
        `${name}:`,
        `  listing each other  ${show(summarise(listed), 'ms')}`,
        `  first find, offer   ${show(summarise(offers), 'ms')}`,
        `  first find, miss    ${show(summarise(misses), 'ms')}\n`,
      ].join('\n'),
    );
  }
}
