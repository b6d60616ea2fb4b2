// Files that are hashed in the background, before a client asks for their manifests.
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { HeldHasher, piece, setUp } from '../support/held-hasher.ts';

describe('a file that is warmed', () => {
  it('A background file is hashed while nothing else is, and at once if a client asks for it', async () => {
    const hasher = new HeldHasher({ threads: 1 });
    const { manifests, open } = await setUp({ a: 3 * piece, b: 2 * piece }, hasher);
    const [a, b] = [await open('a'), await open('b')];
    const warm = manifests.warm(a);
    await hasher.reached(1);
    const other = manifests.of(b);
    await hasher.reached(2);
    hasher.held[0]!.go();
    hasher.held[1]!.go();
    await hasher.reached(3);
    expect(hasher.held.map(({ fd }) => fd)).toEqual([a, b, b].map(({ handle }) => handle.fd));
    const asked = manifests.of(a);
    await hasher.reached(4);
    expect(hasher.held[3]!.fd).toBe(a.handle.fd);
    hasher.letAllGo();
    await Promise.all([warm, other, asked]);
    expect(manifests.known(a)).toBe(await asked);
  });

  it('A background file is hashed when it cannot change unseen, unless the wait is aborted', async () => {
    let now = 0;
    const { manifests, open, clock } = await setUp({ a: 1, b: 1 }, new PieceHasher(), () => now);
    const [a, b] = [await open('a'), await open('b')];
    now = Math.max(...[a, b].map(({ identity }) => Number(identity.ctimeNs / 1_000_000n)));
    const controller = new AbortController();
    const [first, second] = [manifests.warm(a), manifests.warm(b, controller.signal)];
    expect(clock.pending).toBe(2);
    controller.abort();
    await second;
    expect(clock.pending).toBe(1);
    now += 2001;
    clock.advance(2000);
    await first;
    expect([a, b].map((file) => manifests.known(file)?.manifest.size)).toEqual([1, undefined]);
    await manifests.warm(a);
  });

  it('A background file may change or fail without an error', async () => {
    const { path, manifests, open } = await setUp({ file: 1 });
    const file = await open('file');
    await appendFile(join(path, 'file'), 'x');
    await manifests.warm(file);
    expect(manifests.known(file)).toBeUndefined();
  });
});
