// The work of a thread on files whose content has come: verified, written under hidden names, and linked.
import { noSync } from '../paths/sync-folder.ts';
import type { FileFacts, FilesInFolders } from './files-in-folders.ts';
import type { SystemFailure } from './system-failure.ts';

/** Asks to verify files, to write them under hidden names, and to link those to their names. */
export interface WriteRequest extends FilesInFolders, FileFacts {
  readonly work: 'write';
  /** The memory that the contents are in. */
  readonly memory: readonly SharedArrayBuffer[];
  /** The parts of the contents: of which file, in which memory, from where, and how many bytes. */
  readonly parts: Uint32Array;
  /** The path of the folder for hidden names. */
  readonly hidden: string;
  /** As those of `names`. */
  readonly hiddenNames: string;
  /**
   * Whether files are synced before they are linked: here on a disk that is quick at it. On any other they
   * stay without their names, so that all can be synced at once.
   */
  readonly isSynced: boolean;
}

/** What became of a file that was to be written. */
export const writtenStates = {
  placed: 0,
  /** Its content is not that of its digest. */
  wrong: 1,
  /** It is written under its hidden name. The name may be taken, or refused. */
  unnamed: 2,
  failed: 3,
} as const;

/** What became of the files of a hand-over. */
export interface WriteAnswer {
  /** One of {@link writtenStates} for each. */
  readonly states: Uint8Array;
  /** Why those failed that did. */
  readonly failures: ReadonlyMap<number, SystemFailure>;
}

/** Asks to link files that were held to their names. */
export interface NameRequest extends FilesInFolders {
  readonly work: 'name';
  readonly hidden: string;
  readonly hiddenNames: string;
}

/** The functions of a worker that write, as CommonJS. */
export const writeSource: string = String.raw`
const noSync = ${JSON.stringify(noSync)};
const { O_WRONLY, O_CREAT, O_EXCL } = fs.constants;
const createFlags = O_WRONLY | O_CREAT | O_EXCL;
// To have a file synced by another thread takes longer than this, in milliseconds. A thread that had to
// wait for a processor once does not say that the disk is slow.
const [quickSync, maxSlow] = [0.05, 2];
const written = ${JSON.stringify(writtenStates)};

function hasDigest(content, digest, pieces) {
  if (content.length === 1 && !pieces) return wholeHash('sha256', content[0], 'hex') === digest;
  const hash = contentHash(pieces);
  for (const bytes of content) hash.update(bytes);
  return hash.digest() === digest;
}

function writeAll(fd, content) {
  for (const bytes of content)
    for (let done = 0; done < bytes.length; )
      done += fs.writeSync(fd, bytes, done, bytes.length - done);
}

// No name is taken away from another file: a link never replaces one.
function linkTo(path, to) {
  try {
    fs.linkSync(path, to);
  } catch {
    return written.unnamed;
  }
  try {
    fs.unlinkSync(path);
  } catch {}
  return written.placed;
}

// Syncs a file; says whether that took long.
function syncNow(fd) {
  const start = performance.now();
  try {
    fs.fdatasyncSync(fd);
  } catch (error) {
    if (!noSync.includes(error.code)) throw error;
  }
  return performance.now() - start > quickSync;
}

// Mode and umask decide who may execute it.
function writeHidden(path, content, time, exec, sync) {
  const fd = fs.openSync(path, createFlags, exec ? 0o777 : 0o666);
  try {
    try {
      writeAll(fd, content);
      try {
        fs.futimesSync(fd, 0, time);
      } catch {}
      return sync && syncNow(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    try {
      fs.unlinkSync(path);
    } catch {}
    throw error;
  }
}

function contentsIn({ inFolder, memory, parts }) {
  const contents = Array.from(inFolder, () => []);
  for (let at = 0; at < parts.length; at += 4)
    contents[parts[at]].push(new Uint8Array(memory[parts[at + 1]], parts[at + 2], parts[at + 3]));
  return contents;
}

function writeFiles(request) {
  const { digests, pieces, mtimes, execs, folders, inFolder, hidden } = request;
  const names = namesIn(request.names);
  const hiddenNames = namesIn(request.hiddenNames);
  const contents = contentsIn(request);
  const states = new Uint8Array(names.length);
  const failures = new Map();
  let slow = 0;
  for (const [index, name] of names.entries()) {
    const content = contents[index];
    if (!hasDigest(content, digestIn(digests, index), pieces.get(index))) {
      states[index] = written.wrong;
      continue;
    }
    const path = hidden + '/' + hiddenNames[index];
    const sync = request.isSynced && slow < maxSlow;
    try {
      const time = timeOfChange(mtimes[index]);
      if (writeHidden(path, content, time, execs[index] === 1, sync)) slow += 1;
      states[index] =
        request.isSynced && !sync
          ? written.unnamed
          : linkTo(path, folders[inFolder[index]] + '/' + name);
    } catch (error) {
      states[index] = written.failed;
      failures.set(index, failureOf(error));
    }
  }
  return { states, failures };
}

function nameFiles({ names, folders, inFolder, hidden, hiddenNames }) {
  const all = namesIn(names);
  const states = new Uint8Array(all.length);
  for (const [index, hiddenName] of namesIn(hiddenNames).entries())
    states[index] = linkTo(hidden + '/' + hiddenName, folders[inFolder[index]] + '/' + all[index]);
  return states;
}
`;
