// Attacks on whole sealed nodes: what the attacker gets, and what each side's user is told, once.
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { SealedDatagrams } from '@peerlane/seal';
import { describe, expect } from 'vitest';
import { ClusterKey, Keyring, type NodeOptions, type PeerlaneNode } from '../../src/node/index.ts';
import { it, type Lab } from '../support/lab.ts';
import { addressOf, Nodes } from '../support/nodes.ts';

const key = ClusterKey.generate();

/** A node with the warnings that its user has seen. */
interface Told {
  readonly node: PeerlaneNode;
  readonly folder: string;
  readonly told: string[];
}

/** Starts a node of the cluster, or with `keyring: undefined` an open one. */
async function start(nodes: Nodes, lab: Lab, options: NodeOptions = {}): Promise<Told> {
  const folder = await lab.folder();
  const keyring = new Keyring([key]);
  const told: string[] = [];
  const node = await nodes.start({ folder, keyring, ...options });
  // Ports differ from one run to the next.
  node.on('warning', (text) => told.push(text.replaceAll(/\d+\.\d+\.\d+\.\d+:\d+/g, 'ADDRESS')));
  return { node, folder, told };
}

/** A member that shares `plan.txt`, and one that has found it. */
async function cluster(nodes: Nodes, lab: Lab): Promise<readonly [holder: Told, member: Told]> {
  const holder = await start(nodes, lab, { name: 'holder' });
  await writeFile(join(holder.folder, 'plan.txt'), 'the plan');
  const member = await start(nodes, lab, { members: [addressOf(holder.node)] });
  await getsFrom(member, lab);
  return [holder, member];
}

async function getsFrom({ node }: Told, lab: Lab): Promise<void> {
  const { size } = await node.get('plan.txt', { into: await lab.folder() });
  expect(size).toBe(8);
}

/** A socket of a stranger, and what has come to it. */
async function stranger(): Promise<{ socket: Socket; heard: Buffer[] } & Disposable> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const heard: Buffer[] = [];
  socket.on('message', (bytes) => heard.push(bytes));
  return { socket, heard, [Symbol.dispose]: () => void socket.close() };
}

/** Sends datagrams, a few at a time: a socket drops what comes too fast. */
async function send(socket: Socket, to: Told, datagrams: Iterable<Uint8Array>): Promise<void> {
  const { host, port } = to.node.address;
  for (const datagram of datagrams)
    await new Promise((resolve) => socket.send(datagram, port, host, resolve));
}

/** A DISCOVER with a ping, which every node answers. */
const hello = (): Buffer => {
  const [id, ping] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  return Buffer.from(`DISCOVER,\n{"v":2,"id":"${id}","ping":"${ping}"}\n`);
};

/** What a node knows of its members, apart from times. */
const knownBy = ({ node }: Told): unknown =>
  node.members().map(({ address, state, name, tcpPort }) => ({ address, state, name, tcpPort }));

/** Waits until a node has answered: it has handled all that came before. */
async function answersMember(to: Told): Promise<void> {
  using member = await stranger();
  const seal = new SealedDatagrams(new Keyring([key]));
  await send(member.socket, to, [seal.seal(hello())]);
  await expect.poll(() => member.heard.length).toBeGreaterThan(0);
}

describe('an attack on a sealed cluster', () => {
  it('A node without the key finds nobody and nothing, and each side is told of the other once', async ({
    lab,
  }) => {
    await using nodes = new Nodes();
    const [holder] = await cluster(nodes, lab);
    const members = [addressOf(holder.node)];
    const options = { keyring: undefined, members, timeout: 500 };
    const open = await start(nodes, lab, options);
    for (let times = 0; times < 2; times += 1) {
      await expect(open.node.get('plan.txt')).rejects.toThrow('Nobody');
      expect(await open.node.search()).toEqual([]);
    }
    expect(open.node.members()).toMatchObject([{ state: 'configured', name: undefined }]);
    expect(holder.told).toEqual([
      'An open node is on this network (ADDRESS); this sealed node ignores it.',
    ]);
    expect(await readdir(open.folder)).toEqual([]);
    expect(open.told).toEqual([]);
    // A sealed node that has an open one among its members speaks to it.
    await start(nodes, lab, { members: [addressOf(open.node)] });
    await expect.poll(() => open.told.length).toBe(1);
    expect(open.told[0]).toMatch(/^A sealed cluster is on this network \(ADDRESS\)/);
  });

  it('A node with another key finds nobody and nothing, and both sides are told once', async ({
    lab,
  }) => {
    await using nodes = new Nodes();
    const [holder] = await cluster(nodes, lab);
    const keyring = new Keyring([ClusterKey.generate()]);
    const members = [addressOf(holder.node)];
    const other = await start(nodes, lab, { keyring, members, timeout: 500 });
    await expect(other.node.get('plan.txt')).rejects.toThrow('Nobody');
    expect(await other.node.search()).toEqual([]);
    const text =
      'A node of another sealed cluster is on this network (ADDRESS); this node ignores it.';
    expect(holder.told).toEqual([text]);
    await start(nodes, lab, { members: [addressOf(other.node)] });
    await expect.poll(() => other.told).toEqual([text]);
  });

  it('Datagrams that are replayed, from any address, are not answered and change nothing', async ({
    lab,
  }) => {
    await using nodes = new Nodes();
    const [holder, member] = await cluster(nodes, lab);
    const recorded: Uint8Array[] = [];
    member.node.on('wire', ({ direction, sealed }) => {
      if (direction === 'out' && sealed) recorded.push(sealed);
    });
    await expect.poll(() => recorded.length).toBeGreaterThan(3);
    await answersMember(holder);
    const [known, replayed] = [knownBy(holder), [...recorded]];
    using attacker = await stranger();
    await send(attacker.socket, holder, replayed);
    await answersMember(holder);
    expect(attacker.heard).toEqual([]);
    const { port } = attacker.socket.address();
    expect(JSON.stringify(knownBy(holder))).not.toContain(`:${port}`);
    expect(known).toMatchObject([{ address: addressOf(member.node), state: 'heard' }, {}]);
    expect(holder.told).toEqual([]);
    await getsFrom(member, lab);
  });

  it('A datagram that is cut or changed at any byte is not answered, and is told of once', async ({
    lab,
  }) => {
    await using nodes = new Nodes();
    const [holder, member] = await cluster(nodes, lab);
    const genuine = new SealedDatagrams(new Keyring([key])).seal(hello());
    const cut = Array.from(genuine, (_, length) => genuine.subarray(0, length));
    const changed = Array.from(genuine, (byte, index) => genuine.with(index, byte ^ 1));
    using attacker = await stranger();
    await send(attacker.socket, holder, [...cut, ...changed]);
    await answersMember(holder);
    expect(attacker.heard).toEqual([]);
    const kinds = [/^A node of another sealed cluster/, /^A datagram from ADDRESS was not sealed/];
    expect(holder.told.toSorted()).toHaveLength(kinds.length);
    for (const kind of kinds) expect(holder.told.filter((text) => kind.test(text))).toHaveLength(1);
    await send(attacker.socket, holder, [genuine]);
    await expect.poll(() => attacker.heard.length).toBeGreaterThan(0);
    await getsFrom(member, lab);
  });

  it('A plain request at a sealed port gets no byte, and its user is told of a machine once', async ({
    lab,
  }) => {
    await using nodes = new Nodes();
    const [holder, member] = await cluster(nodes, lab);
    const requests = ['Get,plan.txt\n', '{"v":2,"want":"data","filename":"plan.txt"}\n', '\n'];
    for (const request of [...requests, ...requests]) {
      const socket = createConnection(holder.node.tcpAddress.port, '127.0.0.1');
      socket.write(request);
      const answer = await buffer(socket).catch(
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      );
      expect(answer).toSatisfy((it) => it === 'ECONNRESET' || (it as Buffer).length === 0);
    }
    expect(holder.told).toEqual([
      'could not serve ADDRESS: the client does not speak TLS: it is not in this sealed cluster',
    ]);
    await getsFrom(member, lab);
  });

  it('Without its seal nothing is taken: neither an offer, nor the file from a plain server', async ({
    lab,
  }) => {
    await using nodes = new Nodes();
    const [holder] = await cluster(nodes, lab);
    const impostor = await start(nodes, lab, { keyring: undefined });
    await writeFile(join(impostor.folder, 'plan.txt'), 'false');
    const { port } = impostor.node.tcpAddress;
    // Whoever is on the wire leads each connection to a server of the open cluster.
    const member = await start(nodes, lab, {
      members: [addressOf(holder.node)],
      timeout: 500,
      connect: async () => {
        const socket = createConnection(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      },
    });
    await expect(member.node.get('plan.txt')).rejects.toThrow(
      'is not in this sealed cluster, or has another key',
    );
    expect(await readdir(member.folder)).toEqual([]);
    expect(impostor.told).toEqual([
      'could not serve ADDRESS: the client speaks TLS: it is in a sealed cluster',
    ]);
    using attacker = await stranger();
    const asked = member.node.get('nothing.txt');
    await send(attacker.socket, member, [Buffer.from(`File,1,${port}\n`), Buffer.from('File,1\n')]);
    await expect(asked).rejects.toThrow('Nobody');
  });

  it('Thousands of salts, forged or of a member, neither stop a node nor make it forget its members', async ({
    lab,
  }) => {
    await using nodes = new Nodes();
    const [holder, member] = await cluster(nodes, lab);
    using attacker = await stranger();
    const genuine = new SealedDatagrams(new Keyring([key])).seal(hello());
    function* forged(): Iterable<Uint8Array> {
      for (let n = 0; n < 1000; n += 1) {
        const datagram = Buffer.from(genuine);
        randomBytes(16).copy(datagram, 5);
        yield datagram;
      }
    }
    // More than the 4,096 that a node remembers.
    function* ofMember(): Iterable<Uint8Array> {
      for (let n = 0; n < 5000; n += 1) yield new SealedDatagrams(new Keyring([key])).seal(hello());
    }
    await send(attacker.socket, holder, forged());
    await getsFrom(member, lab);
    expect(attacker.heard).toEqual([]);
    await send(attacker.socket, holder, ofMember());
    await getsFrom(member, lab);
    expect(attacker.heard.length).toBeGreaterThan(0);
    expect(new Set(holder.told).size).toBe(holder.told.length);
    expect(knownBy(member)).toMatchObject([{ address: addressOf(holder.node), state: 'heard' }]);
  });
});
