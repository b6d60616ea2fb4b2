// Downloads that go on after their process was killed.
import { randomBytes } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clearUnfinished, downloadFile, SharedFolder, startFileServer } from '../../src/index.ts';
import { entries, fakeServer, header, temporaryFolder } from '../support/helpers.ts';
import { PeerProcess } from '../support/peer-process.ts';
import { Random } from '../support/random.ts';

const size = 32 * 1024 * 1024;
/** `pnpm test:heavy` and `pnpm soak` ask for more. */
const kills = Number(process.env.KILLS ?? 4);
const timeout = 300_000 + kills * 15_000;

it(
  'A client that is killed leaves no broken file, and nothing that the next start does not clear',
  { timeout },
  async () => {
    const random = new Random();
    const [shared, into] = [await temporaryFolder(), await temporaryFolder()];
    const content = randomBytes(size);
    await writeFile(join(shared, 'big.bin'), content);
    await using folder = await SharedFolder.open(shared);
    await using server = await startFileServer({ library: { files: folder } });
    // However late the kill is, not all has come from here.
    const half = Buffer.concat([
      Buffer.from(header(String(size), 'big.bin')),
      content.subarray(0, size / 2),
    ]);
    const stalled = await fakeServer((socket) => socket.once('data', () => socket.write(half)));
    for (let kill = 0; kill < kills; kill += 1) {
      const [address, most] = kill % 2 === 0 ? [stalled, size / 2] : [server.address, size];
      const moment = random.below(most);
      const client = new PeerProcess({ role: 'download', address, filename: 'big.bin', into });
      await client.message('ready');
      client.go();
      await client.message('progress', ({ received }) => received >= moment);
      await client.kill();
      const visible = (await entries(into)).filter((name) => !name.startsWith('.'));
      expect(address === stalled ? [[]] : [[], ['big.bin']], random.seed).toContainEqual(visible);
      if (visible.length > 0) expect((await stat(join(into, 'big.bin'))).size).toBe(size);
      await clearUnfinished(into);
      expect(await entries(into), random.seed).toEqual(visible);
      await rm(join(into, 'big.bin'), { force: true });
    }
  },
);

it(
  'A server that is killed causes an error at the client, which leaves nothing behind',
  { timeout },
  async () => {
    const random = new Random();
    const [shared, into] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(shared, 'big.bin'), randomBytes(size));
    let cut = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      // Each other time too early for all to be on its way.
      const moment = random.below(kill % 2 === 0 ? size / 4 : size);
      const server = new PeerProcess({ role: 'serve', folder: shared });
      const { address } = await server.message('listening');
      let killed = false;
      const outcome = await downloadFile({
        address,
        filename: 'big.bin',
        into,
        onProgress: ({ received }) => {
          if (killed || received < moment) return;
          killed = true;
          void server.kill();
        },
      }).catch((error: unknown) => error as { code: string });
      await server.kill();
      if ('path' in outcome) {
        expect((await stat(outcome.path)).size).toBe(size);
      } else {
        expect(outcome.code, random.seed).toBe('incomplete');
        cut += 1;
      }
      expect(await entries(into), random.seed).toEqual('path' in outcome ? ['big.bin'] : []);
      if ('path' in outcome) await rm(outcome.path);
    }
    expect(cut, random.seed).toBeGreaterThan(0);
  },
);
