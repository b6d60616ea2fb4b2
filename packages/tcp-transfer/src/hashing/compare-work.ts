// The work of a thread on files that are compared with their digests.
import type { FileFacts, FilesInFolders } from './files-in-folders.ts';

/** Asks to compare files, and to correct time and mode of those that have the content. */
export interface CompareRequest extends FilesInFolders, FileFacts {
  readonly work: 'compare';
  /** For each folder the users to one of whom a file in it must belong. */
  readonly owners: readonly (readonly number[] | undefined)[];
  /** For each file its size, in bytes. */
  readonly sizes: Float64Array;
  /** Whether the disk may hold a file under another spelling of its name. */
  readonly folds: boolean;
  /** The bits of a mode that let those execute a file who may do so by the umask. */
  readonly execBits: number;
}

/** What there is of a file. */
export const compared = {
  same: 0,
  missing: 1,
  other: 2,
  /** The disk takes the name of another file for it. */
  misspelt: 3,
} as const;

/** One of {@link compared} for each file. */
export type Compared = Uint8Array;

/** The functions of a worker that compare, as CommonJS. */
export const compareSource: string = String.raw`
const compared = ${JSON.stringify(compared)};
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
const readFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
let scratch;

function hasContent(fd, size, digest, pieces) {
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

function correct(fd, status, mtime, isExec, execBits) {
  try {
    if (Math.abs(status.mtimeMs - mtime) >= 1) fs.futimesSync(fd, new Date(), timeOfChange(mtime));
  } catch {}
  if (((status.mode & 0o100) !== 0) === isExec) return;
  const mode = status.mode & 0o777;
  try {
    fs.fchmodSync(fd, isExec ? mode | ((mode >> 2) & execBits) : mode & ~0o111);
  } catch {}
}

function compareFile(request, index, name, spellings) {
  const folder = request.inFolder[index];
  const path = request.folders[folder];
  let fd;
  try {
    fd = fs.openSync(path + '/' + name, readFlags);
  } catch ({ code }) {
    return code === 'ENOENT' ? compared.missing : compared.other;
  }
  try {
    if (spellings && !spellings(path).has(name.normalize())) return compared.misspelt;
    const status = fs.fstatSync(fd);
    const size = request.sizes[index];
    if (!status.isFile() || status.size !== size) return compared.other;
    const owners = request.owners[folder];
    if (owners && !owners.includes(status.uid)) return compared.other;
    const digest = digestIn(request.digests, index);
    if (!hasContent(fd, size, digest, request.pieces.get(index))) return compared.other;
    correct(fd, status, request.mtimes[index], request.execs[index] === 1, request.execBits);
    return compared.same;
  } catch {
    return compared.other;
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
  const names = namesIn(request.names);
  const spellings = request.folds ? spellingsIn() : undefined;
  const states = new Uint8Array(names.length);
  for (const [index, name] of names.entries())
    states[index] = compareFile(request, index, name, spellings);
  return states;
}
`;
