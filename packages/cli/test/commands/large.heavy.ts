// The download of a file of 1 GiB.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect } from 'vitest';
import { it } from '../support/lab.ts';

it('A file of 1 GiB is downloaded with the right SHA-256', async ({ lab, skip }) => {
  const { bavail, bsize } = await statfs(tmpdir());
  skip(bavail * bsize < 3 * 2 ** 30, 'there is no room for two files of 1 GiB');
  const [source, target] = [await lab.folder(), await lab.folder()];
  const expected = await writeLarge(join(source, 'large.bin'), 2 ** 30);
  const holder = await lab.start(source);
  const asker = await lab.start(target, { cluster: holder.address });
  asker.node.type('get large.bin');
  await asker.node.says('Received file completely!');
  expect(await sha256(join(target, 'large.bin'))).toBe(expected);
});

/** Writes a file in which no two megabytes are alike; returns its digest. */
async function writeLarge(path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  const piece = randomBytes(2 ** 20);
  const handle = await open(path, 'w');
  for (let written = 0; written < size; written += piece.length) {
    piece.writeUInt32LE(written / piece.length);
    hash.update(piece);
    await handle.write(piece);
  }
  await handle.close();
  return hash.digest('hex');
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
