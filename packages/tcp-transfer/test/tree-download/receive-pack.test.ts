// What is kept of a pack in memory, whatever a source sends.
import { expect, it } from 'vitest';
import { maxPackBytes, type TreeFile } from '@peerlane/protocol';
import { PackBuffers, type SharedBytes } from '../../src/tree-download/pack-buffers.ts';
import { receivePack } from '../../src/tree-download/receive-pack.ts';
import { connected } from '../support/folder-client.ts';
import { fileLine, treePeer } from '../support/tree-peer.ts';

const wanted = (name: string, content: string): { entry: TreeFile } => ({
  entry: fileLine([name], content) as TreeFile,
});

class CountedBuffers extends PackBuffers {
  readonly taken: number[] = [];
  override take(bytes: number): Promise<SharedBytes> {
    this.taken.push(bytes);
    return super.take(bytes);
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
  const pack = await receivePack(await connected(address), 'photos', files, buffers);
  const got = pack.parts.map((part) =>
    'error' in part ? part.error : Buffer.from(part.content).toString(),
  );
  expect(got).toEqual(['hello', 'changed', 'hello', 'changed', 'hello']);
  expect(buffers.taken).toEqual([25]);
});
