// The work of a thread on files that are read whole: it opens each by its path, and checks what was opened.
import { digestBytes, fileOutcomes, identityWords } from './file-batch.ts';

/** The part of the program of a hashing thread that reads batches: the work `read`. */
export const readSource: string = String.raw`
fileWork.read = (() => {
const { basename, relative, sep } = require('node:path');

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_DIRECTORY } = fs.constants;
const openFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
const big = { bigint: true };
const isLinux = process.platform === 'linux';
const self = process.geteuid?.();
// A file is at rest when it was not changed for as long as writing it takes: see stable-file.ts.
const [longestTick, slowestWrite] = [20, 500000];
let chunk;

function isSame(one, other) {
  return (
    one.size === other.size && one.mtimeNs === other.mtimeNs && one.ctimeNs === other.ctimeNs &&
    one.ino === other.ino && one.dev === other.dev
  );
}

/** Whether an open file lies at its path, and was put there by this user or root. */
function isInPlace(fd, folder, path, status, pin, held) {
  const mayBePlanted = self !== undefined && status.nlink !== 1n && (status.mode & 4n) === 0n;
  if (mayBePlanted) return false;
  if (!isLinux) {
    if (pin || fs.realpathSync.native(path) !== path) return false;
    const there = fs.lstatSync(path, big);
    return there.dev === status.dev && there.ino === status.ino;
  }
  if (fs.readlinkSync('/proc/self/fd/' + fd) !== path) return false;
  if (!pin) return true;
  held.open(folder);
  const there = fs.lstatSync(held.anchor + '/' + basename(path), big);
  if (there.dev !== status.dev || there.ino !== status.ino) return false;
  const levels = relative(pin.path, folder).split(sep).filter((part) => part !== '').length;
  const top = fs.statSync(held.anchor + '/..'.repeat(levels) + '/.', big);
  return top.dev === pin.dev && top.ino === pin.ino;
}

/** Holds the folder that was last opened. */
function heldFolder() {
  return {
    path: undefined,
    fd: undefined,
    anchor: undefined,
    open(path) {
      if (this.path === path) return;
      this.close();
      this.fd = fs.openSync(path, O_RDONLY | O_DIRECTORY);
      this.anchor = '/proc/self/fd/' + this.fd;
      this.path = path;
    },
    close() {
      if (this.fd !== undefined) fs.closeSync(this.fd);
      this.path = this.fd = undefined;
    },
  };
}

function isAtRest(size, ctimeNs) {
  const age = Date.now() - Number(ctimeNs / 1000000n);
  return age >= longestTick + size / slowestWrite;
}

/** Fills part of some memory from a place in a file. */
function readAt(fd, bytes, start, length, position) {
  for (let filled = 0; filled < length; ) {
    const count = fs.readSync(fd, bytes, start + filled, length - filled, position + filled);
    if (count === 0) return false;
    filled += count;
  }
  return true;
}

/** The digest of a file that has one piece, or the root of one that has several; nothing if it is too short. */
function digestOf(fd, size, pieceLength) {
  if (!(chunk?.length >= pieceLength)) chunk = Buffer.allocUnsafeSlow(pieceLength);
  const next = (start) => {
    const length = Math.min(pieceLength, size - start);
    if (!readAt(fd, chunk, 0, length, start)) return undefined;
    return wholeHash('sha256', chunk.subarray(0, length), 'buffer');
  };
  if (size <= pieceLength) return next(0);
  const head = Buffer.alloc(16);
  head.writeBigUInt64BE(BigInt(size), 0);
  head.writeBigUInt64BE(BigInt(pieceLength), 8);
  const root = createHash('sha256').update(head);
  for (let start = 0; start < size; start += pieceLength) {
    const piece = next(start);
    if (!piece) return undefined;
    root.update(piece);
  }
  return root.digest();
}

function readFiles({ names: joined, inFolder, folders, pin, maxSize, digest, into }) {
  const names = namesIn(joined);
  const count = names.length;
  const outcomes = new Uint8Array(count);
  const sizes = new Float64Array(count);
  const hashed = digest ? count : 0;
  const facts = new BigInt64Array(hashed * ${identityWords / 2});
  const identities = new Uint32Array(facts.buffer);
  const mtimes = new Float64Array(hashed);
  const execs = new Uint8Array(hashed);
  const digests = new Uint8Array(hashed * ${digestBytes});
  const ends = new Uint32Array(into ? count : 0);
  const held = heldFolder();
  let [used, room] = [0, into?.room ?? 0];

  const note = (index, status) => {
    sizes[index] = Number(status.size);
    if (!digest) return;
    const at = index * ${identityWords / 2};
    facts[at] = status.dev;
    facts[at + 1] = status.ino;
    facts[at + 2] = status.size;
    facts[at + 3] = status.mtimeNs;
    facts[at + 4] = status.ctimeNs;
    mtimes[index] = Number(status.mtimeNs / 1000000n);
    execs[index] = (status.mode & 0o100n) === 0n ? 0 : 1;
  };

  const mayBeKnown = (index) => {
    const from = index * ${identityWords};
    for (let at = from; at < from + ${identityWords}; at += 1) if (digest.known[at] !== 0) return true;
    return false;
  };

  const isKnown = (index) => {
    const from = index * ${identityWords};
    for (let at = from; at < from + ${identityWords}; at += 1)
      if (digest.known[at] !== identities[at]) return false;
    return true;
  };

  const put = (fd, index, size) => {
    const line = into.line[0] + size + into.line[1];
    // Such a line is ASCII.
    const start = used + line.length;
    if (!readAt(fd, into.memory, start, size, 0)) return false;
    for (let at = 0; at < line.length; at += 1) into.memory[used + at] = line.charCodeAt(at);
    return true;
  };

  const outcomeOf = (index, folder, path) => {
    if (digest && mayBeKnown(index)) {
      const status = fs.lstatSync(path, big);
      if (status.isFile()) {
        note(index, status);
        if (isKnown(index)) return ${fileOutcomes.known};
      }
    }
    const fd = fs.openSync(path, openFlags);
    try {
      const status = fs.fstatSync(fd, big);
      if (!status.isFile() || !isInPlace(fd, folder, path, status, pin, held)) return ${fileOutcomes.unclear};
      note(index, status);
      const size = sizes[index];
      if (size > maxSize) return ${fileOutcomes.large};
      if (!isAtRest(size, status.ctimeNs)) return ${fileOutcomes.unclear};
      if (into && size > room) return ${fileOutcomes.full};
      const found = into ? put(fd, index, size) : digestOf(fd, size, digest.pieceLength);
      if (!found || !isSame(status, fs.fstatSync(fd, big))) return ${fileOutcomes.unclear};
      if (into) {
        used += into.line[0].length + String(size).length + into.line[1].length + size;
        room -= size;
        ends[index] = used;
      } else {
        digests.set(found, index * ${digestBytes});
      }
      return ${fileOutcomes.read};
    } finally {
      fs.closeSync(fd);
    }
  };

  for (let index = 0; index < count; index += 1) {
    const folder = folders[inFolder[index]];
    const path = folder.endsWith(sep) ? folder + names[index] : folder + sep + names[index];
    try {
      outcomes[index] = outcomeOf(index, folder, path);
    } catch ({ code }) {
      const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
      outcomes[index] = isAbsent ? ${fileOutcomes.absent} : ${fileOutcomes.unclear};
    }
  }
  held.close();
  return { outcomes, sizes, identities, mtimes, execs, digests, ends };
}
return readFiles;
})();
`;
