// Searches for folders, on a network in memory.
import { describe, expect, it } from 'vitest';
import type { FileInfo } from '../../src/index.ts';
import { at, World } from '../support/world.ts';

const root = 'b'.repeat(64);

/** Has one folder, under its path and its last part. */
const photos = (name: string): FileInfo | false =>
  ['2026', 'photos/2026'].includes(name) && { size: 40, root };

describe('a search for a folder', () => {
  it('A folder is offered with what is known of it, by its path and by its last part', async () => {
    const world = new World();
    const holder = await world.start(1379, { hasFolder: photos });
    const asker = await world.start(1378, { members: [at(1379)] });
    const requests: unknown[] = [];
    holder.on('request', (request) => requests.push(request));
    for (const name of ['2026', 'photos/2026']) {
      const found = world.first(asker.find(name, { kind: 'folder' }));
      await world.clock.advance(100);
      expect((await found)?.offer).toMatchObject({ peer: at(1379), version: 2, size: 40, root });
    }
    expect(requests).toEqual(
      ['2026', 'photos/2026'].map((filename) => ({ peer: at(1378), filename, kind: 'folder' })),
    );
  });

  it('A folder is no answer to a search for a file, and a file none to one for a folder', async () => {
    const world = new World();
    await world.start(1379, { hasFolder: photos, files: ['plain'] });
    const asker = await world.start(1378, { members: [at(1379)] });
    await world.clock.advance(5000);
    const ended: string[] = [];
    const searches = [
      ['2026', 'file'],
      ['plain', 'folder'],
    ] as const;
    for (const [name, kind] of searches)
      void world.collect(asker.find(name, { kind })).then((offers) => {
        expect(offers).toEqual([]);
        ended.push(name);
      });
    await world.clock.advance(10);
    expect(ended).toEqual(['2026', 'plain']);
  });

  it('The searches for a file and for a folder of one name each get their own offer', async () => {
    const world = new World();
    await world.start(1379, { hasFolder: photos, hasFile: () => ({ size: 7 }) });
    const asker = await world.start(1378, { members: [at(1379)] });
    await world.clock.advance(5000);
    const file = world.first(asker.find('2026'));
    const folder = world.first(asker.find('2026', { kind: 'folder' }));
    await world.clock.advance(100);
    expect((await file)?.offer.size).toBe(7);
    expect((await folder)?.offer.size).toBe(40);
  });

  it('An offer of a file, from a node that does not know folders, counts as a miss', async () => {
    const world = new World();
    await world.start(1379);
    const old = world.peer(1399);
    const asker = await world.start(1378, { members: [at(1379), at(1399)] });
    await world.clock.advance(5000);
    let ended: number | undefined;
    const search = asker.find('2026', { kind: 'folder' });
    void world.collect(search).then((offers) => {
      expect(offers).toEqual([]);
      ended = world.clock.now();
    });
    await world.clock.advance(3);
    expect(ended).toBeUndefined();
    const asked = old.received.findLast((text) => text.includes('"kind":"folder"'))!;
    const req = /"req":"([0-9a-f]{16})"/.exec(asked)![1]!;
    old.send(`File,1,33680\n{"v":2,"req":"${req}","size":3}\n`, 1378);
    await world.clock.advance(3);
    expect(ended).toBeDefined();
  });

  it('A node answers a kind that it does not know with a miss, whatever files it has', async () => {
    const world = new World();
    await world.start(1379, { hasFile: () => true, hasFolder: () => true });
    const peer = world.peer(1399);
    const req = '00f1e2d3c4b5a697';
    peer.send(`Get,\n{"v":2,"req":"${req}","filename":"a","kind":"tea"}\n`, 1379);
    await world.clock.advance(10);
    expect(peer.received).toEqual([`File,1,0\n{"v":2,"req":"${req}","miss":true}\n`]);
  });

  it('A member of version 1 is not asked for a folder, and not waited for', async () => {
    const world = new World();
    const original = world.peer(1390);
    await world.start(1379, { hasFolder: () => false });
    const asker = await world.start(1378, { members: [at(1379), at(1390)] });
    original.send('DISCOVER,127.0.0.1:1379\n', 1378);
    await world.clock.advance(5000);
    expect(asker.members().map(({ version }) => version)).toEqual([2, 1]);
    const before = original.received.length;
    let ended = false;
    let answered = 0;
    const onAllAnswered = (): void => void (answered += 1);
    void world.collect(asker.find('2026', { kind: 'folder', onAllAnswered })).then(() => {
      ended = true;
    });
    await world.clock.advance(10);
    expect([ended, answered]).toEqual([true, 1]);
    await world.clock.advance(30_000);
    const heard = original.received.slice(before).filter((text) => text.startsWith('Get'));
    expect(heard).toEqual([]);
  });

  it('A node that knows only members of version 1 says at once that nobody has a folder', async () => {
    const world = new World();
    const original = world.peer(1390);
    const asker = await world.start(1378, { members: [at(1390)] });
    original.send('DISCOVER,\n', 1378);
    await world.clock.advance(6000);
    let ended = false;
    void world.collect(asker.find('2026', { kind: 'folder' })).then(() => (ended = true));
    await world.clock.advance(1);
    expect(ended).toBe(true);
  });

  it('A member that turns out to speak version 1 is not waited for any more', async () => {
    const world = new World();
    const original = world.peer(1390);
    const asker = await world.start(1378, { members: [at(1390)] });
    await world.clock.advance(6000);
    let ended = false;
    void world.collect(asker.find('2026', { kind: 'folder' })).then(() => (ended = true));
    await world.clock.advance(100);
    expect(ended).toBe(false);
    original.send('DISCOVER,\n', 1378);
    await world.clock.advance(1000);
    expect(ended).toBe(true);
  });

  it('A node of version 1 asks for no folder, and offers none', async () => {
    const world = new World();
    const node = await world.startOriginal(1379, { hasFile: () => true, hasFolder: () => true });
    expect(() => node.find('2026', { kind: 'folder' })).toThrow(/version 1 cannot ask/);
    const peer = world.peer(1399);
    peer.send('Get,\n{"v":2,"req":"00f1e2d3c4b5a697","filename":"a","kind":"folder"}\n', 1379);
    await world.clock.advance(20_000);
    expect(peer.received.filter((text) => text.startsWith('File'))).toEqual([]);
  });
});
