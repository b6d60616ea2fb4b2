import { constants, type Stats } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HeldFolder } from '@peerlane/tcp-transfer';

/** How long a pipe that is full, or that nobody reads, is left alone, in milliseconds. */
const shortestPause = 1;
const longestPause = 50;

/** Folders of the system whose entries are descriptors. */
const descriptors = /^(?:\/dev\/fd|\/proc\/\d+\/fd)$/;

// Nobody who reads a pipe is waited for inside of the system, where nothing can be interrupted.
const openFlags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** What is written into, and never replaced: a device, a pipe, a descriptor of this process. */
export interface Sink extends AsyncDisposable {
  readonly path: string;
  /** The folder that it is in, held open, so that nothing else is written into than was judged. */
  readonly folder: HeldFolder;
  readonly isLink: boolean;
  /** What is there, or what the link leads to. */
  readonly status: Stats;
}

/**
 * Looks whether there is something at a path that is written into; `undefined` if there is not.
 * Dispose of it in the end.
 *
 * @throws Error if there is, and another user can have put it there
 */
export async function sinkAt(path: string): Promise<Sink | undefined> {
  const folder = await HeldFolder.open(dirname(path));
  try {
    const found = await lookAt(path, folder);
    if (found) return { ...found, path, folder, [Symbol.asyncDispose]: () => folder.close() };
  } catch (error) {
    await folder.close();
    throw error;
  }
  await folder.close();
  return undefined;
}

async function lookAt(
  path: string,
  folder: HeldFolder,
): Promise<Pick<Sink, 'isLink' | 'status'> | undefined> {
  const at = folder.at(basename(path));
  const itself = await lstat(at);
  const isLink = itself.isSymbolicLink();
  const status = isLink ? await stat(at).catch(() => undefined) : itself;
  if (!status) return undefined;
  const found = { isLink, status };
  const place = await folder.place();
  // Links in /dev, such as /dev/stderr, may lead to a file by way of a descriptor.
  if (descriptors.test(place) || (isLink && place === '/dev')) return found;
  if (!passesOn(status)) return undefined;
  const owner = { uid: Number(folder.status.uid) };
  if (isOurs(owner) && (folder.status.mode & 0o022n) === 0n) return found;
  // Who reads a pipe could put other content in its place.
  if (!isLink && (isOurs(status) || status.uid === owner.uid)) return found;
  throw new Error(
    `${path} is ${isLink ? 'a link' : 'another user’s'} in a folder that others may write to: it is not written into`,
  );
}

function passesOn(status: Stats): boolean {
  return status.isFIFO() || status.isCharacterDevice() || status.isBlockDevice();
}

/** Whether something belongs to this user or the administrator. */
function isOurs({ uid }: Pick<Stats, 'uid'>): boolean {
  return [process.geteuid?.() ?? uid, 0].includes(uid);
}

/**
 * Writes a file into a device, a pipe or a descriptor. Whoever reads a pipe is waited for.
 *
 * @throws Error where it cannot be written to; the reason of an aborted `signal`
 */
export async function writeInto(sink: Sink, file: FileHandle, signal: AbortSignal): Promise<void> {
  try {
    await using opened = await openSink(sink, signal);
    for await (const bytes of file.createReadStream({ autoClose: false, signal }))
      await writeAll(opened, bytes as Buffer, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(`could not write to ${sink.path}: ${(cause as Error).message}`, { cause });
  }
}

async function openSink(
  { path, folder, isLink, status }: Sink,
  signal: AbortSignal,
): Promise<FileHandle> {
  const follows = isLink ? 0 : constants.O_NOFOLLOW;
  // What a descriptor of this process leads to may be a file, where all that is in it stays.
  const appends = status.isFile() ? constants.O_APPEND : 0;
  const absent = status.isFIFO() ? 'ENXIO' : undefined;
  const flags = openFlags | follows | appends;
  const opened = await untilReady(() => open(folder.at(basename(path)), flags), absent, signal);
  const { dev, ino } = await opened.stat();
  if (dev === status.dev && ino === status.ino) return opened;
  await opened.close();
  throw new Error('something else is there by now');
}

async function writeAll(opened: FileHandle, bytes: Buffer, signal: AbortSignal): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const write = (): Promise<{ bytesWritten: number }> => opened.write(bytes, done);
    const { bytesWritten } = await untilReady(write, 'EAGAIN', signal);
    done += bytesWritten;
  }
}

/** Does something again and again as long as an error says that the other side is not ready. */
async function untilReady<T>(
  work: () => Promise<T>,
  notReady: string | undefined,
  signal: AbortSignal,
): Promise<T> {
  for (let pause = shortestPause; ; pause = Math.min(longestPause, 2 * pause)) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== notReady) throw error;
    }
    await delay(pause, undefined, { signal });
  }
}
