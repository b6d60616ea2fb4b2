// Attacks on a node, and callbacks that misbehave.
import type { PeerAddress } from '@peerlane/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Offer } from '../../src/index.ts';
import { DelayedAnswers } from '../../src/answers/delayed-answers.ts';
import { NameLookup } from '../../src/sending/name-lookup.ts';
import { senderOf } from '../../src/limits/sender.ts';
import { ManualClock } from '../../src/testing/index.ts';
import { addressesOf, at, World } from '../support/world.ts';

afterEach(() => vi.unstubAllGlobals());

describe('a listener that throws', () => {
  it.each(['peer', 'gone', 'wire', 'request', 'offer', 'warning'] as const)(
    'A listener to %s that throws stops no node, and its error is uncaught',
    async (event) => {
      const thrown: unknown[] = [];
      vi.stubGlobal('queueMicrotask', (task: () => void) => {
        try {
          task();
        } catch (error) {
          thrown.push(error);
        }
      });
      const world = new World();
      const node = await world.start(1378, { members: [at(1390)] });
      const mistake = new Error(event);
      node.on(event, () => {
        throw mistake;
      });
      const other = await world.start(1379, { members: [at(1378)], files: ['a'] });
      world.peer(1380).send('nonsense\n', 1378);
      await world.clock.advance(100);
      void world.collect(other.find('b'));
      const found = world.first(node.find('a'));
      await world.clock.advance(100);
      expect((await found)?.offer.peer).toBe(at(1379));
      await other.close();
      await world.clock.advance(100_000);
      expect(addressesOf(node)).toEqual([at(1390)]);
      const rounds = world.sent.filter(({ to, text }) => to === at(1390) && text.includes('ping'));
      expect(rounds.at(-1)!.at).toBeGreaterThan(80_000);
      await node.close();
      expect(new Set(thrown)).toEqual(new Set([mistake]));
      expect(world.clock.pending).toBe(0);
    },
  );
});

describe('strangers', () => {
  it('All strangers together have twice the rate of one sender, which costs known peers nothing', async () => {
    const world = new World();
    const rate = { perSecond: 10, burst: 20 };
    const node = await world.start(1378, { rate, members: [at(1390)] });
    const friend = await world.start(1379, { members: [at(1378)] });
    const configured = world.peer(1390);
    await world.clock.advance(10_000);
    const requests: string[] = [];
    node.on('request', ({ peer }) => requests.push(peer));
    for (let i = 0; i < 300; i += 1) world.peer(2000 + i).send('Get,a\n', 1378);
    configured.send('Get,a\n', 1378);
    void world.collect(friend.find('b'));
    await world.clock.advance(10);
    const known = [at(1379), at(1390)];
    expect(requests.filter((peer) => !known.includes(peer))).toHaveLength(40);
    expect(new Set(requests)).toEqual(new Set([...requests.slice(0, 40), ...known]));
  });

  it('All ports of one machine share its waiting answers', () => {
    const of = (host: string, port: number): string => senderOf({ host, port });
    expect([of('192.168.7.7', 1), of('fe80::1', 1)]).toEqual(['192.168.7.7', 'fe80::1']);
    expect([of('127.0.0.1', 1), of('::1', 2)]).toEqual(['127.0.0.1:1', '[::1]:2']);
  });

  it('At most 64 answers wait for one sender, and 10,000 for all', async () => {
    const clock = new ManualClock();
    const answers = new DelayedAnswers(clock);
    let answered = 0;
    const add = (sender: number, question: number): boolean =>
      answers.add(String(sender), String(question), () => (answered += 1));
    const taken = Array.from({ length: 65 }, (_, question) => add(0, question));
    expect(taken.indexOf(false)).toBe(64);
    expect(add(0, 0)).toBe(true);
    for (let i = 64; i < 10_000; i += 1) expect(add(i, 0)).toBe(true);
    expect(add(20_000, 0)).toBe(false);
    expect(answers.size).toBe(10_000);
    await clock.advance(9999);
    expect(answered).toBe(0);
    await clock.advance(1);
    expect([answered, answers.size]).toEqual([10_000, 0]);
    expect(add(0, 0)).toBe(true);
    answers.clear();
    expect([answers.size, clock.pending]).toEqual([0, 0]);
  });
});

describe('names in gossip', () => {
  it('Slow names from gossip hold up no configured name', async () => {
    const answers = new Map<string, (address: string) => void>();
    const names = new NameLookup(
      (host) => new Promise((resolve) => answers.set(host, resolve)),
      new ManualClock(),
      1000,
    );
    const gossiped = Array.from({ length: 5000 }, async (_, i) => names.resolve(`g${i}:1`, false));
    const failed = await Promise.allSettled(gossiped.slice(1, -100));
    expect(failed.every(({ status }) => status === 'rejected')).toBe(true);
    const configured = Array.from({ length: 3 }, async (_, i) => names.resolve(`c${i}:1`, true));
    for (let i = 0; i < 3; i += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      answers.get(`c${i}`)!('127.0.0.1');
      await configured[i];
    }
    expect([...answers.keys()]).toEqual(['g0', 'c0', 'c1', 'c2']);
  });

  it('Names that take ten seconds each hold up none that is named later', async () => {
    const world = new World();
    const lookup = (host: string): Promise<string> =>
      new Promise((resolve) =>
        world.clock.schedule(() => {
          resolve(host === 'honest' ? '127.9.9.9' : '127.9.9.8');
        }, 10_000),
      );
    await world.start(1378, { lookup, members: [at(1379), at(1380)] });
    const names = Array.from({ length: 999 }, (_, i) => `name${i}:53`);
    world.peer(1379).send(`DISCOVER,${names.join(',')}\n`, 1378);
    await world.clock.advance(1000);
    world.peer(1380).send('DISCOVER,honest:1\n', 1378);
    await world.clock.advance(20_000);
    expect(world.sent.filter(({ to }) => to === '127.9.9.9:1').length).toBeGreaterThan(0);
  });

  it('Names from gossip do not cause more lookups of a configured name', async () => {
    let count = 0;
    const names = new NameLookup(
      (host) => {
        if (host === 'given') count += 1;
        return Promise.resolve('127.0.0.1');
      },
      new ManualClock(),
      1000,
    );
    await names.resolve('given:1', true);
    for (let i = 0; i < 3000; i += 1) await names.resolve(`g${i}:1`, false);
    await names.resolve('given:1', true);
    expect(count).toBe(1);
  });

  it('Many names of one address cause at most five datagrams an hour to it', async () => {
    const world = new World();
    const lookup = (): Promise<string> => Promise.resolve('127.9.9.9');
    const node = await world.start(1378, { lookup, members: [at(1379)] });
    const teller = world.peer(1379);
    for (let named = 0; named < 200; named += 10) {
      const names = Array.from({ length: 10 }, (_, each) => `name${named + each}.example:53`);
      teller.send(`DISCOVER,${names.join(',')}\n`, 1378);
      void world.collect(node.find(`file${named}`, { timeout: 60_000 }));
      await world.clock.advance(60_000);
    }
    const caused = world.sent.filter(({ to }) => to === '127.9.9.9:53').length;
    expect(caused).toBeGreaterThan(0);
    expect(caused).toBeLessThanOrEqual(5);
  });

  it('Names from gossip lead a node on a network to no port of its own machine', async () => {
    const world = new World();
    const transport = world.network.open({ host: '192.168.7.1', port: 1378 });
    const lookup = (): Promise<string> => Promise.resolve('127.0.0.1');
    const node = await world.start(1378, { transport, lookup, members: ['given:2'] });
    world.peer(1379).send('DISCOVER,sshd-here:22\n', 1378);
    const stranger = world.network.open({ host: '192.168.7.2', port: 9 });
    void stranger.send(new TextEncoder().encode('DISCOVER,sshd-here:22\n'), {
      host: '192.168.7.1',
      port: 1378,
    });
    await world.clock.advance(1000);
    expect(addressesOf(node)).toContain('sshd-here:22');
    const reached = new Set(
      world.sent.filter(({ from }) => from === '192.168.7.1:1378').map(({ to }) => to),
    );
    expect(reached).toEqual(new Set([at(2), '192.168.7.2:9']));
  });
});

describe('a node that may send anywhere', () => {
  it('A node sends to no multicast, broadcast or unspecified address, whatever it may send to', async () => {
    const world = new World();
    const hosts = ['224.0.0.1', '239.255.13.78', '255.255.255.255', '0.0.0.0', '[::]', '[ff02::1]'];
    const lookup = (): Promise<string> => Promise.resolve('224.0.0.2');
    const transport = world.network.open({ host: '192.168.7.1', port: 1378 });
    const members = ['203.0.113.1:5', 'name:5', ...hosts.map((host) => `${host}:5`)];
    const node = await world.start(1378, { transport, allow: () => true, lookup, members });
    const warned: (string | undefined)[] = [];
    node.on('warning', ({ kind, peer }) => kind === 'not-allowed' && warned.push(peer));
    void world.collect(node.find('a', { timeout: 50_000 }));
    await world.clock.advance(60_000);
    expect(new Set(world.sent.map(({ to }) => to))).toEqual(new Set(['203.0.113.1:5']));
    expect(new Set(warned).size).toBe(7);
  });
});

describe('a node on all interfaces', () => {
  it('A node on all interfaces reaches the loopback addresses that its own machine names', async () => {
    const world = new World();
    const transport = world.network.open({ host: '0.0.0.0', port: 1378 });
    await world.start(1400, { transport, members: ['127.0.0.1:1381'] });
    const named = world.peer(1380);
    const teller = world.network.open({ host: '127.0.0.1', port: 1381 });
    const text = new TextEncoder().encode(`DISCOVER,${at(1380)}\n`);
    await teller.send(text, { host: '0.0.0.0', port: 1378 });
    await world.clock.advance(10);
    expect(named.received).toHaveLength(1);
  });
});

describe('a resolver that hangs', () => {
  it('Nothing piles up behind a resolver that hangs', async () => {
    const world = new World();
    const asked: string[] = [];
    let answer: (address: string) => void = () => undefined;
    const lookup = (host: string): Promise<string> => {
      asked.push(host);
      return new Promise((resolve) => (answer = resolve));
    };
    const node = await world.start(1378, { members: ['name:1379', 'name:1380'], lookup });
    for (let i = 0; i < 60; i += 1) {
      void world.collect(node.find(`file${i}`, { timeout: 50_000 }));
      await world.clock.advance(60_000);
    }
    void world.collect(node.find('wanted'));
    await world.clock.advance(20_000);
    answer('127.0.0.1');
    await world.clock.advance(1);
    for (const port of [1379, 1380]) {
      const texts = world.sent.filter(({ to }) => to === at(port)).map(({ text }) => text);
      expect(texts.map((text) => text.split('\n')[0])).toEqual([
        'DISCOVER,name:1379,name:1380',
        'Get,wanted',
      ]);
    }
    expect(asked).toEqual(['name']);
    await node.close();
  });

  it('Nothing is sent for a search that ended during the lookup', async () => {
    const world = new World();
    let answer: (address: string) => void = () => undefined;
    const lookup = (): Promise<string> => new Promise((resolve) => (answer = resolve));
    const node = await world.start(1378, { members: ['name:1379'], lookup });
    await world.clock.advance(5000);
    void world.collect(node.find('a', { timeout: 100 }));
    await world.clock.advance(200);
    answer('127.0.0.1');
    await world.clock.advance(10);
    expect(world.sent.map(({ text }) => text.split(',')[0])).toEqual(['DISCOVER']);
  });

  it('Nothing is sent to a name that is resolved after closing', async () => {
    const world = new World();
    let answer: (address: string) => void = () => undefined;
    const lookup = (): Promise<string> => new Promise((resolve) => (answer = resolve));
    const node = await world.start(1378, { members: ['name:1379'], lookup });
    let wire = 0;
    node.on('wire', () => (wire += 1));
    await world.clock.advance(10);
    await node.close();
    answer('127.0.0.1');
    await world.clock.advance(10);
    expect([wire, world.sent.length]).toEqual([0, 0]);
  });
});

describe('a callback that throws something else than an error', () => {
  it.each([null, undefined, 'text', 7, Object.create(null), Symbol('x')])(
    'A callback that throws %s stops no node',
    async (thrown: unknown) => {
      const world = new World();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      const fail = (): Promise<never> => Promise.reject(thrown);
      const node = await world.start(1378, { members: ['name:1'], lookup: fail, hasFile: fail });
      const kinds: string[] = [];
      node.on('warning', ({ kind }) => kinds.push(kind));
      world.peer(1379).send('Get,a\n', 1378);
      await world.clock.advance(10);
      expect(kinds.toSorted()).toEqual(['files', 'lookup']);
    },
  );
});

describe('closing', () => {
  it('Closing waits for datagrams that are being sent, but for no lookup', async () => {
    const world = new World();
    const network = world.network.open({ host: '127.0.0.1', port: 1378 });
    const sent: string[] = [];
    let leave = (): void => undefined;
    const transport = {
      ...{ address: network.address, onDatagram: network.onDatagram.bind(network) },
      close: network.close.bind(network),
      send: async (bytes: Uint8Array, to: PeerAddress) => {
        const text = new TextDecoder().decode(bytes);
        if (text.includes('"leave"')) await new Promise<void>((resolve) => (leave = resolve));
        sent.push(text);
        await network.send(bytes, to);
      },
    };
    const lookup = (host: string): Promise<string> =>
      host === 'other' ? Promise.resolve('127.0.0.1') : new Promise(() => undefined);
    const members = ['other:1379', 'nowhere:1380'];
    const node = await world.start(1400, { transport, lookup, members });
    await world.start(1379);
    await world.clock.advance(1000);
    let closed = false;
    void node.close().then(() => (closed = true));
    await world.clock.advance(1000);
    expect(closed).toBe(false);
    leave();
    await world.clock.advance(0);
    expect(closed).toBe(true);
    expect(sent.at(-1)).toContain('"leave":true');
  });
});

describe('a search', () => {
  it('A search gets an honest offer, however many ports of one asked member answer', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379), at(1380)] });
    const [evil, honest] = [world.peer(1379), world.peer(1380)];
    const ports = Array.from({ length: 1500 }, (_, i) => world.peer(3000 + i));
    const search = node.find('a', { timeout: 10_000 });
    await world.clock.advance(5);
    const [, extension] = evil.received.find((text) => text.startsWith('Get,'))!.split('\n');
    for (const { send } of ports) send(`File,1,9\n${extension}\n`, 1378);
    await world.clock.advance(5);
    honest.send(`File,1,7000\n${extension}\n`, 1378);
    await world.clock.advance(5);
    expect((await search.next()).value?.address.port).toBe(7000);
  });

  it('A search serves several readers at a time', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    await world.start(1379, { files: ['a'] });
    await world.clock.advance(100);
    const search = node.find('a', { timeout: 10_000 });
    const results: (Offer | undefined)[] = [];
    for (let i = 0; i < 3; i += 1) void search.next().then(({ value }) => results.push(value));
    await world.clock.advance(20_000);
    expect(results.map((offer) => offer?.peer)).toEqual([at(1379), undefined, undefined]);
  });

  it('A search asks a silent member once more when it comes back', async () => {
    const world = new World();
    const member = (): ReturnType<typeof world.start> =>
      world.start(1379, { members: [at(1378)], files: ['a'] });
    const node = await world.start(1378);
    // It says nothing to a search for what it does not have, so that the search goes on.
    await world.startOriginal(1380, { members: [at(1378)] });
    const first = await member();
    await world.clock.advance(100);
    world.network.partition((from) => from === at(1379));
    const found = world.first(node.find('a', { timeout: 1_000_000 }));
    await world.clock.advance(300_000);
    expect(addressesOf(node)).toEqual([at(1380)]);
    await first.close();
    world.network.heal();
    await member();
    await world.clock.advance(100);
    expect((await found)?.offer.peer).toBe(at(1379));
  });
});
