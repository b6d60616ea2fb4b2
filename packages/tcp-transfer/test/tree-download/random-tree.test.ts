// Random folders arrive as they are, whatever is there already.
import { once } from 'node:events';
import { unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Connect } from '../../src/connection/stream-reader.ts';
import { counting } from '../support/peers.ts';
import { Random } from '../support/random.ts';
import { downloadPhotos, holds, oldTime, servingTree, type Contents } from '../support/photos.ts';

const sizes = [0, 1, 100, 4096, 262_144, 262_145, 700_000];

function randomContents(random: Random): Contents {
  const folders = [''];
  const contents: Record<string, Uint8Array | null> = {};
  for (let entry = 0; entry < 60; entry += 1) {
    const parent = folders[Math.floor(random.below(folders.length))]!;
    const name = `${parent}${entry}${['', ' é', ', x.sh', '.txt', '\u{1F600}'][Math.floor(random.below(5))]!}`;
    if (random.below(1) < 0.3) {
      contents[name] = null;
      folders.push(`${name}/`);
    } else {
      const size = sizes[Math.floor(random.below(sizes.length))]!;
      contents[name] = Buffer.alloc(size, `${Math.floor(random.below(3))}`);
    }
  }
  return contents;
}

it.each([1, 2, 3])(
  'A random folder arrives whole, and what is missing of it later, with the seed %i',
  async (seed) => {
    const random = new Random(seed);
    const { server, path } = await servingTree(randomContents(random));
    const sources = [{ address: server.address }];
    const { into, result, problems } = await downloadPhotos({ sources });
    expect(problems).toEqual([]);
    const whole = await holds(path);
    const target = join(into, 'photos');
    expect(await holds(target)).toEqual(whole);
    let missing = 0;
    for (const [name, about] of Object.entries(whole)) {
      if (about === 'folder' || random.below(1) > 0.2) continue;
      await rm(join(target, name));
      missing += 1;
    }
    const again = await downloadPhotos({ sources, into });
    expect(await holds(target)).toEqual(whole);
    expect(again.result.root).toBe(result.root);
    expect(again.result.fetchedFiles).toBeLessThanOrEqual(missing);
  },
);

it('A second download of a folder moves its list and nothing else', async () => {
  const contents = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`f${index}`, Buffer.alloc(20_000, index)]),
  );
  const { server } = await servingTree(contents);
  let bytes = 0;
  const connect = counting((length) => (bytes += length));
  const sources = [{ address: server.address }];
  const { into } = await downloadPhotos({ sources, connect });
  expect(bytes).toBeGreaterThan(1_000_000);
  bytes = 0;
  const { result } = await downloadPhotos({ sources, connect, into });
  expect(result).toMatchObject({ files: 50, fetchedFiles: 0, fetchedBytes: 0 });
  expect(bytes).toBeLessThan(20_000);
});

it('A file that changes or vanishes while the folder is sent is told, and the rest comes', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `f${String(index).padStart(2, '0')}`);
  const contents = Object.fromEntries(names.map((name) => [name, `the text ${name}`]));
  const { server, path } = await servingTree(contents);
  let isListed = false;
  const { result, problems, lost } = await downloadPhotos({
    sources: [{ address: server.address }],
    connect: onRequest((request) => {
      if (isListed || !request.includes('"want":"pack"')) return;
      isListed = true;
      unlinkSync(join(path, 'f03'));
      writeFileSync(join(path, 'f04'), 'other and longer, and at rest');
      writeFileSync(join(path, 'f05'), 'THE TEXT f05');
      for (const name of ['f04', 'f05']) utimesSync(join(path, name), oldTime, oldTime);
    }),
  });
  expect(problems.map(({ path, kind }) => [path[0], kind]).sort()).toEqual([
    ['f03', 'gone'],
    ['f04', 'changed'],
    ['f05', 'changed'],
  ]);
  expect([result.files, result.problems, lost]).toEqual([27, 3, []]);
});

/** Connects by TCP, and reports each request before it is sent. */
function onRequest(report: (request: Buffer) => void): Connect {
  return async (address) => {
    const socket = createConnection(address);
    await once(socket, 'connect');
    const write: (bytes: Uint8Array) => boolean = socket.write.bind(socket);
    return Object.assign(socket, {
      write: (bytes: Uint8Array) => {
        report(Buffer.from(bytes));
        return write(bytes);
      },
    });
  };
}
