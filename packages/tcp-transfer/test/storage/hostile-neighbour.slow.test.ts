// Downloads into folders that another user of the machine may write to.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lchown,
  mkdir,
  readFile,
  rename,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pieceLengthFor } from '@peerlane/protocol';
import { deferred } from '../../src/async.ts';
import type { Existing } from '../../src/index.ts';
import { HeldFolder } from '../../src/paths/held-folder.ts';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import { poison, tricks } from '../support/child-tricks.ts';
import { entries, fakeServer, header } from '../support/helpers.ts';
import {
  attacker,
  Home,
  mine,
  noOthers,
  openFolder,
  victim,
  withoutLinkProtection,
} from '../support/neighbours.ts';
import { PeerProcess } from '../support/peer-process.ts';
import { sharing } from '../support/peers.ts';

const content = randomBytes(poison.length);
const { root } = await withRoot({
  size: content.length,
  pieceLength: pieceLengthFor(content.length)!,
  digests: createHash('sha256').update(content).digest(),
});

/** A process of the victim's that downloads `file`, verified or not. */
async function downloader(
  into: string,
  isVerified: boolean,
  existing: Existing = 'rename',
): Promise<PeerProcess> {
  const { address } = await sharing({ file: content });
  const task = {
    role: 'download',
    address,
    filename: 'file',
    into,
    existing,
    user: victim,
  } as const;
  const client = new PeerProcess({ ...task, ...(isVerified && { root }) });
  await client.message('ready');
  return client;
}

/** How many downloads are disturbed by each trick. */
const rounds = Number(process.env.ROUNDS ?? 8);

const versions = [
  ['of version 1', false],
  ['of version 2, with a root', true],
] as const;

describe.each(versions)(
  'another user of the machine disturbs a download %s',
  (_version, verified) => {
    /** What is put in the place of the hidden folder beforehand, and whose it is. */
    const prepared: [string, (path: string, home: Home) => Promise<unknown>][] = [
      [
        'a folder of theirs that all may write to',
        async (path) => {
          await mkdir(path);
          await chmod(path, 0o777);
          await chown(path, attacker, attacker);
        },
      ],
      [
        'a link to a folder of the victim',
        async (path, home) => {
          await symlink(home.path, path);
          await lchown(path, attacker, attacker);
        },
      ],
      [
        'a folder of the victim that all may write to',
        async (path) => {
          await mkdir(path);
          await chmod(path, 0o777);
          await chown(path, victim, victim);
        },
      ],
      [
        'a folder of the victim that a group may write to',
        async (path) => {
          await mkdir(path);
          await chmod(path, 0o770);
          await chown(path, victim, attacker);
        },
      ],
      [
        'a pipe',
        async (path) => {
          execFileSync('mkfifo', ['-m', '666', path]);
          await chown(path, attacker, attacker);
        },
      ],
    ];

    it.for(prepared)(
      'Nothing is received into the hidden folder with %s in its place',
      async ([what, make], { skip }) => {
        skip(noOthers !== false, `${noOthers}`);
        const followed = what.includes('link') && withoutLinkProtection();
        skip(followed !== false, `${followed}`);
        for (const kind of ['sticky', 'open'] as const) {
          const [into, home] = [await openFolder(kind), await Home.make()];
          await make(join(into, '.peerlane'), home);
          const client = await downloader(into, verified);
          expect(await client.download()).toMatchObject({ type: 'done', created: true });
          expect(await readFile(join(into, 'file'))).toEqual(content);
          expect(await entries(into)).toEqual(['.peerlane', 'file']);
          await home.expectUntouched();
        }
      },
    );

    it('A file of another user with the same content is not used in place of the download', async ({
      skip,
    }) => {
      skip(noOthers !== false, `${noOthers}`);
      const into = await openFolder('sticky');
      await writeFile(join(into, 'file'), content);
      await chown(join(into, 'file'), attacker, attacker);
      const client = await downloader(into, verified);
      const saved = join(into, 'file (1)');
      expect(await client.download()).toEqual({ type: 'done', path: saved, created: true });
      expect((await stat(saved)).uid).toBe(victim);
      await client.kill();
      // Where whoever may write may also replace, it makes no difference whose it is.
      await chmod(into, 0o777);
      await unlink(saved);
      const again = await downloader(into, verified);
      const there = { type: 'done', path: join(into, 'file'), created: false };
      expect(await again.download()).toEqual(there);
    });

    it('No file of the victim is replaced in a folder that a link of another user leads to', async ({
      skip,
    }) => {
      skip(noOthers !== false, `${noOthers}`);
      const [into, home] = [await openFolder('open'), await Home.make()];
      const [theirs, ours] = [join(into, 'theirs'), join(into, 'ours')];
      for (const path of [theirs, ours]) await symlink(home.path, path);
      await lchown(theirs, attacker, attacker);
      const client = await downloader(join(theirs, 'deep', '..'), verified, 'replace');
      expect(await client.download()).toEqual({
        type: 'failed',
        code: 'disk',
        message: `${theirs} is a link of another user: to replace a file, name the folder that it leads to`,
      });
      await client.kill();
      await home.expectUntouched();
      const again = await downloader(ours, verified, 'replace');
      expect(await again.download()).toMatchObject({ type: 'done', created: true });
      expect(await readFile(join(home.path, 'file'))).toEqual(content);
    });

    it.for(Object.keys(tricks))(
      'With %s, again and again, a download gets its file or fails, and nothing is lost',
      async (trick, { skip }) => {
        skip(noOthers !== false, `${noOthers}`);
        const unprotected = withoutLinkProtection();
        skip(unprotected !== false, `${unprotected}`);
        for (const kind of ['sticky', 'open'] as const) {
          const [into, home] = [await openFolder(kind), await Home.make()];
          const client = await downloader(into, verified);
          const task = { role: 'disturb', trick, into, home: home.path } as const;
          const neighbour = new PeerProcess({ ...task, user: attacker });
          await neighbour.message('disturbing');
          const places = [into, join(into, '..', 'away-into'), home.path];
          for (let round = 0; round < rounds; round += 1) {
            const outcome = await client.download();
            if (outcome.type === 'failed') expect(outcome).toMatchObject({ code: 'disk' });
            expect(await takeDelivered(places)).toBe(true);
          }
          await neighbour.kill();
          await client.kill();
          expect(await takeDelivered(places)).toBe(true);
          await home.expectUntouched();
        }
      },
    );
  },
);

describe.skipIf(process.platform !== 'linux')(
  'a folder of another user that may not be read',
  () => {
    it('An unreadable folder of another user is not left for what replaces it during a download', async ({
      skip,
    }) => {
      skip(noOthers !== false, `${noOthers}`);
      const [into, home] = [await openFolder('open'), await Home.make()];
      await chmod(into, 0o733);
      const rest = deferred<undefined>();
      const address = await fakeServer((socket) => {
        socket.write(`${header('5', 'file')}he`);
        void rest.promise.then(() => socket.end('llo'));
      });
      const task = { role: 'download', address, filename: 'file', into, user: victim } as const;
      const client = new PeerProcess(task);
      await client.message('ready');
      const outcome = client.download();
      await client.message('started');
      const away = join(into, '..', 'away-into');
      await rename(into, away);
      await symlink(home.path, into);
      rest.resolve(undefined);
      expect(await outcome).toMatchObject({ type: 'done', created: true });
      expect(await readFile(join(away, 'file'), 'utf8')).toBe('hello');
      await home.expectUntouched();
    });
  },
);

/** Removes what was downloaded into some folders, and says whether all of it was what was wanted. */
async function takeDelivered(folders: readonly string[]): Promise<boolean> {
  let isRight = true;
  for (const path of folders) {
    // What the test removes must not lie behind a link of theirs either.
    await using folder = await HeldFolder.open(path).catch(() => undefined);
    const names = folder ? await entries(folder.anchor) : [];
    for (const name of names.filter((each) => each.startsWith('file'))) {
      const found = await readFile(folder!.at(name));
      if (found.equals(mine)) continue;
      isRight &&= found.equals(content);
      await unlink(folder!.at(name));
    }
  }
  return isRight;
}
