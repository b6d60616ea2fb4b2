// Reads many small files in one hand-over to a thread: opens each by its path, and checks what was opened.

/** Asks to read files whole: to compute their digests, or to put them into memory. */
export interface FileBatchRequest {
  readonly work: 'read';
  /** Absolute, and without links: what is opened must lie at just this path. */
  readonly paths: readonly string[];
  /** The folder that all of them must lie below, if another user may put another folder in its place. */
  readonly pin: { readonly path: string; readonly dev: bigint; readonly ino: bigint } | undefined;
  /** No larger file is read, in bytes. */
  readonly maxSize: number;
  /** The facts of the files whose digests are known, five for each path, or zeros. */
  readonly known?: BigInt64Array | undefined;
  /** Where the files are put; without it, their digests are computed. */
  readonly into?: FileMemory | undefined;
}

/** Where the files of a batch are put: each after a line that says its size. */
export interface FileMemory {
  /** In shared memory. */
  readonly memory: Uint8Array;
  /** How many bytes of files there may be; the lines have room beside them. */
  readonly room: number;
  /** What stands in a line before the size, and after it. */
  readonly line: readonly [before: string, after: string];
}

/** What became of one file of a batch. */
export const fileOutcomes = {
  /** It was read. */
  read: 0,
  /** It is the one whose facts are known, and was not read. */
  known: 1,
  /** There is none. */
  absent: 2,
  /** It has more bytes than are read. */
  large: 3,
  /** It does not fit into the memory any more. */
  full: 4,
  /** It must be opened by the rules for all files: a link, one that is being written to, or may not be read. */
  unclear: 5,
} as const;

/** How many facts there are of each file: `dev`, `ino`, `size`, `mtimeNs`, `ctimeNs` and `mode`. */
export const factCount = 6;

/** How many of them tell one content from another. */
export const identityCount = 5;

/** What became of the files of a batch. */
export interface FileBatchAnswer {
  /** One of {@link fileOutcomes} for each. */
  readonly outcomes: Uint8Array;
  /** The facts of each that was opened. */
  readonly facts: BigInt64Array;
  /** The SHA-256 of each that was read, if they were to be computed. */
  readonly digests: Uint8Array;
  /** Where each that was put into memory ends there. */
  readonly ends: Uint32Array;
}

/** How many bytes a file of a batch has that was opened. */
export function sizeIn({ facts }: FileBatchAnswer, index: number): number {
  return Number(facts[index * factCount + 2]);
}

/** The part of the program of a hashing thread that reads batches: the work `read`. */
export const fileBatchSource: string = String.raw`
fileWork.read = (() => {
const { dirname, basename, relative, sep } = require('node:path');

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = fs.constants;
const big = { bigint: true };
const isLinux = process.platform === 'linux';
const self = process.geteuid?.();
// A file is at rest when it was not changed for as long as writing it takes: see stable-file.ts.
const [longestTick, slowestWrite] = [20, 500000];

function identityOf(status) {
  return [status.dev, status.ino, status.size, status.mtimeNs, status.ctimeNs];
}

function isSame(one, other) {
  return identityOf(one).every((fact, index) => fact === identityOf(other)[index]);
}

function isKnown(known, index, status) {
  return identityOf(status).every((fact, at) => BigInt.asIntN(64, fact) === known[index * ${identityCount} + at]);
}

/** Whether an open file lies at its path, and was put there by this user or root. */
function isInPlace(fd, path, status, pin, folders) {
  const mayBePlanted = self !== undefined && status.nlink !== 1n && (status.mode & 4n) === 0n;
  if (mayBePlanted) return false;
  if (!isLinux) {
    if (pin || fs.realpathSync.native(path) !== path) return false;
    const there = fs.lstatSync(path, big);
    return there.dev === status.dev && there.ino === status.ino;
  }
  if (fs.readlinkSync('/proc/self/fd/' + fd) !== path) return false;
  if (!pin) return true;
  const folder = dirname(path);
  if (folders.path !== folder) {
    folders.close();
    folders.fd = fs.openSync(folder, O_RDONLY | O_DIRECTORY);
    folders.path = folder;
  }
  const anchor = '/proc/self/fd/' + folders.fd;
  const there = fs.lstatSync(anchor + '/' + basename(path), big);
  if (there.dev !== status.dev || there.ino !== status.ino) return false;
  const levels = relative(pin.path, folder).split(sep).filter((part) => part !== '').length;
  const top = fs.statSync(anchor + '/..'.repeat(levels) + '/.', big);
  return top.dev === pin.dev && top.ino === pin.ino;
}

function openFolders() {
  return {
    path: undefined,
    fd: undefined,
    close() {
      if (this.fd !== undefined) fs.closeSync(this.fd);
      this.path = this.fd = undefined;
    },
  };
}

function isAtRest({ size, ctimeNs }) {
  const age = Date.now() - Number(ctimeNs / 1000000n);
  return age >= longestTick + Number(size) / slowestWrite;
}

let small;

function readFile(fd, bytes) {
  for (let filled = 0; filled < bytes.length; ) {
    const count = fs.readSync(fd, bytes, filled, bytes.length - filled, filled);
    if (count === 0) return false;
    filled += count;
  }
  return true;
}

function readFiles({ paths, pin, maxSize, known, into }) {
  const outcomes = new Uint8Array(paths.length);
  const facts = new BigInt64Array(paths.length * ${factCount});
  const digests = new Uint8Array(into ? 0 : paths.length * 32);
  const ends = new Uint32Array(paths.length);
  const folders = openFolders();
  let [used, room] = [0, into?.room ?? 0];

  const note = (index, status) => {
    for (const [at, fact] of identityOf(status).entries()) facts[index * ${factCount} + at] = fact;
    facts[index * ${factCount} + ${identityCount}] = status.mode;
  };

  const outcomeOf = (index, path) => {
    if (known && known[index * ${identityCount} + 1] !== 0n) {
      const status = fs.lstatSync(path, big);
      if (status.isFile() && isKnown(known, index, status)) {
        note(index, status);
        return ${fileOutcomes.known};
      }
    }
    const fd = fs.openSync(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    try {
      const status = fs.fstatSync(fd, big);
      if (!status.isFile() || !isInPlace(fd, path, status, pin, folders)) return ${fileOutcomes.unclear};
      note(index, status);
      const size = Number(status.size);
      if (size > maxSize) return ${fileOutcomes.large};
      if (!isAtRest(status)) return ${fileOutcomes.unclear};
      if (into && size > room) return ${fileOutcomes.full};
      const line = into ? Buffer.from(into.line[0] + size + into.line[1]) : undefined;
      const start = used + (line?.length ?? 0);
      if (!into && !(small?.length >= size)) small = Buffer.allocUnsafeSlow(Math.max(size, 65536));
      const bytes = into ? into.memory.subarray(start, start + size) : small.subarray(0, size);
      if (!readFile(fd, bytes) || !isSame(status, fs.fstatSync(fd, big))) return ${fileOutcomes.unclear};
      if (into) {
        into.memory.set(line, used);
        used = start + size;
        room -= size;
        ends[index] = used;
      } else {
        digests.set(createHash('sha256').update(bytes).digest(), index * 32);
      }
      return ${fileOutcomes.read};
    } finally {
      fs.closeSync(fd);
    }
  };

  for (const [index, path] of paths.entries()) {
    try {
      outcomes[index] = outcomeOf(index, path);
    } catch ({ code }) {
      const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
      outcomes[index] = isAbsent ? ${fileOutcomes.absent} : ${fileOutcomes.unclear};
    }
  }
  folders.close();
  return { outcomes, facts, digests, ends };
}
return readFiles;
})();
`;
