// The work of a thread on many small files in one hand-over: compared with their digests, written, or read.
import { fileBatchSource, type FileBatchAnswer, type FileBatchRequest } from './file-batch.ts';

/** A file and the folder that it is in, reached by the whole process. */
interface Located {
  /** The path of the folder, such as one through its descriptor. */
  readonly folder: string;
  readonly name: string;
}

/** By what the content of a file is known: either the digest of all, or that of its pieces. */
export interface ContentDigest {
  /** SHA-256: 64 hexadecimal digits. */
  readonly digest: string;
  /**
   * If it is that over the digests of pieces, the bytes ahead of them, and how long a piece is in bytes.
   */
  readonly pieces?: { readonly head: Uint8Array; readonly length: number };
}

/** A file on the disk that is to be compared. */
export interface FileToCompare extends Located, ContentDigest {
  /** In bytes. */
  readonly size: number;
  /** When it was last changed, in milliseconds since 1970, and how the system is told so. */
  readonly mtime: number;
  readonly time: number | Date;
  readonly exec: boolean;
  /** The users to one of whom it must belong. */
  readonly owners: readonly number[] | undefined;
}

/** Asks to compare files, and to correct time and mode of those that have the content. */
export interface CompareRequest {
  readonly work: 'compare';
  readonly files: readonly FileToCompare[];
  /** Whether the disk may hold a file under another spelling of its name. */
  readonly folds: boolean;
  /** The bits of a mode that let those execute a file who may do so by the umask. */
  readonly execBits: number;
}

/** What there is of a file; `misspelt`: the disk takes the name of another file for it. */
export type Compared = 'same' | 'missing' | 'other' | 'misspelt';

/** A file whose content has come. */
export interface FileToWrite extends Located, ContentDigest {
  readonly content: readonly Uint8Array[];
  readonly time: number | Date;
  readonly exec: boolean;
}

/** Asks to verify files, to write them under hidden names, and to link those to their names. */
export interface WriteRequest {
  readonly work: 'write';
  readonly files: readonly FileToWrite[];
  /** The path of the folder for hidden names, and what these begin with. */
  readonly hidden: string;
  readonly prefix: string;
  /** Whether the files are left open and without their names, so that they can be synced first. */
  readonly isHeld: boolean;
}

/** What became of a file that was to be written. */
export type Written =
  | { readonly state: 'placed' }
  | { readonly state: 'wrong' }
  /** It is written under a hidden name, and open if it is held. The name may be taken, or refused. */
  | { readonly state: 'unnamed'; readonly hiddenName: string; readonly fd?: number }
  | { readonly state: 'failed'; readonly failure: SystemFailure };

/** A file that was written, open. */
export interface FileToName extends Located {
  readonly hiddenName: string;
  readonly fd: number;
  /** Whether its bytes could not be synced: then it is removed. */
  readonly isLost: boolean;
}

/** Asks to close files that were held, and to link them to their names. */
export interface NameRequest {
  readonly work: 'name';
  readonly files: readonly FileToName[];
  readonly hidden: string;
}

/** Asks what is in a folder. */
export interface ListRequest {
  readonly work: 'list';
  readonly folder: string;
}

/** What is in a folder: its regular files and its folders, without hidden ones. */
export interface Listed {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** In bytes. */
  readonly sizes: readonly number[];
}

/** Work on files, and its result. */
export interface FileWork {
  readonly compare: { readonly request: CompareRequest; readonly result: readonly Compared[] };
  readonly write: { readonly request: WriteRequest; readonly result: readonly Written[] };
  readonly name: { readonly request: NameRequest; readonly result: readonly Written[] };
  readonly list: { readonly request: ListRequest; readonly result: Listed };
  readonly read: { readonly request: FileBatchRequest; readonly result: FileBatchAnswer };
}

export type FileRequest = FileWork[keyof FileWork]['request'];

/** The system's error. An Error that is sent between threads would lose all but its message. */
export interface SystemFailure {
  readonly message: string;
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
}

/** An Error again. */
export function asError({ message, ...fields }: SystemFailure): Error {
  return Object.assign(new Error(message), fields);
}

/** The functions of a worker for this work, as CommonJS: `fileWork` has one for each kind. */
export const fileWorkSource: string = String.raw`
const fs = require('node:fs');

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
const readFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
let scratch;
let lastName = Math.floor(Math.random() * 2 ** 24);

function failureOf({ message, code, errno, syscall }) {
  return { message, code, errno, syscall };
}

// The digest of bytes that come in parts, or that over the digests of their pieces.
function contentHash(pieces) {
  const whole = createHash('sha256');
  if (!pieces) return { update: (bytes) => whole.update(bytes), digest: () => whole.digest('hex') };
  whole.update(pieces.head);
  let piece = createHash('sha256');
  let room = pieces.length;
  const endPiece = () => {
    whole.update(piece.digest());
    piece = createHash('sha256');
    room = pieces.length;
  };
  return {
    update(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + room);
        piece.update(part);
        at += part.length;
        room -= part.length;
        if (room === 0) endPiece();
      }
    },
    digest() {
      if (room < pieces.length) endPiece();
      return whole.digest('hex');
    },
  };
}

function hasContent(fd, { size, digest, pieces }) {
  scratch ??= Buffer.allocUnsafeSlow(256 * 1024);
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

// Mode and umask decide who may execute it.
function createHidden(hidden, prefix, exec) {
  for (let attempt = 0; ; attempt += 1) {
    lastName = (lastName + 1) % 2 ** 24;
    const hiddenName = prefix + lastName.toString(16).padStart(6, '0') + '.part';
    try {
      return { hiddenName, fd: fs.openSync(hidden + '/' + hiddenName, 'wx', exec ? 0o777 : 0o666) };
    } catch (error) {
      if (error.code !== 'EEXIST' || attempt > 100) throw error;
    }
  }
}

function writeAll(fd, content) {
  for (const bytes of content)
    for (let done = 0; done < bytes.length; )
      done += fs.writeSync(fd, bytes, done, bytes.length - done);
}

// No name is taken away from another file: a link never replaces one.
function linkTo({ folder, name }, hidden, hiddenName) {
  const path = hidden + '/' + hiddenName;
  try {
    fs.linkSync(path, folder + '/' + name);
  } catch {
    return { state: 'unnamed', hiddenName };
  }
  try {
    fs.unlinkSync(path);
  } catch {}
  return { state: 'placed' };
}

function writeFile(file, { hidden, prefix, isHeld }) {
  const hash = contentHash(file.pieces);
  for (const bytes of file.content) hash.update(bytes);
  if (hash.digest() !== file.digest) return { state: 'wrong' };
  const { hiddenName, fd } = createHidden(hidden, prefix, file.exec);
  try {
    writeAll(fd, file.content);
    try {
      fs.futimesSync(fd, new Date(), file.time);
    } catch {}
    if (isHeld) return { state: 'unnamed', hiddenName, fd };
    fs.closeSync(fd);
  } catch (error) {
    try {
      fs.unlinkSync(hidden + '/' + hiddenName);
      fs.closeSync(fd);
    } catch {}
    throw error;
  }
  return linkTo(file, hidden, hiddenName);
}

function each(files, work) {
  return files.map((file) => {
    try {
      return work(file);
    } catch (error) {
      return { state: 'failed', failure: failureOf(error) };
    }
  });
}

const fileWork = {
  compare({ files, folds, execBits }) {
    const spellings = folds ? spellingsIn() : undefined;
    return files.map((file) => compareFile(file, spellings, execBits));
  },
  write: (request) => each(request.files, (file) => writeFile(file, request)),
  name: ({ files, hidden }) =>
    each(files, (file) => {
      fs.closeSync(file.fd);
      if (!file.isLost) return linkTo(file, hidden, file.hiddenName);
      fs.unlinkSync(hidden + '/' + file.hiddenName);
      return { state: 'wrong' };
    }),
  list({ folder }) {
    const found = { folders: [], files: [], sizes: [] };
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) found.folders.push(entry.name);
      if (!entry.isFile()) continue;
      try {
        const { size } = fs.lstatSync(folder + '/' + entry.name);
        found.files.push(entry.name);
        found.sizes.push(size);
      } catch {}
    }
    return found;
  },
};
${fileBatchSource}
`;
