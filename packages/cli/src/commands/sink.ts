import { constants, type Stats } from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a pipe that is full, or that nobody reads, is left alone, in milliseconds. */
const shortestPause = 1;
const longestPause = 50;

/** Folders of the system whose entries are descriptors. */
const descriptors = /^(?:\/dev\/fd|\/proc\/\d+\/fd)$/;

// Nobody who reads a pipe is waited for inside of the system, where nothing can be interrupted.
const openFlags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Whether what is at a path is written into, and never replaced: a device, a pipe, a descriptor of
 * this process.
 *
 * @throws Error where that is said by a link that anybody can have put there
 */
export async function isSink(path: string): Promise<boolean> {
  const itself = await lstat(path);
  const folder = await realpath(dirname(path));
  if (descriptors.test(folder)) return true;
  if (!itself.isSymbolicLink()) return passesOn(itself);
  const target = await stat(path).catch(() => undefined);
  // Links in /dev, such as /dev/stderr, may lead to a file by way of a descriptor.
  if (target && folder === '/dev') return true;
  if (!target || !passesOn(target)) return false;
  if (isSafe(await stat(folder))) return true;
  throw new Error(
    `${path} is a link in a folder that others may write to: name what it leads to itself`,
  );
}

function passesOn(status: Stats): boolean {
  return status.isFIFO() || status.isCharacterDevice() || status.isBlockDevice();
}

/** Whether only this user and the administrator can have put something into a folder. */
function isSafe({ uid, mode }: Stats): boolean {
  return [process.geteuid?.() ?? uid, 0].includes(uid) && (mode & 0o022) === 0;
}

/**
 * Writes a file into a device, a pipe or a descriptor. Whoever reads a pipe is waited for.
 *
 * @throws Error where it cannot be written to; the reason of an aborted `signal`
 */
export async function writeInto(
  path: string,
  file: FileHandle,
  signal: AbortSignal,
): Promise<void> {
  try {
    await using sink = await openSink(path, signal);
    for await (const bytes of file.createReadStream({ autoClose: false, signal }))
      await writeAll(sink, bytes as Buffer, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(`could not write to ${path}: ${(cause as Error).message}`, { cause });
  }
}

async function openSink(path: string, signal: AbortSignal): Promise<FileHandle> {
  const [itself, target] = [await lstat(path), await stat(path)];
  const follows = itself.isSymbolicLink() ? 0 : constants.O_NOFOLLOW;
  // What a descriptor of this process leads to may be a file, where all that is in it stays.
  const appends = target.isFile() ? constants.O_APPEND : 0;
  const absent = target.isFIFO() ? 'ENXIO' : undefined;
  const flags = openFlags | follows | appends;
  const sink = await untilReady(() => open(path, flags), absent, signal);
  if ((await sink.stat()).isFile() === target.isFile()) return sink;
  await sink.close();
  throw new Error('something else is there by now');
}

async function writeAll(sink: FileHandle, bytes: Buffer, signal: AbortSignal): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const write = (): Promise<{ bytesWritten: number }> => sink.write(bytes, done);
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
