import { describe, expect, it } from 'vitest';
import { at, World } from './world.ts';

describe('discovery', () => {
  it('tells every member about the cluster at start and after each period of 20 seconds', async () => {
    const world = new World();
    await world.start(1378, { members: [at(1379), at(1380)] });
    await world.clock.advance(60_000);
    const discover = `DISCOVER,${at(1379)},${at(1380)}\n`;
    expect(world.network.sent).toEqual(
      [0, 20_000, 40_000, 60_000].flatMap((time) =>
        [1379, 1380].map((port) => ({ at: time, from: at(1378), to: at(port), text: discover })),
      ),
    );
  });

  it('learns the members that a peer lists, and the peer itself', async () => {
    const world = new World();
    const node = await world.start(1378);
    const learned: string[] = [];
    node.on('peer', (address) => learned.push(address));
    world.peer(1379).send(`DISCOVER,${at(1378)},${at(1380)}\n`, 1378);
    await world.clock.advance(1);
    expect(node.members()).toEqual([at(1379), at(1380)]);
    expect(learned).toEqual([at(1379), at(1380)]);
  });

  it('brings a chain, in which each knows only the next, together within two periods', async () => {
    const world = new World();
    const ports = [1378, 1379, 1380];
    // The first ones start while the next do not listen yet, so their first DISCOVER is lost.
    const nodes = [];
    for (const port of ports) {
      nodes.push(await world.start(port, { members: port === 1380 ? [] : [at(port + 1)] }));
      await world.clock.advance(100);
    }
    await world.clock.advance(40_000);
    for (const [i, node] of nodes.entries()) {
      const others = ports.filter((port) => port !== ports[i]).map(at);
      expect(new Set(node.members())).toEqual(new Set(others));
    }
  });

  it('takes a name and the address it resolves to for one member', async () => {
    const world = new World();
    const lookup = (name: string): Promise<string> =>
      name === 'node2' ? Promise.resolve('127.0.0.1') : Promise.reject(new Error('no such host'));
    const node = await world.start(1378, { members: ['node2:1379', 'node9:1379'], lookup });
    const warnings: string[] = [];
    node.on('warning', ({ message }) => warnings.push(message));
    const peer = world.peer(1379);
    await world.clock.advance(1);
    expect(peer.received).toEqual(['DISCOVER,node2:1379,node9:1379\n']);
    expect(warnings).toEqual(['could not find the address of node9:1379']);
    peer.send('DISCOVER,\n', 1378);
    await world.clock.advance(1);
    expect(node.members()).toEqual(['node2:1379', 'node9:1379']);
  });

  it('is not led to list itself by a name for its own address', async () => {
    const world = new World();
    const node = await world.start(1378, {
      host: 'me',
      lookup: () => Promise.resolve('127.0.0.1'),
    });
    world.peer(1379).send(`DISCOVER,me:1378,${at(1378)},other-name:1378\n`, 1378);
    await world.clock.advance(1);
    expect(node.members()).toEqual([at(1379)]);
  });

  it('survives datagrams that are none of this protocol', async () => {
    const world = new World();
    const node = await world.start(1378);
    const warnings: string[] = [];
    node.on('warning', ({ message }) => warnings.push(message));
    const peer = world.peer(1379);
    for (const text of ['', 'Get', 'HELLO,2\n', 'File,1,x\n', '\u0000\u001b[2J'])
      peer.send(text, 1378);
    await world.clock.advance(1);
    expect(warnings).toEqual(Array(5).fill(`${at(1379)} sent a malformed datagram`));
    expect(node.members()).toEqual([]);
    peer.send('DISCOVER,\n', 1378);
    await world.clock.advance(1);
    expect(node.members()).toEqual([at(1379)]);
  });

  it('sends nothing and keeps no timer once it is closed', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)], files: ['a'] });
    world.peer(1380).send('Get,a\n', 1378);
    void node.find('b');
    await world.clock.advance(5);
    const sent = world.network.sent.length;
    await node.close();
    await node.close();
    expect(world.clock.pending).toBe(0);
    await world.clock.advance(100_000);
    expect(world.network.sent).toHaveLength(sent);
  });

  it('refuses a member that is no address', async () => {
    const world = new World();
    await expect(world.start(1378, { members: ['nowhere'] })).rejects.toMatchObject({
      code: 'bad-address',
    });
  });
});
