import { describe, expect, it } from 'vitest';
import type { Offer } from '../src/index.ts';
import { at, World } from './world.ts';

/** Collects offers with the time of their arrival, until the search ends. */
async function collect(world: World, offers: AsyncIterable<Offer>): Promise<[number, string][]> {
  const collected: [number, string][] = [];
  for await (const { address } of offers) {
    collected.push([world.clock.now(), `${address.host}:${address.port}`]);
  }
  return collected;
}

describe('a request', () => {
  it('goes to every member, and is answered after 10 seconds by who has the file', async () => {
    const world = new World();
    const asker = await world.start(1378, { members: [at(1379), at(1380)] });
    await world.start(1379, { files: ['resume.pdf'] });
    await world.start(1380);
    await world.clock.advance(10);
    world.network.sent.length = 0;
    const offers = collect(world, asker.find('resume.pdf'));
    await world.clock.advance(15_000);
    expect(world.network.sent).toEqual([
      { at: 10, from: at(1378), to: at(1379), text: 'Get,resume.pdf\n' },
      { at: 10, from: at(1378), to: at(1380), text: 'Get,resume.pdf\n' },
      { at: 10_011, from: at(1379), to: at(1378), text: 'File,1,11379\n' },
    ]);
    await world.clock.advance(100_000);
    expect(await offers).toEqual([[10_012, at(11379)]]);
  });

  it('is answered at once once the asker has itself answered a request', async () => {
    const world = new World();
    const a = await world.start(1378, { members: [at(1379)], files: ['from-a'] });
    const b = await world.start(1379, { members: [at(1378)], files: ['from-b'] });
    const first = collect(world, b.find('from-a', { timeout: 12_000 }));
    await world.clock.advance(12_000);
    expect(await first).toHaveLength(1);
    const asked = world.clock.now();
    const second = collect(world, a.find('from-b', { timeout: 12_000 }));
    await world.clock.advance(12_000);
    expect(await second).toEqual([[asked + 2, at(11379)]]);
  });

  it('waits for 100 seconds', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    let ended: number | undefined;
    void collect(world, node.find('nothing')).then(() => (ended = world.clock.now()));
    await world.clock.advance(99_999);
    expect(ended).toBeUndefined();
    await world.clock.advance(1);
    expect(ended).toBe(100_000);
  });

  it('takes offers from none but those who were asked', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    const [asked, stranger] = [world.peer(1379), world.peer(1380)];
    const offers = collect(world, node.find('a', { timeout: 1000 }));
    await world.clock.advance(10);
    stranger.send('File,1,7000\n', 1378);
    asked.send('File,1,7001\n', 1378);
    asked.send('File,2,7002\n', 1378);
    asked.send('File,1,0\n', 1378);
    await world.clock.advance(1000);
    expect(await offers).toEqual([[11, at(7001)]]);
  });

  it('gives an offer to each search that its peer was asked for', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    const peer = world.peer(1379);
    const searches = ['a', 'b'].map((name) => collect(world, node.find(name, { timeout: 1000 })));
    await world.clock.advance(10);
    peer.send('File,1,7001\n', 1378);
    await world.clock.advance(1000);
    expect(await Promise.all(searches)).toEqual([[[11, at(7001)]], [[11, at(7001)]]]);
  });

  it('reaches a member that becomes known while it waits', async () => {
    const world = new World();
    const node = await world.start(1378);
    const offers = collect(world, node.find('a', { timeout: 20_000 }));
    await world.clock.advance(5000);
    await world.start(1379, { members: [at(1378)], files: ['a'] });
    await world.clock.advance(20_000);
    expect((await offers).map(([, address]) => address)).toEqual([at(11379)]);
  });

  it('ends with the reason of its signal', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    const control = new AbortController();
    const offers = collect(world, node.find('a', { signal: control.signal }));
    const reason = new Error('enough');
    control.abort(reason);
    await expect(offers).rejects.toBe(reason);
    await expect(collect(world, node.find('a', { signal: control.signal }))).rejects.toBe(reason);
  });

  it('leaves no timer behind when its reader stops', async () => {
    const world = new World();
    const node = await world.start(1378, { members: [at(1379)] });
    const before = world.clock.pending;
    const peer = world.peer(1379);
    const first = (async () => {
      for await (const offer of node.find('a')) return offer.address.port;
      return undefined;
    })();
    await world.clock.advance(5);
    peer.send('File,1,7001\n', 1378);
    await world.clock.advance(5);
    expect(await first).toBe(7001);
    expect(world.clock.pending).toBe(before);
  });

  it('of a peer that repeats itself is answered once', async () => {
    const world = new World();
    await world.start(1378, { files: ['a'] });
    const peer = world.peer(1379);
    for (let i = 0; i < 5; i += 1) peer.send('Get,a\n', 1378);
    await world.clock.advance(20_000);
    expect(peer.received).toEqual(['File,1,11378\n']);
  });

  it('is not stopped by a folder that cannot be read', async () => {
    const world = new World();
    const node = await world.start(1378, { hasFile: () => Promise.reject(new Error('EACCES')) });
    const warnings: string[] = [];
    node.on('warning', ({ message }) => warnings.push(message));
    world.peer(1379).send('Get,a\n', 1378);
    await world.clock.advance(10);
    expect(warnings).toEqual([`could not look for the file that ${at(1379)} asked for`]);
  });

  it('is refused for a name that version 1 cannot carry', async () => {
    const world = new World();
    const node = await world.start(1378);
    expect(() => node.find('a,b')).toThrow(expect.objectContaining({ code: 'not-encodable' }));
  });
});
