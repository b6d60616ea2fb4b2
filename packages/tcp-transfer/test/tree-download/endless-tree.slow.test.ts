// A tree that never ends.
import { expect, it } from 'vitest';
import { downloadPhotos } from '../support/photos.ts';
import { treePeer } from '../support/tree-peer.ts';

it('A tree that never ends is given up at a million entries', { timeout: 120_000 }, async () => {
  const perPage = 20_000;
  const address = await treePeer({
    tree: (page) =>
      Array.from({ length: perPage }, (_, index) => ({
        path: [String(page * perPage + index).padStart(12, '0')],
        kind: 'omitted',
      })),
    cursor: (page) => `${page + 1}`,
  });
  await expect(downloadPhotos({ sources: [{ address }] })).rejects.toMatchObject({
    code: 'bad-answer',
    message: "the peer's tree has more than 1000000 entries",
  });
});
