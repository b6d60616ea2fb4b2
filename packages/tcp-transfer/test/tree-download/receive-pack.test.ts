// What is kept of a pack in memory, whatever a source sends.
import { expect, it } from 'vitest';
import { maxPackBytes, type TreeFile } from '@peerlane/protocol';
import { PackBuffers, type SharedBytes } from '../../src/tree-download/pack-buffers.ts';
import { receivePack } from '../../src/tree-download/receive-pack.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { connected } from '../support/folder-client.ts';
import { fileLine, treePeer } from '../support/tree-peer.ts';

const wanted = (name: string, content: string): { entry: TreeFile } => ({
  entry: fileLine([name], content) as TreeFile,
});

class CountedBuffers extends PackBuffers {
  readonly taken: number[] = [];
  override take(bytes: number, stop: () => void): Promise<SharedBytes> {
    this.taken.push(bytes);
    return super.take(bytes, stop);
  }
}

it('A pack takes as much memory as its files have, not as much as a source announces', async () => {
  const huge = new Uint8Array(maxPackBytes);
  const address = await treePeer({
    tree: [],
    content: ([name]) => (name === 'huge' ? huge : name === 'short' ? 's' : 'hello'),
  });
  const buffers = new CountedBuffers();
  const files = ['a', 'huge', 'b', 'short', 'c'].map((name) => wanted(name, 'hello'));
  const connection = await connected(address);
  const pack = await receivePack(connection, 'photos', files, buffers, () => undefined);
  const got = pack.parts.map((part) =>
    'error' in part ? part.error : Buffer.concat(part.content).toString(),
  );
  expect(got).toEqual(['hello', 'changed', 'hello', 'changed', 'hello']);
  expect(buffers.taken).toEqual([5 * (5 + 32)]);
});

it('Contents of any size come whole, pack after pack on one connection', async () => {
  const contents = new Map(
    [3_000_000, 0, 1_000_000, 1, 70_000, 16_384].map((size, index) => [
      `f${index}`,
      Buffer.alloc(size, `${index}: ${'x'.repeat(97)}`),
    ]),
  );
  const address = await treePeer({ tree: [], content: ([name]) => contents.get(name!)! });
  const files = [...contents].map(([name, content]) => ({
    entry: fileLine([name], content) as TreeFile,
  }));
  const buffers = new PackBuffers();
  const connection = await connected(address);
  for (const some of [files, files.slice(2), files.slice(0, 1), files.toReversed()]) {
    const pack = await receivePack(connection, 'photos', some, buffers, () => undefined);
    for (const [index, part] of pack.parts.entries()) {
      const got = Buffer.concat('content' in part ? part.content : []);
      expect(got.equals(contents.get(some[index]!.entry.path[0]!)!)).toBe(true);
    }
    pack.release();
  }
});

it('Sources that trickle large files keep the memory for packs from others for a moment only', async () => {
  const clock = new ManualClock();
  const buffers = new PackBuffers(clock);
  const stopped: number[] = [];
  for (let source = 0; source < 4; source += 1) {
    const buffer = await buffers.take(maxPackBytes, () => {
      stopped.push(source);
      buffers.release(buffer);
    });
    // The last one has sent everything: it is being written.
    if (source === 3) buffers.received(buffer);
  }
  const honest = buffers.take(1000, () => undefined);
  for (let second = 0; second < 60; second += 1) {
    clock.advance(1000);
    await new Promise(setImmediate);
  }
  expect(stopped).toEqual([]);
  for (let second = 0; second < 10; second += 1) {
    clock.advance(1000);
    await new Promise(setImmediate);
  }
  await honest;
  expect(stopped).toEqual([0]);
});

it('Memory for packs is used again, and what is kept of it is bounded', async () => {
  const buffers = new PackBuffers(new ManualClock());
  const stop = (): void => undefined;
  const small = await buffers.take(1000, stop);
  buffers.release(small);
  expect(await buffers.take(5000, stop)).toBe(small);
  buffers.release(small);
  const large: SharedBytes[] = [];
  for (let pack = 0; pack < 3; pack += 1) large.push(await buffers.take(maxPackBytes, stop));
  const others = [await buffers.take(1000, stop), await buffers.take(2_000_000, stop)];
  expect(others[0]).toBe(small);
  for (const buffer of [...others, ...large]) buffers.release(buffer);
  const found: SharedBytes[] = [];
  for (let pack = 0; pack < 3; pack += 1) found.push(await buffers.take(maxPackBytes, stop));
  expect(found.filter((buffer) => large.includes(buffer))).toHaveLength(3);
});
