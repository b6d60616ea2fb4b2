// Looking at many files in one hand-over to a thread.
import { createHash } from 'node:crypto';
import { chmod, link, mkdir, rename, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { encodeRootInput } from '@peerlane/protocol';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DigestMemory } from '../../src/folders/digest-memory.ts';
import { lookAtFiles } from '../../src/folders/look-at-files.ts';
import { fileOutcomes, type FileBatchAnswer } from '../../src/hashing/file-batch.ts';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import type { PinnedFolder } from '../../src/paths/pinned-folder.ts';
import { temporaryFolder } from '../support/helpers.ts';

/** The length of a piece, in bytes. */
const piece = 256 * 1024;

const unclear = { state: 'unclear' };

const isLinux = process.platform === 'linux';

/** What was seen of a file. */
interface Seen {
  readonly state: string;
  readonly size?: number;
  readonly isExecutable?: boolean;
  readonly digest?: string;
}

interface Looks {
  readonly path: string;
  readonly outcomes: (readonly number[])[];
  readonly look: (names: readonly string[], options?: LookingOptions) => Promise<readonly Seen[]>;
}

interface LookingOptions {
  readonly pin?: PinnedFolder;
  readonly maxSize?: number;
}

/** A folder at whose files a test looks, as if they were old; `later` is how far ahead its clock is. */
async function scene(later = 10_000): Promise<Looks> {
  const path = await temporaryFolder();
  const hasher = new PieceHasher({ threads: 1 });
  onTestFinished(() => hasher.close());
  const outcomes: number[][] = [];
  const work = hasher.workOnFiles.bind(hasher);
  vi.spyOn(hasher, 'workOnFiles').mockImplementation(async (request) => {
    const answer = await work(request);
    outcomes.push([...(answer as unknown as FileBatchAnswer).outcomes]);
    return answer;
  });
  const memory = new DigestMemory();
  const look: Looks['look'] = async (names, { pin, maxSize = piece } = {}) => {
    const folders = names.map((name) => dirname(join(path, name)));
    const positions = names.map((_, index) => index);
    const files = { names: names.map((name) => basename(name)), inFolder: positions, folders };
    const now = (): number => Date.now() + later;
    const seen = await lookAtFiles({ ...files, pin, positions }, { hasher, memory, maxSize, now });
    return names.map((_, index) => {
      const state = seen.state(index);
      if (state === 'absent' || state === 'unclear') return { state };
      const { size, isExecutable } = seen.status(index);
      const about = { state, size, isExecutable };
      return state === 'large' ? about : { ...about, digest: seen.digest(index) };
    });
  };
  return { path, outcomes, look };
}

/** Waits until what was written a moment ago counts as at rest: its time is that of the disk. */
const atRest = (): Promise<void> => setTimeout(100);

const sha256 = (content: string | Uint8Array): Buffer =>
  createHash('sha256').update(content).digest();
const digestOf = (content: string): string => sha256(content).toString('hex');

it('Small files are hashed, and the second time none of them is read', async () => {
  const { path, look, outcomes } = await scene();
  await writeFile(join(path, 'a'), 'a');
  await writeFile(join(path, 'b'), 'bb');
  await chmod(join(path, 'b'), 0o700);
  await atRest();
  const seen = await look(['a', 'b']);
  expect(seen).toMatchObject([{ digest: digestOf('a') }, { digest: digestOf('bb') }]);
  expect(seen[1]).toMatchObject({ isExecutable: process.platform !== 'win32' });
  expect(await look(['a', 'b'])).toEqual(seen);
  expect(outcomes[1]).toEqual([fileOutcomes.known, fileOutcomes.known]);
});

it('A file that was written to, or replaced, is read again', async () => {
  const { path, look, outcomes } = await scene();
  await writeFile(join(path, 'a'), 'one');
  await writeFile(join(path, 'b'), 'one');
  await atRest();
  await look(['a', 'b']);
  await writeFile(join(path, 'a'), 'two');
  await writeFile(join(path, 'c'), 'two');
  await rename(join(path, 'c'), join(path, 'b'));
  await atRest();
  const two = { digest: digestOf('two') };
  expect(await look(['a', 'b'])).toMatchObject([two, two]);
  expect(outcomes[1]).toEqual([fileOutcomes.read, fileOutcomes.read]);
});

it('A digest is not remembered while a write could leave the times as they are', async () => {
  const { path, look, outcomes } = await scene(0);
  await writeFile(join(path, 'a'), 'a');
  await atRest();
  await look(['a']);
  await look(['a']);
  expect(outcomes).toEqual([[fileOutcomes.read], [fileOutcomes.read]]);
});

it('Of a file of several pieces only the status is seen, and one that is not there is absent', async () => {
  const { path, look } = await scene();
  await writeFile(join(path, 'large'), '');
  await truncate(join(path, 'large'), 262_145);
  await atRest();
  const [large, absent] = await look(['large', 'nowhere']);
  expect(large).toMatchObject({ state: 'large', size: 262_145 });
  expect(absent).toEqual({ state: 'absent' });
});

it('A file of several pieces that may be hashed has the root of its manifest, and is remembered', async () => {
  const { path, look, outcomes } = await scene();
  const content = Buffer.alloc(2 * piece + 5, 'abc');
  await writeFile(join(path, 'large'), content);
  await writeFile(join(path, 'two'), content.subarray(0, 2 * piece));
  await atRest();
  const maxSize = 4 * piece;
  const rootOf = (bytes: Uint8Array): string => {
    const pieces = [];
    for (let at = 0; at < bytes.length; at += piece)
      pieces.push(sha256(bytes.subarray(at, at + piece)));
    const manifest = { size: bytes.length, pieceLength: piece, digests: Buffer.concat(pieces) };
    return sha256(encodeRootInput(manifest)).toString('hex');
  };
  const seen = await look(['large', 'two'], { maxSize });
  expect(seen).toMatchObject([
    { digest: rootOf(content) },
    { digest: rootOf(content.subarray(0, 2 * piece)) },
  ]);
  expect(await look(['large', 'two'])).toEqual(seen);
  expect(outcomes[1]).toEqual([fileOutcomes.known, fileOutcomes.known]);
});

it.skipIf(!isLinux)('Links, folders and files below links are not read', async () => {
  const { path, look } = await scene();
  await mkdir(join(path, 'folder'));
  await writeFile(join(path, 'folder', 'a'), 'a');
  await symlink('folder', join(path, 'alias'));
  await symlink('folder/a', join(path, 'link'));
  await atRest();
  expect(await look(['folder', 'alias/a', 'link'])).toEqual([unclear, unclear, unclear]);
});

it.skipIf(!isLinux)(
  'A private file with two names is not read: another user may have linked it',
  async () => {
    const { path, look } = await scene();
    await writeFile(join(path, 'a'), 'a', { mode: 0o600 });
    await link(join(path, 'a'), join(path, 'b'));
    await atRest();
    expect(await look(['a'])).toEqual([unclear]);
  },
);

it.skipIf(!isLinux)(
  'Below a pinned folder files are read, and below another in its place none',
  async () => {
    const { path, look } = await scene();
    await mkdir(join(path, 'shared', 'sub'), { recursive: true });
    await writeFile(join(path, 'shared', 'sub', 'a'), 'a');
    await writeFile(join(path, 'shared', 'b'), 'b');
    const { dev, ino } = await stat(join(path, 'shared'), { bigint: true });
    const pin = { path: join(path, 'shared'), dev, ino };
    await atRest();
    const names = ['shared/b', 'shared/sub/a'];
    expect(await look(names, { pin })).toMatchObject([
      { digest: digestOf('b') },
      { digest: digestOf('a') },
    ]);
    const other = { ...pin, ino: ino + 1n };
    await writeFile(join(path, 'shared', 'c'), 'c');
    await atRest();
    expect(await look(['shared/c'], { pin: other })).toEqual([unclear]);
  },
);
