// Puts what is sent from standard input, and a text, into a folder of its own, which is removed in the end.
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TemporaryFolder } from '@peerlane/tcp-transfer';
import type { Io } from '../output/io.ts';
import type { Spooled, Thing, Things } from './things.ts';

/** Only this user may read it. */
const mode = 0o600;

/** What is to be sent, all of it on the disk. Dispose of it in the end. */
export interface SpooledThings extends AsyncDisposable {
  readonly things: readonly Thing[];
}

/**
 * Reads standard input to its end, if that is to be sent.
 *
 * @throws the system's error; the reason of an aborted signal
 */
export async function spool(
  { things, spooled }: Things,
  io: Pick<Io, 'stdin' | 'signal'>,
): Promise<SpooledThings> {
  if (spooled.length === 0) return { things, [Symbol.asyncDispose]: () => Promise.resolve() };
  const folder = await TemporaryFolder.make('p2p-send-');
  try {
    const written = await Promise.all(spooled.map((each) => write(each, folder, io)));
    return {
      things: [...things, ...written],
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

async function write(
  { kind, filename, text }: Spooled,
  folder: TemporaryFolder,
  { stdin, signal }: Pick<Io, 'stdin' | 'signal'>,
): Promise<Thing> {
  const at = folder.at(filename);
  if (text === undefined)
    await pipeline(stdin, createWriteStream(at, { flags: 'wx', mode }), { signal });
  else await writeFile(at, text, { flag: 'wx', mode });
  return { kind, filename, path: join(folder.path, filename) };
}
