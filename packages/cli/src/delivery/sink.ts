// Writing into devices, pipes and descriptors, which are never replaced by a file.
import { constants, type Stats } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HeldFolder, OrderedOutput } from '@peerlane/tcp-transfer';

/** The pauses between attempts to write to a full pipe or open one without a reader, in milliseconds. */
const shortestPause = 1;
const longestPause = 50;

/** The folders of the system whose entries are descriptors. */
const descriptors = /^(?:\/dev\/fd|\/proc\/\d+\/fd)$/;

// A call that blocks until a pipe has a reader could not be interrupted.
const openFlags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** A device, a pipe, or a descriptor of this process. */
export interface Sink extends AsyncDisposable {
  readonly path: string;
  /** The folder that it is in, held open, so that nothing else is written into than was judged. */
  readonly folder: HeldFolder;
  readonly isLink: boolean;
  /** The status of what is there, or of the target of a link. */
  readonly status: Stats;
}

/**
 * The sink at a path; `undefined` if there is none. Dispose of it in the end.
 *
 * @throws Error if another user may have put it there
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
  // Links in /dev, such as /dev/stderr, may lead to a file through a descriptor.
  if (descriptors.test(place) || (isLink && place === '/dev')) return found;
  if (!passesOn(status)) return undefined;
  const owner = { uid: Number(folder.status.uid) };
  if (isOurs(owner) && (folder.status.mode & 0o022n) === 0n) return found;
  // The reader of a pipe could replace the content in any case.
  if (!isLink && (isOurs(status) || status.uid === owner.uid)) return found;
  throw new Error(
    `${path} is ${isLink ? 'a link' : 'another user’s'} in a folder that others may write to: p2p does not write into it`,
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
 * An output that writes into a device, a pipe or a descriptor, which is opened for the first bytes. It
 * waits for the reader of a pipe, until `signal` is aborted. Dispose of it in the end.
 */
export function openOutput(
  sink: Sink,
  signal: AbortSignal,
): AsyncDisposable & { readonly output: OrderedOutput } {
  let opened: FileHandle | undefined;
  const output = new OrderedOutput(sink.path, async (bytes) => {
    opened ??= await openSink(sink, signal);
    await writeAll(opened, bytes, signal);
  });
  return { output, [Symbol.asyncDispose]: async () => opened?.close() };
}

async function openSink(
  { path, folder, isLink, status }: Sink,
  signal: AbortSignal,
): Promise<FileHandle> {
  const follows = isLink ? 0 : constants.O_NOFOLLOW;
  // A descriptor of this process may lead to a file, whose content is kept.
  const appends = status.isFile() ? constants.O_APPEND : 0;
  const absent = status.isFIFO() ? 'ENXIO' : undefined;
  const flags = openFlags | follows | appends;
  const opened = await untilReady(() => open(folder.at(basename(path)), flags), absent, signal);
  const { dev, ino } = await opened.stat();
  if (dev === status.dev && ino === status.ino) return opened;
  await opened.close();
  throw new Error('it was replaced meanwhile');
}

async function writeAll(opened: FileHandle, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const write = (): Promise<{ bytesWritten: number }> => opened.write(bytes, done);
    const { bytesWritten } = await untilReady(write, 'EAGAIN', signal);
    done += bytesWritten;
  }
}

/** Repeats an operation while it fails because the other side is not ready. */
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
