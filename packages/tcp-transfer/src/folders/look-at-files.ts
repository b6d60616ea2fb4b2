// Looks at the files of a folder in batches, and computes their digests in threads.
import { pieceLengthFor } from '@peerlane/protocol';
import {
  digestBytes,
  fileOutcomes,
  identityWords,
  type FileBatchAnswer,
} from '../hashing/file-batch.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { timeUntilDistinct, type FileIdentity } from '../sharing/file-identity.ts';
import { emptyDigests, type DigestMemory, type KnownDigests } from './digest-memory.ts';
import { handedOver, type LocatedFiles } from './locate-files.ts';

/** How long the pieces are of files that are hashed in batches, in bytes. */
const pieceLength = pieceLengthFor(0)!;

/** The status of a file. */
export interface SeenStatus {
  /** In bytes. */
  readonly size: number;
  /** When it was last changed, in milliseconds since 1970. */
  readonly mtime: number;
  /** Whether its owner may execute it. */
  readonly isExecutable: boolean;
}

/** Whether the owner of a file with a mode may execute it. Windows knows no such thing. */
export function isExecutable(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o100) !== 0;
}

/** With what files are looked at. */
export interface LookOptions {
  readonly hasher: PieceHasher;
  readonly memory: DigestMemory;
  /** No larger file is hashed, in bytes. All of its pieces have one length. */
  readonly maxSize: number;
  /**
   * The time of day, in milliseconds since 1970.
   * @default the clock of this machine
   */
  readonly now?: () => number;
}

/**
 * Looks at files, of which those are hashed in one hand-over whose digests are not known.
 *
 * @throws Error if the worker dies or the hasher is closed
 */
export async function lookAtFiles(
  files: LocatedFiles,
  { hasher, memory, maxSize, now = Date.now }: LookOptions,
): Promise<SeenFiles> {
  const { names, inFolder, folders } = files;
  const paths = names.map((name, index) => `${folders[inFolder[index]!]}/${name}`);
  const known = emptyDigests(names.length);
  for (const [index, path] of paths.entries()) memory.recall(path, known, index);
  const start = now();
  const answer = await hasher.workOnFiles<'read'>({
    work: 'read',
    ...handedOver(files),
    maxSize,
    digest: { known: known.identities, pieceLength },
  });
  const seen = new SeenFiles(answer, known);
  for (const [index, path] of paths.entries()) {
    if (answer.outcomes[index] !== fileOutcomes.read) continue;
    // A write just after another one may leave the times as they were.
    if (timeUntilDistinct(seen.identity(index), start) === 0)
      memory.keep(path, seen.digests, index);
  }
  return seen;
}

/** What was seen of some files, by the position of each. */
export class SeenFiles {
  readonly #answer: FileBatchAnswer;
  /** What is known of them now. */
  readonly digests: KnownDigests;
  readonly #hex: string;
  readonly #numbers: BigInt64Array;

  constructor(answer: FileBatchAnswer, known: KnownDigests) {
    const { outcomes, identities, digests } = answer;
    const words = new Uint32Array(digests.buffer, digests.byteOffset, digests.length / 4);
    const each = digestBytes / 4;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome !== fileOutcomes.known) continue;
      for (let at = index * each; at < (index + 1) * each; at += 1) words[at] = known.digests[at]!;
    }
    this.#answer = answer;
    this.digests = { identities, digests: words };
    this.#hex = Buffer.from(digests.buffer, digests.byteOffset, digests.length).toString('hex');
    this.#numbers = new BigInt64Array(identities.buffer, identities.byteOffset);
  }

  /**
   * What became of a file: its digest is there, it is larger than what is hashed, there is none, or it must
   * be opened by the rules for all files.
   */
  state(index: number): 'hashed' | 'large' | 'absent' | 'unclear' {
    switch (this.#answer.outcomes[index]) {
      case fileOutcomes.read:
      case fileOutcomes.known:
        return 'hashed';
      case fileOutcomes.large:
        return 'large';
      case fileOutcomes.absent:
        return 'absent';
      default:
        return 'unclear';
    }
  }

  /** With `hashed` and `large`. */
  status(index: number): SeenStatus {
    const { sizes, mtimes, execs } = this.#answer;
    const isExec = process.platform !== 'win32' && execs[index] === 1;
    return { size: sizes[index]!, mtime: mtimes[index]!, isExecutable: isExec };
  }

  /** With `hashed` and `large`. */
  identity(index: number): FileIdentity {
    const at = (index * identityWords) / 2;
    const [dev, ino, size, mtimeNs, ctimeNs] = this.#numbers.subarray(at, at + 5);
    // The first two have no sign.
    const [device, inode] = [BigInt.asUintN(64, dev!), BigInt.asUintN(64, ino!)];
    return { dev: device, ino: inode, size: size!, mtimeNs: mtimeNs!, ctimeNs: ctimeNs! };
  }

  /** With `hashed`: the digest of a file of one piece, or the root of one of several, in hexadecimal. */
  digest(index: number): string {
    return this.#hex.slice(index * digestBytes * 2, (index + 1) * digestBytes * 2);
  }
}
