// The work of a thread on files whose content has come: verified, written under hidden names, and linked.
import type { ContentPieces } from './content-hash.ts';
import { noSync } from '../paths/sync-folder.ts';
import type { FilesInFolders } from './files-in-folders.ts';
import type { SystemFailure } from './system-failure.ts';

/** Asks to verify files, to write them under hidden names, and to link those to their names. */
export interface WriteRequest extends FilesInFolders {
  readonly work: 'write';
  /** For each file its digest; for those of several pieces, how these are cut. */
  readonly digests: readonly string[];
  readonly pieces: ReadonlyMap<number, ContentPieces>;
  /** When each was last changed, in the words of the runtime. */
  readonly times: readonly (number | Date)[];
  readonly execs: readonly boolean[];
  /** The memory that the contents are in. */
  readonly memory: readonly SharedArrayBuffer[];
  /** The parts of the contents: of which file, in which memory, from where, and how many bytes. */
  readonly parts: readonly number[];
  /** The path of the folder for hidden names. */
  readonly hidden: string;
  readonly hiddenNames: readonly string[];
  /**
   * Whether files are synced before they are linked: here on a disk that takes no time for it, such as
   * memory. On any other they stay without their names, so that all can be synced at once.
   */
  readonly isSynced: boolean;
}

/** What became of a file that was to be written. */
export type Written =
  | { readonly state: 'placed' | 'wrong' }
  /** It is written under its hidden name. The name may be taken, or refused. */
  | { readonly state: 'unnamed' }
  | { readonly state: 'failed'; readonly failure: SystemFailure };

/** Asks to link files that were held to their names. */
export interface NameRequest extends FilesInFolders {
  readonly work: 'name';
  readonly hidden: string;
  readonly hiddenNames: readonly string[];
}

/** The functions of a worker that write, as CommonJS. */
export const writeSource: string = String.raw`
const noSync = ${JSON.stringify(noSync)};
const { O_WRONLY, O_CREAT, O_EXCL } = fs.constants;
const createFlags = O_WRONLY | O_CREAT | O_EXCL;
// To have a file synced by another thread takes longer than this, in milliseconds. A thread that had to
// wait for a processor once does not say that the disk is slow.
const [quickSync, maxSlow] = [0.05, 2];
// Results that are one object are sent once.
const placed = { state: 'placed' };
const unnamed = { state: 'unnamed' };
const wrong = { state: 'wrong' };

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
    return unnamed;
  }
  try {
    fs.unlinkSync(path);
  } catch {}
  return placed;
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

function contentsIn({ names, memory, parts }) {
  const contents = names.map(() => []);
  for (let at = 0; at < parts.length; at += 4)
    contents[parts[at]].push(new Uint8Array(memory[parts[at + 1]], parts[at + 2], parts[at + 3]));
  return contents;
}

function writeFiles(request) {
  const { names, digests, pieces, times, execs, folders, inFolder } = request;
  const contents = contentsIn(request);
  let slow = 0;
  return names.map((name, index) => {
    if (!hasDigest(contents[index], digests[index], pieces.get(index))) return wrong;
    const path = request.hidden + '/' + request.hiddenNames[index];
    const sync = request.isSynced && slow < maxSlow;
    try {
      if (writeHidden(path, contents[index], times[index], execs[index], sync)) slow += 1;
    } catch (error) {
      return { state: 'failed', failure: failureOf(error) };
    }
    return request.isSynced && !sync ? unnamed : linkTo(path, folders[inFolder[index]] + '/' + name);
  });
}

function nameFiles({ names, folders, inFolder, hidden, hiddenNames }) {
  return names.map((name, index) =>
    linkTo(hidden + '/' + hiddenNames[index], folders[inFolder[index]] + '/' + name),
  );
}
`;
