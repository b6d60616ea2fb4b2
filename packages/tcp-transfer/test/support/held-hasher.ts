// A hasher that tests hold back piece by piece, and a shared folder to use it with.
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ManifestCache } from '../../src/manifests/manifest-cache.ts';
import { SharedFolder, type SharedFile } from '../../src/index.ts';
import { ManifestStore } from '../../src/manifests/manifest-store.ts';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { eventually, temporaryFolder } from './helpers.ts';
import { ManualClock } from './manual-clock.ts';

export const kibibyte = 1024;
export const piece: number = 256 * kibibyte;

/** A part of an open file. */
interface Part {
  readonly fd: number;
  readonly offset: number;
  readonly length: number;
}

/** A part that is held until a test releases it. */
export interface Held extends Part {
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

/** A hasher that holds each part until a test releases it. */
export class HeldHasher extends PieceHasher {
  readonly held: Held[] = [];

  override async hash(fd: number, offset: number, length: number): Promise<Uint8Array> {
    await new Promise<void>((resolve, reject) => {
      this.held.push({ fd, offset, length, go: resolve, fail: reject });
    });
    return this.digestOf({ fd, offset, length });
  }

  protected digestOf({ offset }: Part): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(32).fill(offset / piece + 1));
  }

  /** Waits until `count` parts are held. */
  reached(count: number): Promise<readonly Held[]> {
    return eventually(() => (this.held.length >= count ? this.held : undefined));
  }

  /** Releases all parts, and those that come later at once. */
  letAllGo(): void {
    for (const { go } of this.held) go();
    Object.defineProperty(this.held, 'push', {
      value: ({ go }: Held) => {
        go();
        return 0;
      },
    });
  }
}

/** A hasher that holds each part, and then computes its SHA-256. */
export class SlowHasher extends HeldHasher {
  protected override digestOf({ fd, offset, length }: Part): Promise<Uint8Array> {
    return PieceHasher.prototype.hash.call(this, fd, offset, length);
  }
}

export interface Setup {
  readonly path: string;
  readonly cache: ManifestCache;
  readonly hasher: PieceHasher;
  readonly manifests: ManifestStore;
  readonly clock: ManualClock;
  /** Opens a file once more. */
  readonly open: (name: string) => Promise<SharedFile>;
}

/** Makes a shared folder; by default its files are old enough for their manifests to be kept. */
export async function setUp(
  files: Record<string, number | Uint8Array>,
  hasher: PieceHasher = new PieceHasher(),
  now: () => number = () => Date.now() + 10_000,
): Promise<Setup> {
  const path = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(path, name), typeof content === 'number' ? '' : content);
    if (typeof content === 'number') await truncate(join(path, name), content);
  }
  const folder = await SharedFolder.open(path);
  const cache = new ManifestCache(join(path, '.cache'));
  const clock = new ManualClock();
  onTestFinished(async () => {
    await Promise.all([folder.close(), hasher.close(), cache.written()]);
  });
  const open = async (name: string): Promise<SharedFile> => {
    const file = await folder.openFile(name);
    onTestFinished(() => file!.handle.close());
    return file!;
  };
  return {
    path,
    cache,
    hasher,
    clock,
    open,
    manifests: new ManifestStore({ cache, hasher, now, clock }),
  };
}
