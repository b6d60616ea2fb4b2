import { randomBytes } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { clearUnfinished, downloadFile, SharedFolder, startFileServer } from '../src/index.ts';
import { entries, temporaryFolder } from './helpers.ts';
import { PeerProcess } from './peer-process.ts';
import { Random } from './random.ts';

const size = 24 * 1024 * 1024;
/** `pnpm soak` asks for more. */
const kills = Number(process.env.KILLS ?? 20);

it(
  'a client that is killed leaves no broken file, and nothing that the next start does not clear',
  async () => {
    const random = new Random();
    const [shared, into] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(shared, 'big.bin'), randomBytes(size));
    await using folder = await SharedFolder.open(shared);
    await using server = await startFileServer({ folder });
    const task = {
      role: 'download',
      address: server.address,
      filename: 'big.bin',
      into,
    } as const;
    let cut = 0;
    // About as long as a download takes: found out on the way, as machines differ.
    let duration = 200;
    for (let kill = 0; kill < kills; kill += 1) {
      const client = new PeerProcess(task);
      await client.told('ready');
      client.go();
      await delay(random.below(duration));
      await client.kill();
      const visible = (await entries(into)).filter((name) => !name.startsWith('.'));
      expect([[], ['big.bin']], random.seed).toContainEqual(visible);
      if (visible.length > 0) expect((await stat(join(into, 'big.bin'))).size).toBe(size);
      else cut += 1;
      duration *= visible.length > 0 ? 0.7 : 1.2;
      await clearUnfinished(into);
      expect(await entries(into), random.seed).toEqual(visible);
      await rm(join(into, 'big.bin'), { force: true });
    }
    expect(cut, random.seed).toBeGreaterThan(0);
  },
  kills * 3000,
);

it(
  'a server that is killed makes an error at the client, which leaves nothing behind',
  async () => {
    const random = new Random();
    const [shared, into] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(shared, 'big.bin'), randomBytes(size));
    let cut = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const server = new PeerProcess({ role: 'serve', folder: shared });
      const { address } = await server.told('listening');
      const killAt = random.below(size);
      let killed = false;
      const outcome = await downloadFile({
        address,
        filename: 'big.bin',
        into,
        onProgress: ({ received }) => {
          if (killed || received < killAt) return;
          killed = true;
          void server.kill();
        },
      }).catch((error: unknown) => error as { code: string });
      // All may have been on its way already.
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
  kills * 3000,
);
