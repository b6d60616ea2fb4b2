// The work of a thread on files that are compared with their digests.
import type { ContentPieces } from './content-hash.ts';
import type { FilesInFolders } from './files-in-folders.ts';

/** Asks to compare files, and to correct time and mode of those that have the content. */
export interface CompareRequest extends FilesInFolders {
  readonly work: 'compare';
  /** For each folder the users to one of whom a file in it must belong. */
  readonly owners: readonly (readonly number[] | undefined)[];
  /** For each file its size, in bytes. */
  readonly sizes: readonly number[];
  /** Its digest; for those of several pieces, how these are cut. */
  readonly digests: readonly string[];
  readonly pieces: ReadonlyMap<number, ContentPieces>;
  /** When it was last changed, in milliseconds since 1970, and how the system is told so. */
  readonly mtimes: readonly number[];
  readonly times: readonly (number | Date)[];
  readonly execs: readonly boolean[];
  /** Whether the disk may hold a file under another spelling of its name. */
  readonly folds: boolean;
  /** The bits of a mode that let those execute a file who may do so by the umask. */
  readonly execBits: number;
}

/** What there is of a file; `misspelt`: the disk takes the name of another file for it. */
export type Compared = 'same' | 'missing' | 'other' | 'misspelt';

/** The functions of a worker that compare, as CommonJS. */
export const compareSource = `
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
const readFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
let scratch;

function hasContent(fd, { size, digest, pieces }) {
  scratch ??= Buffer.allocUnsafeSlow(256 * 1024);
  if (!pieces && size <= scratch.length) {
    let filled = 0;
    while (filled < size) {
      const count = fs.readSync(fd, scratch, filled, size - filled, null);
      if (count === 0) return false;
      filled += count;
    }
    return wholeHash('sha256', scratch.subarray(0, size), 'hex') === digest;
  }
  const hash = contentHash(pieces);
  let done = 0;
  while (done < size) {
    const count = fs.readSync(fd, scratch, 0, Math.min(scratch.length, size - done), null);
    if (count === 0) return false;
    hash.update(scratch.subarray(0, count));
    done += count;
  }
  return hash.digest() === digest;
}

function correct(fd, status, { mtime, time, exec }, execBits) {
  try {
    if (Math.abs(status.mtimeMs - mtime) >= 1) fs.futimesSync(fd, new Date(), time);
  } catch {}
  const isExec = (status.mode & 0o100) !== 0;
  if (isExec === exec) return;
  const mode = status.mode & 0o777;
  try {
    fs.fchmodSync(fd, exec ? mode | ((mode >> 2) & execBits) : mode & ~0o111);
  } catch {}
}

function compareFile(file, spellings, execBits) {
  let fd;
  try {
    fd = fs.openSync(file.folder + '/' + file.name, readFlags);
  } catch ({ code }) {
    return code === 'ENOENT' ? 'missing' : 'other';
  }
  try {
    if (spellings && !spellings(file.folder).has(file.name.normalize())) return 'misspelt';
    const status = fs.fstatSync(fd);
    if (!status.isFile() || status.size !== file.size) return 'other';
    if (file.owners && !file.owners.includes(status.uid)) return 'other';
    if (!hasContent(fd, file)) return 'other';
    correct(fd, status, file, execBits);
    return 'same';
  } catch {
    return 'other';
  } finally {
    fs.closeSync(fd);
  }
}

function spellingsIn() {
  const known = new Map();
  return (folder) => {
    if (!known.has(folder))
      known.set(folder, new Set(fs.readdirSync(folder).map((name) => name.normalize())));
    return known.get(folder);
  };
}

function compareFiles(request) {
  const { names, folders, inFolder, owners, folds, execBits } = request;
  const spellings = folds ? spellingsIn() : undefined;
  return names.map((name, index) => {
    const folder = inFolder[index];
    const file = {
      name,
      folder: folders[folder],
      owners: owners[folder],
      size: request.sizes[index],
      digest: request.digests[index],
      pieces: request.pieces.get(index),
      mtime: request.mtimes[index],
      time: request.times[index],
      exec: request.execs[index],
    };
    return compareFile(file, spellings, execBits);
  });
}
`;
