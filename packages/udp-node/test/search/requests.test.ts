// Searches of whole nodes on a network in memory.
import { describe, expect, it } from 'vitest';
import type { Warning } from '../../src/index.ts';
import { at, World } from '../support/world.ts';

const reqOf = (text: string): string => /"req":"([0-9a-f]{16})"/.exec(text)![1]!;

describe('a request between nodes of version 2', () => {
  it('A version 2 request is answered at once, with the facts about the file', async () => {
    const world = new World();
    const root = 'a'.repeat(64);
    await world.start(1379, { hasFile: () => Promise.resolve({ size: 11, root }) });
    const asker = await world.start(1378, { members: [at(1379)] });
    const found = world.first(asker.find('a,b: c.txt '));
    await world.clock.advance(5);
    expect(await found).toEqual({
      at: 2,
      offer: {
        peer: at(1379),
        address: { host: '127.0.0.1', port: 11379 },
        version: 2,
        size: 11,
        root,
      },
    });
  });

  it('A search ends at once when every member has said no', async () => {
    const world = new World();
    await world.start(1379);
    await world.start(1380, { members: [at(1379)] });
    const asker = await world.start(1378, { members: [at(1379)] });
    await world.clock.advance(5000);
    const asked = world.clock.now();
    let ended: number | undefined;
    void world.collect(asker.find('nothing')).then(() => (ended = world.clock.now()));
    await world.clock.advance(10);
    expect(ended).toBe(asked + 2);
  });

  it('A search goes on while a member that returns pings has not answered', async () => {
    const world = new World();
    await world.start(1379);
    await world.start(1399, { hasFile: () => new Promise<false>(() => undefined) });
    const asker = await world.start(1378, { members: [at(1379), at(1399)] });
    await world.clock.advance(100);
    let ended = false;
    void world.collect(asker.find('nothing', { timeout: 50_000 })).then(() => (ended = true));
    await world.clock.advance(49_999);
    expect(ended).toBe(false);
    await world.clock.advance(1);
    expect(ended).toBe(true);
  });

  it('A member that does not answer a hundred searches is pinged as often as for one', async () => {
    const world = new World();
    await world.start(1399, { hasFile: () => new Promise<false>(() => undefined) });
    const asker = await world.start(1378, { members: [at(1399)] });
    await world.clock.advance(5000);
    let pings = 0;
    asker.on('wire', ({ direction, bytes }) => {
      if (direction === 'out' && Buffer.from(bytes).includes('"ping"')) pings += 1;
    });
    const ended = Array.from({ length: 100 }, (_, each) =>
      world.collect(asker.find(`nothing ${each}`, { timeout: 4900 })),
    );
    await world.clock.advance(4900);
    await Promise.all(ended);
    expect(pings).toBeGreaterThan(0);
    expect(pings).toBeLessThan(12);
  });

  it.each([
    ['that has died', true, 10_000],
    ['that was never there', false, 30_000],
  ])('A search ends without a member %s', async (_which, wasThere, after) => {
    const world = new World();
    await world.start(1379);
    const dead = wasThere ? await world.start(1399) : undefined;
    const asker = await world.start(1378, { members: [at(1379), at(1399)] });
    await world.clock.advance(5000);
    world.network.silence(at(1399));
    await dead?.close();
    const start = world.clock.now();
    const reports: [number, unknown][] = [];
    let ended: number | undefined;
    const onSilent = (silence: unknown): void => {
      reports.push([world.clock.now() - start, silence]);
    };
    void world.collect(asker.find('nothing', { onSilent })).then(() => {
      ended = world.clock.now() - start;
    });
    await world.clock.advance(40_000);
    expect(ended).toBe(after);
    const silence = { asked: 2, silent: [at(1399)] };
    expect(reports).toEqual([
      [1000, { ...silence, ended: false }],
      [after, { ...silence, ended: true }],
    ]);
  });

  it('A member that has offered the file is not reported as silent while more offers are waited for', async () => {
    const world = new World();
    await world.start(1379, { files: ['a'] });
    const asker = await world.start(1378, { members: [at(1379)] });
    await world.clock.advance(5000);
    const reports: unknown[] = [];
    const onSilent = (silence: unknown): void => {
      reports.push(silence);
    };
    const offers = asker.find('a', { onSilent });
    const first = offers.next();
    await world.clock.advance(100);
    expect((await first).value?.peer).toBe(at(1379));
    // A download asks for further sources while it uses the first.
    const second = offers.next();
    await world.clock.advance(1400);
    expect(reports).toEqual([]);
    await offers.return?.();
    await second;
  });

  it.each([
    ['has died', 5000, 20_000],
    ['has died and has left the list since', 200_000, 20_000],
    ['was never there', undefined, 30_000],
  ])('A search whose only member %s ends early', async (_which, deadFor, after) => {
    const world = new World();
    const only = deadFor === undefined ? undefined : await world.start(1399);
    const asker = await world.start(1378, only ? {} : { members: [at(1399)] });
    if (only) asker.join(at(1399));
    await world.clock.advance(5000);
    world.network.silence(at(1399));
    await only?.close();
    await world.clock.advance(deadFor ?? 0);
    expect(asker.members()).toHaveLength(deadFor === 200_000 ? 0 : 1);
    const start = world.clock.now();
    const reports: [number, unknown][] = [];
    const onSilent = (silence: unknown): void => {
      reports.push([world.clock.now() - start, silence]);
    };
    let ended: number | undefined;
    void world.collect(asker.find('nothing', { onSilent })).then(() => {
      ended = world.clock.now() - start;
    });
    await world.clock.advance(100_000);
    const silence = { asked: 1, silent: [at(1399)] };
    expect(reports).toEqual([
      [1000, { ...silence, ended: false }],
      [after, { ...silence, ended: true }],
    ]);
    expect(ended).toBe(after);
  });

  it('A search ends without a member that died after it was heard, or after its offer', async () => {
    const world = new World();
    const silent = await world.start(1399, { hasFile: () => new Promise<false>(() => undefined) });
    const holder = await world.start(1379, { files: ['a'] });
    const asker = await world.start(1378, { members: [at(1379), at(1399)] });
    await world.clock.advance(5000);
    const start = world.clock.now();
    let ended: number | undefined;
    const offers = asker.find('a');
    await world.clock.advance(5000);
    expect((await offers.next()).value?.peer).toBe(at(1379));
    for (const [port, node] of [
      [1379, holder],
      [1399, silent],
    ] as const) {
      world.network.silence(at(port));
      await node.close();
    }
    await world.clock.advance(15_000);
    void world.collect(offers).then(() => (ended = world.clock.now() - start));
    await world.clock.advance(60_000);
    // The holder, whose offer led nowhere, is waited for as if it were asked now.
    expect(ended).toBe(40_000);
  });

  it('A search of a node that was cut off for some seconds finds the file', async () => {
    const world = new World();
    await world.start(1399, { files: ['a'] });
    const asker = await world.start(1378, { members: [at(1399)] });
    await world.clock.advance(5000);
    world.network.partition(() => true);
    const found = world.first(asker.find('a'));
    await world.clock.advance(18_000);
    world.network.heal();
    await world.clock.advance(10_000);
    expect((await found)?.offer.peer).toBe(at(1399));
  });

  it('A node of version 1 waits until the timeout, as the original does', async () => {
    const world = new World();
    const asker = await world.startOriginal(1378, { members: [at(1399)] });
    await world.clock.advance(5000);
    let ended = false;
    void world.collect(asker.find('nothing')).then(() => (ended = true));
    await world.clock.advance(99_999);
    expect(ended).toBe(false);
    await world.clock.advance(1);
    expect(ended).toBe(true);
  });

  it('A node that has just started says that nobody has a file only when it knows everybody', async () => {
    const world = new World();
    await world.start(1379);
    await world.start(1380, { members: [at(1379)], files: ['a'] });
    await world.clock.advance(5000);
    for (const wait of [0, 1, 2, 3, 4, 5, 200]) {
      const asker = await world.start(1378, { members: [at(1379)], guest: true });
      await world.clock.advance(wait);
      const found = world.first(asker.find('a'));
      let ended: number | undefined;
      void world.collect(asker.find('nothing')).then(() => (ended = world.clock.now()));
      const start = world.clock.now();
      await world.clock.advance(2000);
      expect((await found)?.offer.peer, `asked after ${wait} ms`).toBe(at(1380));
      expect(asker.hasConverged).toBe(true);
      expect(ended).toBeLessThanOrEqual(start + 1600);
      await asker.close();
      await world.clock.advance(5000);
    }
  });

  it('A request is repeated: to version 2 after 0.25, 1, 5, 9 … s, to others after 1, 11, 21 … s', async () => {
    const world = new World();
    const second = await world.start(1379);
    const asker = await world.start(1378, { members: [at(1379), at(1380)] });
    await world.clock.advance(100);
    world.network.partition((from) => from === at(1379));
    const start = world.clock.now();
    void world.collect(asker.find('a', { timeout: 30_000 }));
    await world.clock.advance(30_000);
    const times = (port: number): number[] =>
      world.sent
        .filter(({ to, text }) => to === at(port) && text.startsWith('Get,'))
        .map((datagram) => datagram.at - start);
    expect(times(1379)).toEqual([0, 250, 1000, 5000, 9000, 13_000, 17_000, 21_000, 25_000, 29_000]);
    expect(times(1380)).toEqual([0, 1000, 11_000, 21_000]);
    await second.close();
  });

  it('A file is found even if most datagrams are lost', async () => {
    const world = new World({ loss: 0.6, seed: 7 });
    await world.start(1379, { files: ['a'] });
    const asker = await world.start(1378, { members: [at(1379)] });
    await world.clock.advance(60_000);
    const found = world.first(asker.find('a'));
    await world.clock.advance(100_000);
    expect(await found).toBeDefined();
  });

  it('The offer of the fastest peer is given out first', async () => {
    const world = new World();
    const slow = (name: string): Promise<boolean> =>
      new Promise((resolve) =>
        world.clock.schedule(() => {
          resolve(name !== 'none');
        }, 50),
      );
    await world.start(1379, { hasFile: slow });
    await world.start(1380, { files: ['a', 'b'] });
    const asker = await world.start(1378, { members: [at(1379), at(1380)] });
    await world.clock.advance(100);
    const warmUp = asker.find('a');
    await world.clock.advance(100);
    await warmUp.return?.();
    const offers = asker.find('b');
    await world.clock.advance(100);
    expect((await offers.next()).value?.peer).toBe(at(1380));
    expect((await offers.next()).value?.peer).toBe(at(1379));
  });

  it('A search says when all members have answered, whatever they say', async () => {
    const world = new World();
    await world.start(1379, { files: ['a'] });
    await world.start(1380, { members: [at(1379)] });
    const asker = await world.start(1378, { members: [at(1379)] });
    await world.clock.advance(5000);
    const asked = world.clock.now();
    const answered: number[] = [];
    const onAllAnswered = (): void => void answered.push(world.clock.now() - asked);
    const search = world.collect(asker.find('a', { onAllAnswered, timeout: 60_000 }));
    await world.clock.advance(60_000);
    await search;
    expect(answered[0]).toBe(2);
    answered.length = 0;
    await world.start(1381, {
      hasFile: () => new Promise<false>(() => undefined),
      members: [at(1379)],
    });
    await world.clock.advance(5000);
    void world.collect(asker.find('a', { onAllAnswered, timeout: 5000 }));
    await world.clock.advance(5000);
    expect(answered).toEqual([]);
  });

  it.each([
    ['offer', 'a'],
    ['refusal', 'b'],
  ])('Equal searches of one node share each %s', async (_what, filename) => {
    const world = new World();
    await world.start(1379, {
      hasFile: async (name) => {
        await new Promise<void>((resolve) => world.clock.schedule(resolve, 20));
        return name === 'a';
      },
    });
    const asker = await world.start(1378, { members: [at(1379)] });
    await world.clock.advance(5000);
    const searches = Array.from({ length: 20 }, () =>
      world.collect(asker.find(filename, { until: 'first' })),
    );
    let ended = 0;
    for (const search of searches) void search.then(() => (ended += 1));
    await world.clock.advance(30);
    expect(ended).toBe(20);
  });

  it('A peer whose offer led nowhere is asked again', async () => {
    const world = new World();
    await world.start(1379, { files: ['a'] });
    const asker = await world.start(1378, { members: [at(1379)] });
    await world.clock.advance(100);
    const start = world.clock.now();
    const offers = world.collect(asker.find('a', { timeout: 10_000 }));
    await world.clock.advance(10_000);
    expect((await offers).map(([time]) => time - start)).toEqual([2, 4004, 8006]);
  });

  it('An offer is accepted by its req, from any address', async () => {
    const world = new World();
    const asker = await world.start(1378, { members: [at(1379)] });
    const [asked, other] = [world.peer(1379), world.peer(1380)];
    const found = world.first(asker.find('a', { timeout: 1000 }));
    await world.clock.advance(2);
    const req = reqOf(asked.received.find((text) => text.startsWith('Get,'))!);
    other.send(`File,1,7000\n{"v":2,"req":"${'0'.repeat(16)}"}\n`, 1378);
    other.send(`File,1,7001\n{"v":2,"req":"${req}"}\n`, 1378);
    await world.clock.advance(1000);
    expect((await found)?.offer).toMatchObject({ address: { port: 7001 }, version: 2 });
  });

  it('A File without a req is ignored from a peer that has proven version 2', async () => {
    const world = new World();
    const asker = await world.start(1378);
    const peer = world.peer(1379);
    const id = '0123456789abcdef';
    peer.send(`DISCOVER,\n{"v":2,"id":"${id}","ping":"${id}"}\n`, 1378);
    await world.clock.advance(5);
    const [, ping] = /"ping":"([0-9a-f]+)"/.exec(peer.received[0]!)!;
    peer.send(`DISCOVER,\n{"v":2,"id":"${id}","pong":"${ping}"}\n`, 1378);
    await world.clock.advance(5);
    const offers = world.collect(asker.find('a', { timeout: 1000 }));
    await world.clock.advance(5);
    peer.send('File,1,7000\n', 1378);
    await world.clock.advance(1000);
    expect(await offers).toEqual([]);
  });
});

describe('a request in a cluster that has just been joined', () => {
  it('A request to members that must prove themselves first reaches them in milliseconds', async () => {
    const world = new World();
    const ports = Array.from({ length: 60 }, (_, n) => 2000 + n);
    for (const port of ports) {
      const members = port === 2000 ? [] : [at(2000)];
      await world.start(port, { members, files: [`from-${port}`] });
      await world.clock.advance(10);
    }
    const asker = await world.start(1378, { members: [at(2000)] });
    const asked = world.clock.now();
    const found = ports.map((port) => world.first(asker.find(`from-${port}`)));
    await world.clock.advance(50);
    for (const each of found) expect((await each)?.at).toBeLessThan(asked + 20);
  });
});

describe('a request to version 1 peers', () => {
  it('A version 1 offer is accepted only from a peer that was asked', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    const [asked, stranger] = [world.peer(1379), world.peer(1380)];
    const offers = world.collect(node.find('a', { timeout: 1000 }));
    await world.clock.advance(10);
    stranger.send('File,1,7000\n', 1378);
    asked.send('File,1,7001\n', 1378);
    asked.send('File,2,7002\n', 1378);
    asked.send('File,1,0\n', 1378);
    await world.clock.advance(1000);
    expect(await offers).toEqual([[11, at(7001)]]);
  });

  it('A version 1 offer goes to each search for which its peer was asked', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    const peer = world.peer(1379);
    const searches = ['a', 'b'].map((name) => world.collect(node.find(name, { timeout: 1000 })));
    await world.clock.advance(10);
    peer.send('File,1,7001\n', 1378);
    await world.clock.advance(1000);
    expect(await Promise.all(searches)).toEqual([[[11, at(7001)]], [[11, at(7001)]]]);
  });

  it('A version 1 request is answered after ten seconds, once for all paths of a file', async () => {
    const world = new World();
    await world.start(1378, { files: ['a'] });
    const peer = world.peer(1379);
    for (const path of ['a', 'a', 'x/a', '../a']) peer.send(`Get,${path}\n`, 1378);
    await world.clock.advance(9999);
    expect(peer.received).toEqual([]);
    await world.clock.advance(10_000);
    expect(peer.received).toEqual(['File,1,11378\n']);
  });

  it.each([
    [9_999_999_999, ['File,1,11378\n']],
    [10_000_000_000, []],
  ])(
    'A file of %i bytes is offered to version 1 only if its header can say so',
    async (size, answers) => {
      const world = new World();
      await world.start(1378, { hasFile: () => ({ size }) });
      const peer = world.peer(1379);
      peer.send('Get,a\n', 1378);
      await world.clock.advance(20_000);
      expect(peer.received).toEqual(answers);
    },
  );
});

describe('a search', () => {
  it('A search asks a member that joins while it waits', async () => {
    const world = new World();
    const node = await world.start(1378);
    const found = world.first(node.find('a', { timeout: 20_000 }));
    await world.clock.advance(5000);
    await world.start(1379, { members: [at(1378)], files: ['a'] });
    await world.clock.advance(20_000);
    expect((await found)?.offer.address.port).toBe(11379);
  });

  it('A search throws the reason of its signal', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    const control = new AbortController();
    const offers = world.collect(node.find('a', { signal: control.signal }));
    const reason = new Error('enough');
    control.abort(reason);
    await expect(offers).rejects.toBe(reason);
    await expect(world.collect(node.find('a', { signal: control.signal }))).rejects.toBe(reason);
  });

  it('A search leaves no timer behind when its reader stops', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    await world.clock.advance(5000);
    const before = world.clock.pending;
    const peer = world.peer(1379);
    const found = world.first(node.find('a'));
    await world.clock.advance(5);
    peer.send('File,1,7001\n', 1378);
    await world.clock.advance(5);
    expect((await found)?.offer.address.port).toBe(7001);
    expect(world.clock.pending).toBe(before);
  });

  it.each(['aborted', 'closed'] as const)(
    'A search that is %s has ended, also if a listener does that while it asks',
    async (how) => {
      const world = new World();
      const members = [1379, 1380, 1381].map(at);
      const node = await world.start(1378, { members });
      await world.clock.advance(10_000);
      const control = new AbortController();
      const gets = (): number => world.sent.filter(({ text }) => text.startsWith('Get,')).length;
      node.on('wire', ({ direction, bytes }) => {
        if (direction !== 'out' || !new TextDecoder().decode(bytes).startsWith('Get,')) return;
        if (how === 'aborted') control.abort();
        else void node.close();
      });
      const offers = world.collect(node.find('a', { signal: control.signal }));
      const ended = how === 'aborted' ? expect(offers).rejects.toThrow() : offers;
      await world.clock.advance(60_000);
      await ended;
      expect(gets()).toBe(1);
      await node.close();
      await world.clock.advance(10);
      expect(world.clock.pending).toBe(0);
    },
  );

  it('A search for a filename that cannot be asked for is refused', async () => {
    const world = new World();
    const original = await world.startOriginal(1378);
    expect(() => original.find('a,b')).toThrow(expect.objectContaining({ code: 'not-encodable' }));
    const node = await world.start(1379);
    expect(() => node.find('')).toThrow(expect.objectContaining({ code: 'not-encodable' }));
  });
});

describe('a node that is asked', () => {
  it('A folder that cannot be read does not stop a node', async () => {
    const world = new World();
    const node = await world.start(1378, { hasFile: () => Promise.reject(new Error('EACCES')) });
    const warnings: Warning[] = [];
    node.on('warning', (warning) => warnings.push(warning));
    world.peer(1379).send('Get,a\n', 1378);
    await world.clock.advance(10);
    expect(warnings).toMatchObject([{ kind: 'files', peer: at(1379) }]);
  });

  it('An unproven address is answered with at most three times what came from it', async () => {
    const world = new World();
    const root = 'a'.repeat(64);
    await world.start(1378, { hasFile: (name) => ({ size: Number(name.slice(1)), root }) });
    const stranger = world.peer(1379);
    const req = '0123456789abcdef';
    const names = ['a', 'a9007199254740991', 'a12345'];
    for (const name of names) {
      const get = `Get,${name}\n{"v":2,"req":"${req}"}\n`;
      stranger.send(get, 1378);
      await world.clock.advance(10);
      expect(stranger.received.at(-1)!.length).toBeLessThanOrEqual(3 * get.length);
    }
    const told = stranger.received.map((text) => [
      text.includes('"size"'),
      text.includes('"root"'),
    ]);
    expect(told).toEqual([
      [true, false],
      [true, true],
      [true, false],
    ]);
    const member = await world.start(1380, { members: [at(1378)] });
    await world.clock.advance(100);
    const found = world.first(member.find('7'));
    await world.clock.advance(10);
    expect((await found)?.offer).toMatchObject({ size: 0, root });
  });

  it.each([
    [{ size: 1.5 }, 'hasFile gave a size of 1.5: expected a number of bytes'],
    [{ size: -1 }, 'hasFile gave a size of -1: expected a number of bytes'],
    [{ root: 'A' }, "hasFile gave a root of 'A': expected 64 hexadecimal digits"],
    [undefined, 'hasFile gave undefined: expected a boolean or { size, root }'],
    [null, 'hasFile gave null: expected a boolean or { size, root }'],
  ])('A node warns of the bad answer %j of hasFile, and sends no offer', async (found, message) => {
    const world = new World();
    const node = await world.start(1378, { hasFile: () => found as unknown as boolean });
    const warnings: Warning[] = [];
    node.on('warning', (warning) => warnings.push(warning));
    const peer = world.peer(1379);
    for (const line of ['', '{"v":2,"req":"0123456789abcdef"}\n']) {
      peer.send(`Get,a\n${line}`, 1378);
      await world.clock.advance(20_000);
    }
    expect(peer.received).toEqual([]);
    expect(warnings[0]?.message).toBe(
      `Could not look for a file that ${at(1379)} asked for: ${message}`,
    );
  });

  it('A request without a filename is not looked up', async () => {
    const world = new World();
    const names: string[] = [];
    const hasFile = (name: string): boolean => names.push(name) > 0;
    await world.start(1378, { hasFile });
    const peer = world.peer(1379);
    peer.send('Get,a/\n', 1378);
    peer.send('Get,a/\n{"v":2,"req":"0123456789abcdef"}\n', 1378);
    await world.clock.advance(20_000);
    expect(names).toEqual([]);
    expect(peer.received).toEqual(['File,1,0\n{"v":2,"req":"0123456789abcdef","miss":true}\n']);
  });

  it('A node looks up a bounded number of requests, and keeps a bounded number of answers', async () => {
    const world = new World();
    let running = 0;
    let most = 0;
    const node = await world.start(1378, {
      hasFile: () => {
        running += 1;
        most = Math.max(most, running);
        return new Promise((resolve) =>
          world.clock.schedule(() => {
            running -= 1;
            resolve(true);
          }, 100),
        );
      },
    });
    const warnings: Warning[] = [];
    node.on('warning', (warning) => warnings.push(warning));
    const peer = world.peer(1379);
    for (let i = 0; i < 1000; i += 1) peer.send(`Get,${i}\n`, 1378);
    await world.clock.advance(1000);
    expect(most).toBe(256);
    expect(warnings).toMatchObject([{ kind: 'full', peer: at(1379) }]);
    await world.clock.advance(20_000);
    expect(peer.received.length).toBe(64);
  });

  it('A closed node sends no answer, not even a delayed one', async () => {
    const world = new World();
    let answer: (found: boolean) => void = () => undefined;
    const node = await world.start(1378, {
      hasFile: () => new Promise<boolean>((resolve) => (answer = resolve)),
    });
    world.peer(1379).send(`Get,a\n{"v":2,"req":"${'0'.repeat(16)}"}\n`, 1378);
    await world.clock.advance(10);
    const closing = node.close();
    answer(true);
    await closing;
    await world.clock.advance(20_000);
    expect(world.sent.filter(({ text }) => text.startsWith('File'))).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });

  it('A repeated request of a peer is looked up once at a time', async () => {
    const world = new World();
    let looked = 0;
    await world.start(1378, { hasFile: () => new Promise(() => (looked += 1)) });
    const [peer, other] = [world.peer(1379), world.peer(1380)];
    for (const text of ['Get,a\n', 'Get,a\n', 'Get,x/a\n', 'Get,b\n']) peer.send(text, 1378);
    other.send('Get,a\n', 1378);
    await world.clock.advance(10);
    expect(looked).toBe(3);
  });

  it('A node does not ask itself, under any of its names', async () => {
    const world = new World();
    const lookup = (): Promise<string> => Promise.resolve('127.0.0.1');
    const node = await world.start(1378, { members: ['me:1378'], lookup, files: ['a'] });
    const requests: string[] = [];
    node.on('request', ({ peer }) => requests.push(peer));
    void world.collect(node.find('a'));
    await world.clock.advance(10);
    expect(requests).toEqual([]);
  });

  it('A search on a closed node has ended', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    await node.close();
    await world.clock.advance(10);
    let wire = 0;
    node.on('wire', () => (wire += 1));
    const sent = world.sent.length;
    expect((await node.find('a').next()).done).toBe(true);
    expect([wire, world.sent.length - sent, world.clock.pending]).toEqual([0, 0, 0]);
  });

  it('The datagrams of one sender are limited', async () => {
    const world = new World();
    const node = await world.start(1378, { rate: { perSecond: 10, burst: 20 } });
    let requests = 0;
    node.on('request', () => (requests += 1));
    const warnings: Warning[] = [];
    node.on('warning', (warning) => warnings.push(warning));
    const [flood, other] = [world.peer(1379), world.peer(1380)];
    for (let i = 0; i < 100; i += 1) flood.send(`Get,${i}\n`, 1378);
    other.send('Get,a\n', 1378);
    await world.clock.advance(10);
    expect(requests).toBe(21);
    expect(warnings).toMatchObject([{ kind: 'flood' }]);
    await world.clock.advance(1000);
    for (let i = 0; i < 100; i += 1) flood.send(`Get,${i}\n`, 1378);
    await world.clock.advance(10);
    expect(requests).toBe(31);
  });
});
