// Discovery by real multicast, on loopback and in network namespaces.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  discoveryGroup,
  openLanSocket,
  startUdpNode,
  type DatagramSeal,
  type LanSocket,
  type UdpNode,
} from '../../src/index.ts';
import { Cable } from '../support/namespaces.ts';
import { bundle, NodeProcess } from '../support/node-process.ts';
import { toySeal } from '../support/toy-seal.ts';
import type { ProgramOptions } from '../support/node-program.ts';

const impossible = Cable.impossible();
if (impossible !== undefined)
  process.stdout.write(`Skipped: multicast between machines (${impossible})\n`);

/** A group that no other test uses. */
async function ownGroup(): Promise<typeof discoveryGroup> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return { host: discoveryGroup.host, port };
}

/**
 * The reason why multicast on loopback fails here; `undefined` if it works. On Linux it always works,
 * so there its failure fails the tests.
 */
async function refusal(): Promise<string | undefined> {
  if (process.platform === 'linux') return undefined;
  const socket = await openLanSocket('127.0.0.1', await ownGroup());
  try {
    await socket.announce(new Uint8Array());
    return undefined;
  } catch (error) {
    return `multicast on loopback: ${(error as Error).message}`;
  } finally {
    await socket.close();
  }
}

const refused = await refusal();
if (refused !== undefined) process.stdout.write(`Skipped: ${refused}\n`);

describe('on loopback, by real multicast', () => {
  const start = (host: string, lan: LanSocket, seal?: DatagramSeal): Promise<UdpNode> =>
    startUdpNode({ host, port: 0, tcpPort: 1, hasFile: () => false, lan, seal });
  const of = ({ address }: UdpNode): string => `${address.host}:${address.port}`;

  it.skipIf(refused)('Sealed nodes of one machine find each other, and no open one', async () => {
    const group = await ownGroup();
    const open = (): Promise<LanSocket> => openLanSocket('127.0.0.1', group);
    await using stranger = await start('127.0.0.1', await open());
    const warned = once(stranger, 'warning');
    await using a = await start('127.0.0.1', await open(), toySeal());
    const learned = once(a, 'peer');
    await using b = await start('127.0.0.1', await open(), toySeal());
    expect(await learned).toEqual([of(b)]);
    expect(await warned).toMatchObject([{ kind: 'sealed-neighbour' }]);
    expect(stranger.members()).toEqual([]);
  });

  it.skipIf(refused)(
    'The nodes of one machine find each other, whichever loopback address they have',
    async () => {
      const group = await ownGroup();
      await using a = await start('127.0.0.1', await openLanSocket('127.0.0.1', group));
      const learned = once(a, 'peer');
      await using b = await start('127.0.0.1', await openLanSocket('127.0.0.1', group));
      expect(await learned).toEqual([of(b)]);
      if (process.platform === 'linux') {
        const third = once(a, 'peer');
        await using c = await start('127.0.0.9', await openLanSocket('127.0.0.9', group));
        expect(await third).toEqual([of(c)]);
      }
    },
  );

  it.skipIf(refused)('A closed socket announces nothing and hears nothing', async () => {
    const group = await ownGroup();
    const [a, b] = [
      await openLanSocket('127.0.0.1', group),
      await openLanSocket('127.0.0.1', group),
    ];
    const heard: number[] = [];
    b.onDatagram(([first = 0]) => heard.push(first));
    await b.announce(Uint8Array.of(1));
    await a.announce(Uint8Array.of(2));
    await expect.poll(() => heard).toEqual([1, 2]);
    await Promise.all([a.close(), a.close()]);
    await a.announce(Uint8Array.of(3));
    await b.announce(Uint8Array.of(4));
    await expect.poll(() => heard).toEqual([1, 2, 4]);
    await b.close();
  });

  it('A port that another program does not share is reported', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows shares it all the same');
    const socket = createSocket('udp4').bind(0);
    await once(socket, 'listening');
    const group = { host: discoveryGroup.host, port: socket.address().port };
    await expect(openLanSocket('127.0.0.1', group)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    socket.close();
  });

  it('An interface that this machine does not have is reported', async () => {
    const none = await openLanSocket('::1', await ownGroup());
    await expect(none.announce(new Uint8Array())).rejects.toThrow('no interface');
    await none.close();
  });
});

describe.skipIf(impossible !== undefined)('between two machines', () => {
  let program = '';
  beforeAll(async () => {
    program = await bundle('node-program.ts');
  });

  /** Two machines, which go also when the test fails or takes too long. */
  function connect(): Cable {
    const cable = new Cable();
    onTestFinished(() => cable[Symbol.dispose]());
    return cable;
  }

  function run(options: ProgramOptions, within: readonly string[]): NodeProcess {
    const node = new NodeProcess(program, options, within);
    onTestFinished(() => node[Symbol.asyncDispose]());
    return node;
  }

  it('Fresh nodes on two machines find each other at once, and each other’s files', async () => {
    const cable = connect();
    cable.address(0, '10.77.1.1/24');
    cable.address(1, '10.77.1.2/24');
    // The announcements of each period come too late.
    const period = 3_600_000;
    const a = run({ host: '0.0.0.0', period, files: ['from-a'] }, cable.within(0));
    await a.waitFor('listens');
    const b = run({ host: '10.77.1.2', period }, cable.within(1));
    await a.waitFor('peer', /^10\.77\.1\.2:/);
    const { detail } = await b.waitFor('peer', /^10\.77\.1\.1:/);
    expect((await b.ask('find from-a', 'found')).detail).toBe(detail);
    expect([...a.all('warning'), ...b.all('warning')]).toEqual([]);
  });

  it('A node announces itself on interfaces that come while it runs', async () => {
    const cable = connect();
    cable.address(1, '10.77.2.2/24');
    const a = run({ host: '0.0.0.0', period: 500 }, cable.within(0));
    await a.waitFor('listens');
    const b = run({ host: '0.0.0.0', period: 3_600_000 }, cable.within(1));
    await b.waitFor('listens');
    cable.address(0, '10.77.2.1/24');
    await a.waitFor('peer', /^10\.77\.2\.2:/);
    await b.waitFor('peer', /^10\.77\.2\.1:/);
  });

  it('A node listens on interfaces as they come, go and come back', async () => {
    const cable = connect();
    // A limit of two memberships: loopback and one more, so that the node must leave the old interface.
    cable.limitGroups(2);
    cable.address(0, '10.77.3.1/24');
    const node = run({ host: '0.0.0.0', period: 100 }, cable.within(0));
    await node.waitFor('listens');
    const listensOn = (name: string): Promise<void> =>
      expect.poll(() => cable.groups(0, name)).toContain(discoveryGroup.host);
    await listensOn('cable0');
    cable.removeAddress(0, '10.77.3.1/24');
    cable.plug('cable1');
    cable.address(0, '10.77.3.2/24', 'cable1');
    await listensOn('cable1');
    // The address is never away, but it moves to another interface.
    cable.limitGroups(20);
    cable.plug('cable2');
    cable.address(0, '10.77.3.2/24', 'cable2');
    cable.unplug('cable1');
    await listensOn('cable2');
  });
});
