// A client that asks for packs and does not read them keeps their memory from others for a moment only.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { encodeTransferRequest } from '@peerlane/protocol';
import { deferred } from '../../src/async.ts';
import { FolderWork } from '../../src/folders/folder-work.ts';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { ManifestCache } from '../../src/manifests/manifest-cache.ts';
import { ManifestStore } from '../../src/manifests/manifest-store.ts';
import { serveConnection } from '../../src/server/serve-connection.ts';
import { SharedFiles } from '../../src/sharing/shared-files.ts';
import { FakeFolder, fakeFolders } from '../support/fake-folders.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

it('A client that does not read its pack is closed when others need the memory', async () => {
  const path = await temporaryFolder();
  await writeFile(join(path, 'a'), 'hello\n');
  const hasher = new PieceHasher();
  onTestFinished(() => hasher.close());
  const manifests = new ManifestStore({ cache: new ManifestCache(undefined), hasher });
  const none = await SharedFiles.open([]);
  const files = {
    openFile: none.openFile.bind(none),
    statusOf: none.statusOf.bind(none),
    namesAfter: none.namesAfter.bind(none),
    folders: fakeFolders(new FakeFolder(path, 'f')),
  };
  const isSending = deferred<undefined>();
  const stream = new Duplex({
    read: () => undefined,
    write: () => {
      isSending.resolve(undefined);
    },
  });
  const request = { version: 2, want: 'pack', filename: 'f', entries: [['a']] } as const;
  stream.push(encodeTransferRequest(request));
  const [folders, clock] = [new FolderWork(), new ManualClock()];
  const options = { folders, clock, machine: 'slow' };
  const serving = serveConnection(stream, { files, manifests }, options);
  const failed = expect(serving).rejects.toMatchObject({ code: 'too-slow' });
  await isSending.promise;
  clock.advance(20_000);
  const over = deferred<undefined>();
  const others = Array.from({ length: 64 }, (_, machine) =>
    folders.packs.lend({ machine, clock, close: () => undefined }, async () => {
      await over.promise;
    }),
  );
  await failed;
  expect(stream.destroyed).toBe(true);
  over.resolve(undefined);
  await Promise.all(others);
});
