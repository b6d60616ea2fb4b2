// Looks at the files of a folder in batches, and computes the digests of the small ones in threads.
import { pieceLengthFor } from '@peerlane/protocol';
import {
  factCount,
  fileOutcomes,
  identityCount,
  type FileBatchAnswer,
} from '../hashing/file-batch.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { timeUntilDistinct, type FileIdentity } from '../sharing/file-identity.ts';
import type { EntryPlace } from '../sharing/served-folders.ts';
import type { DigestMemory, RememberedFile } from './digest-memory.ts';

/** The size of the largest file that has a digest, in bytes. */
const onePiece = pieceLengthFor(0)!;

/** The status of a file. */
export interface SeenStatus {
  readonly identity: FileIdentity;
  /** Whether its owner may execute it. */
  readonly isExecutable: boolean;
}

/** What was seen of a file. */
export type SeenFile =
  /** There is none. */
  | 'absent'
  /** It must be opened by the rules for all files. */
  | 'unclear'
  /** The digest is missing if the file has more than one piece. */
  | (SeenStatus & { readonly digest?: Uint8Array });

/** Whether the owner of a file with a mode may execute it. Windows knows no such thing. */
export function isExecutable(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o100) !== 0;
}

/**
 * Looks at files, of which those of one piece are hashed in one hand-over, if their digests are not known.
 *
 * @param places of files that are all below the same pinned folder, or of which none is
 * @param now the time of day, in milliseconds since 1970
 * @throws Error if the worker dies or the hasher is closed
 */
export async function lookAtFiles(
  places: readonly EntryPlace[],
  hasher: PieceHasher,
  memory: DigestMemory,
  now: () => number = Date.now,
): Promise<readonly SeenFile[]> {
  const remembered = places.map(({ path }) => memory.get(path));
  const known = new BigInt64Array(places.length * identityCount);
  for (const [index, file] of remembered.entries())
    if (file) known.set(file.identity, index * identityCount);
  const start = now();
  const answer = await hasher.workOnFiles<'read'>({
    work: 'read',
    paths: places.map(({ path }) => path),
    pin: places[0]?.area.pin,
    maxSize: onePiece,
    known,
  });
  return places.map(({ path }, index) => {
    const seen = seenIn(answer, index, remembered[index]);
    const { digest } = typeof seen === 'object' ? seen : {};
    if (answer.outcomes[index] === fileOutcomes.read && typeof seen === 'object' && digest) {
      // A write just after another one may leave the times as they were.
      const isDistinct = timeUntilDistinct(seen.identity, start) === 0;
      if (isDistinct) memory.set(path, { identity: factsOf(answer, index), digest });
    }
    return seen;
  });
}

function factsOf({ facts }: FileBatchAnswer, index: number): BigInt64Array {
  const start = index * factCount;
  return facts.subarray(start, start + identityCount);
}

function seenIn(
  answer: FileBatchAnswer,
  index: number,
  remembered: RememberedFile | undefined,
): SeenFile {
  const outcome = answer.outcomes[index];
  if (outcome === fileOutcomes.absent) return 'absent';
  const [dev, ino, size, mtimeNs, ctimeNs] = factsOf(answer, index);
  const identity = {
    // These two have no sign.
    ...{ dev: BigInt.asUintN(64, dev!), ino: BigInt.asUintN(64, ino!) },
    ...{ size: size!, mtimeNs: mtimeNs!, ctimeNs: ctimeNs! },
  };
  const mode = Number(answer.facts[index * factCount + identityCount]);
  const about = { identity, isExecutable: isExecutable(mode) };
  switch (outcome) {
    case fileOutcomes.read:
      return { ...about, digest: answer.digests.subarray(index * 32, index * 32 + 32) };
    case fileOutcomes.known:
      return remembered ? { ...about, digest: remembered.digest } : 'unclear';
    case fileOutcomes.large:
      return about;
    default:
      return 'unclear';
  }
}
