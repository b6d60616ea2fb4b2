// A node that behaves as the original.
import { describe, expect, it } from 'vitest';
import { addressesOf, at, World } from './support/world.ts';

// With `protocol: 1` a node behaves as the original, to the byte and to the millisecond.
describe('a node that behaves as the original', () => {
  it('An original sends every member its list after each period of 20 seconds, and nothing at the start', async () => {
    const world = new World();
    await world.startOriginal(1378, { members: [at(1379), at(1380)] });
    await world.clock.advance(60_000);
    const discover = `DISCOVER,${at(1379)},${at(1380)}\n`;
    expect(world.sent).toEqual(
      [20_000, 40_000, 60_000].flatMap((time) =>
        [1379, 1380].map((port) => ({ at: time, from: at(1378), to: at(port), text: discover })),
      ),
    );
  });

  it('An original asks every member once, and owners of the file answer after 10 seconds', async () => {
    const world = new World();
    const asker = await world.startOriginal(1378, { members: [at(1379), at(1380)] });
    await world.startOriginal(1379, { files: ['resume.pdf'] });
    await world.startOriginal(1380);
    await world.clock.advance(10);
    world.sent.length = 0;
    const offers = world.collect(asker.find('resume.pdf'));
    await world.clock.advance(15_000);
    expect(world.sent).toEqual([
      { at: 10, from: at(1378), to: at(1379), text: 'Get,resume.pdf\n' },
      { at: 10, from: at(1378), to: at(1380), text: 'Get,resume.pdf\n' },
      { at: 10_011, from: at(1379), to: at(1378), text: 'File,1,11379\n' },
    ]);
    await world.clock.advance(100_000);
    expect(await offers).toEqual([[10_012, at(11379)]]);
  });

  it('An original that has answered a request is answered at once', async () => {
    const world = new World();
    const a = await world.startOriginal(1378, { members: [at(1379)], files: ['from-a'] });
    const b = await world.startOriginal(1379, { members: [at(1378)], files: ['from-b'] });
    const first = world.collect(b.find('from-a', { timeout: 12_000 }));
    await world.clock.advance(12_000);
    expect(await first).toHaveLength(1);
    const asked = world.clock.now();
    const second = world.collect(a.find('from-b', { timeout: 12_000 }));
    await world.clock.advance(12_000);
    expect(await second).toEqual([[asked + 2, at(11379)]]);
  });

  it('An original that was not the first to answer is answered after 10 seconds', async () => {
    const world = new World();
    const members = [at(1378), at(1379), at(1380)];
    const asker = await world.startOriginal(1378, { members, files: ['from-a'] });
    const others = [];
    for (const port of [1379, 1380])
      others.push(await world.startOriginal(port, { members, files: ['file'] }));
    const offers = world.collect(asker.find('file', { timeout: 12_000 }));
    await world.clock.advance(12_000);
    expect((await offers).map(([, address]) => address)).toEqual([at(11379), at(11380)]);
    const asked = world.clock.now();
    const answers = others.map((node) => world.collect(node.find('from-a', { timeout: 12_000 })));
    await world.clock.advance(12_000);
    expect(await Promise.all(answers)).toEqual([
      [[asked + 2, at(11378)]],
      [[asked + 10_002, at(11378)]],
    ]);
  });

  it('An original waits for 100 seconds', async () => {
    const world = new World();
    const node = await world.startOriginal(1378, { members: [at(1379)] });
    let ended: number | undefined;
    void world.collect(node.find('nothing')).then(() => (ended = world.clock.now()));
    await world.clock.advance(99_999);
    expect(ended).toBeUndefined();
    await world.clock.advance(1);
    expect(ended).toBe(100_000);
  });

  it('An original learns only what lists name, and does not answer a ping', async () => {
    const world = new World();
    const node = await world.startOriginal(1378);
    const peer = world.peer(1379);
    peer.send(
      `DISCOVER,${at(1380)}\n{"v":2,"id":"0123456789abcdef","ping":"0123456789abcdef"}\n`,
      1378,
    );
    await world.clock.advance(1);
    expect(addressesOf(node)).toEqual([at(1380)]);
    expect(peer.received).toEqual([]);
  });
});

describe('with originals and nodes of version 2 in one cluster', () => {
  it('In a mixed cluster every node finds every file, the originals at their own pace', async () => {
    const world = new World();
    const ports = [1378, 1379, 1380, 1381];
    const nodes = [];
    for (const port of ports) {
      const members = port === 1378 ? [] : [at(1378)];
      const options = { members, files: [`from-${port}`] };
      nodes.push(
        await (port % 2 === 1 ? world.startOriginal(port, options) : world.start(port, options)),
      );
      await world.clock.advance(50);
    }
    await world.clock.advance(60_000);
    for (const [i, node] of nodes.entries()) {
      for (const port of ports.filter((other) => other !== ports[i])) {
        const found = world.first(node.find(`from-${port}`));
        await world.clock.advance(12_000);
        expect((await found)?.offer.address.port).toBe(port + 10_000);
      }
    }
  });
});
