// Nodes that find and list each other, on a network in memory.
import { describe, expect, it } from 'vitest';
import type { Warning } from '../../src/index.ts';
import { MemoryLan } from '../../src/testing/index.ts';
import { addressesOf, at, World } from '../support/world.ts';

describe('discovery', () => {
  it('Two nodes list each other within milliseconds', async () => {
    const world = new World();
    const a = await world.start(1378);
    await world.clock.advance(5000);
    const b = await world.start(1379, { members: [at(1378)] });
    await world.clock.advance(3);
    expect(a.members()).toMatchObject([{ address: at(1379), state: 'heard', version: 2 }]);
    expect(b.members()).toMatchObject([{ address: at(1378), state: 'heard', version: 2 }]);
  });

  it('A node learns the members that a version 1 peer lists, and the peer itself', async () => {
    const world = new World();
    const node = await world.start(1378);
    const learned: string[] = [];
    node.on('peer', (address) => learned.push(address));
    world.peer(1379).send(`DISCOVER,${at(1378)},${at(1380)}\n`, 1378);
    await world.clock.advance(1);
    expect(addressesOf(node)).toEqual([at(1379), at(1380)]);
    expect(learned).toEqual([at(1379), at(1380)]);
  });

  it('A chain in which each node knows only the next comes together within two periods', async () => {
    const world = new World();
    const ports = [1378, 1379, 1380];
    // The first ones start while the next do not listen yet, so that their first DISCOVER is lost.
    const nodes = [];
    for (const port of ports) {
      nodes.push(await world.start(port, { members: port === 1380 ? [] : [at(port + 1)] }));
      await world.clock.advance(100);
    }
    await world.clock.advance(40_000);
    for (const [i, node] of nodes.entries()) {
      const others = ports.filter((port) => port !== ports[i]).map(at);
      expect(new Set(addressesOf(node))).toEqual(new Set(others));
    }
  });

  it('A name and the address that it resolves to are one member', async () => {
    const world = new World();
    const lookup = (name: string): Promise<string> =>
      name === 'node2' ? Promise.resolve('127.0.0.1') : Promise.reject(new Error('no such host'));
    const node = await world.start(1378, { members: ['node2:1379', 'node9:1379'], lookup });
    const warnings: Warning[] = [];
    node.on('warning', (warning) => warnings.push(warning));
    const peer = world.peer(1379);
    await world.clock.advance(2);
    expect(peer.received[0]).toMatch(/^DISCOVER,node2:1379,node9:1379\n\{"v":2,/);
    expect(warnings).toMatchObject([{ kind: 'lookup', peer: 'node9:1379' }]);
    peer.send('DISCOVER,\n', 1378);
    await world.clock.advance(1);
    expect(addressesOf(node)).toEqual(['node2:1379', 'node9:1379']);
  });

  it('A node does not list itself under another name for its address', async () => {
    const world = new World();
    const node = await world.start(1378, {
      host: 'me',
      lookup: () => Promise.resolve('127.0.0.1'),
    });
    world.peer(1379).send(`DISCOVER,me:1378,${at(1378)},other-name:1378\n`, 1378);
    await world.clock.advance(10);
    expect(addressesOf(node)).toEqual([at(1379)]);
  });

  it('A node survives datagrams of other protocols, and warns once a minute', async () => {
    const world = new World();
    const node = await world.start(1378);
    const warnings: Warning[] = [];
    node.on('warning', (warning) => warnings.push(warning));
    const peer = world.peer(1379);
    for (const text of ['', 'Get', 'HELLO,2\n', 'File,1,x\n', '\u0000\u001b[2J'])
      peer.send(text, 1378);
    await world.clock.advance(60_000);
    expect(warnings).toMatchObject([{ kind: 'malformed', peer: '127.0.0.1' }]);
    peer.send('\u001b[2J', 1378);
    await world.clock.advance(2);
    expect(warnings[1]?.message).toContain('\\u{1b}[2J');
    peer.send('DISCOVER,\n', 1378);
    await world.clock.advance(1);
    expect(addressesOf(node)).toEqual([at(1379)]);
  });

  it('A node sends only to allowed networks', async () => {
    const world = new World();
    const node = await world.start(1378, {
      allow: (host) => host !== '127.0.0.66',
      members: ['127.0.0.66:1'],
    });
    const warnings: Warning[] = [];
    node.on('warning', (warning) => warnings.push(warning));
    await world.clock.advance(100);
    expect(world.sent).toEqual([]);
    expect(warnings).toMatchObject([{ kind: 'not-allowed', peer: '127.0.0.66' }]);
  });

  it('A closed node has said goodbye, sends nothing more and keeps no timer', async () => {
    const world = new World();
    const other = await world.start(1379);
    const node = await world.start(1378, { members: [at(1379)], files: ['a'] });
    world.peer(1380).send('Get,a\n', 1378);
    void node.find('b');
    await world.clock.advance(5);
    await node.close();
    await node.close();
    expect(world.sent.at(-1)?.text).toContain('"leave":true');
    const pending = world.sent.length;
    await world.clock.advance(3000);
    expect(addressesOf(other)).toEqual([]);
    expect(world.sent.slice(pending).every(({ from }) => from !== at(1378))).toBe(true);
    await other.close();
    expect(world.clock.pending).toBe(0);
  });

  it('A member or a host that is no address is refused', async () => {
    const world = new World();
    for (const options of [{ members: ['nowhere'] }, { host: '127.1' }]) {
      const port = 1378 + world.clock.pending;
      await expect(world.start(port, options)).rejects.toMatchObject({ code: 'bad-address' });
      world.clock.schedule(() => undefined, 1);
    }
  });

  it('The event wire shows every datagram that goes out and comes in', async () => {
    const world = new World();
    const a = await world.start(1378);
    const wire: string[] = [];
    a.on('wire', ({ direction, peer, bytes }) => {
      wire.push(`${direction} ${peer} ${new TextDecoder().decode(bytes).split('\n')[0]}`);
    });
    await world.start(1379, { members: [at(1378)] });
    await world.clock.advance(5);
    expect(wire).toEqual([
      `in ${at(1379)} DISCOVER,${at(1378)}`,
      `out ${at(1379)} DISCOVER,`,
      `in ${at(1379)} DISCOVER,`,
    ]);
  });
});

describe('a local network', () => {
  it('Nodes without members find each other on the local network', async () => {
    const world = new World();
    const lan = new MemoryLan(world.clock);
    const a = await world.start(1378, { lan: lan.open('127.0.0.1') });
    const b = await world.start(1379, { lan: lan.open('127.0.0.1') });
    await world.clock.advance(1000);
    expect(addressesOf(a)).toEqual([at(1379)]);
    expect(addressesOf(b)).toEqual([at(1378)]);
    await Promise.all([a.close(), b.close()]);
    await world.clock.advance(1);
    expect(world.clock.pending).toBe(0);
  });

  it('A node announces what it says to its members, and nothing once it is closed', async () => {
    const world = new World();
    const lan = new MemoryLan(world.clock);
    const announced: string[] = [];
    lan.open('127.0.0.1').onDatagram((bytes) => announced.push(new TextDecoder().decode(bytes)));
    const peer = world.peer(1379);
    const node = await world.start(1378, {
      ...{ lan: lan.open('127.0.0.1'), name: 'kitchen', guest: true, period: 500 },
      members: [at(1379)],
    });
    await world.clock.advance(10);
    const [announcement, hello] = [announced[0]!, peer.received[0]!];
    const lineOf = (text: string): string => text.split('\n')[1]!.replace(/,"ping":"\w+"/, '');
    expect(announcement.split('\n')[0]).toBe(`DISCOVER,${at(1378)}`);
    expect(lineOf(announcement)).toBe(lineOf(hello));
    expect(lineOf(announcement)).toContain('"name":"kitchen"');
    await node.close();
    const count = announced.length;
    await world.clock.advance(5000);
    expect(announced).toHaveLength(count);
  });

  it('A network without multicast causes one warning', async () => {
    const world = new World();
    const lan = {
      onDatagram: () => undefined,
      announce: () => Promise.reject(new Error('ENETUNREACH')),
      close: () => Promise.resolve(),
    };
    const warnings: Warning[] = [];
    const node = await world.start(1378, { lan });
    node.on('warning', (warning) => warnings.push(warning));
    await world.clock.advance(100_000);
    expect(warnings).toMatchObject([{ kind: 'multicast' }]);
  });

  it('A node joins another one of this machine by the name localhost', async () => {
    const world = new World();
    await world.start(1379);
    const node = await world.start(1378, { lookup: () => Promise.resolve('127.0.0.1') });
    node.join('localhost:1379');
    await world.clock.advance(100);
    expect(addressesOf(node)).toEqual([at(1379)]);
  });

  it('A node survives other traffic in the multicast group', async () => {
    const world = new World();
    const lan = new MemoryLan(world.clock);
    const node = await world.start(1378, { lan: lan.open('127.0.0.1') });
    const other = lan.open('127.0.0.1');
    for (const text of [
      '',
      'Get,a\n',
      'DISCOVER,127.0.0.1:9\n',
      'DISCOVER,\n{"v":2,"id":"0123456789abcdef"}\n',
    ]) {
      void other.announce(new TextEncoder().encode(text));
    }
    await world.clock.advance(10);
    expect(addressesOf(node)).toEqual([]);
  });
});
