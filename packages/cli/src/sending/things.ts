// What `p2p send` is to send, checked before anything starts: files, folders, standard input and a text.
import { access, constants, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { maxSentTextBytes } from '@peerlane/protocol';
import { UsageError } from '../command-line/usage-error.ts';
import type { Invocation } from '../command-line/parse.ts';
import { expandHome } from '../files/folder-path.ts';
import { sizeText } from '../text/figures.ts';
import type { SendItem } from '../sends/outgoing.ts';

/** Something to send that is on the disk already. */
export interface Thing extends SendItem {
  readonly path: string;
}

/** Something to send that has to be put on the disk first. */
export interface Spooled extends SendItem {
  /** The text; `undefined` for standard input. */
  readonly text: string | undefined;
}

/** Everything that is to be sent. */
export interface Things {
  readonly things: readonly Thing[];
  readonly spooled: readonly Spooled[];
}

/**
 * Checks what is typed.
 *
 * @param now the time, for the name of what comes from standard input
 * @throws UsageError that names what cannot be sent
 */
export async function thingsOf(
  { operands, options }: Pick<Invocation<'send'>, 'operands' | 'options'>,
  cwd: string,
  now: Date = new Date(),
): Promise<Things> {
  const { text, name } = options;
  const paths = operands.filter((each) => each !== '-');
  const isPiped = paths.length < operands.length;
  if (operands.length - paths.length > 1) throw new UsageError('- was given twice');
  if (operands.length === 0 && text === undefined)
    throw new UsageError('Expected a file, a folder, - or --text after "send"');
  if (name !== undefined && !isPiped)
    throw new UsageError('--name is for what comes from standard input: add -');
  const spooled: Spooled[] = [
    ...(isPiped
      ? [{ kind: 'file' as const, filename: pipedName(name, now), text: undefined }]
      : []),
    ...(text === undefined ? [] : [textToSend(text)]),
  ];
  const things = await Promise.all(paths.map((path) => thingAt(path, cwd)));
  checkNames([...things, ...spooled]);
  return { things, spooled };
}

function textToSend(text: string): Spooled {
  const size = Buffer.byteLength(text);
  if (text === '') throw new UsageError('--text: expected a text');
  if (size > maxSentTextBytes)
    throw new UsageError(
      `--text: expected at most ${sizeText(maxSentTextBytes)}, got ${sizeText(size)}: send it as a file, by -`,
    );
  // Its name is shown nowhere, and must be that of nothing else.
  return { kind: 'text', filename: `text-${crypto.randomUUID()}.txt`, text };
}

function pipedName(name: string | undefined, now: Date): string {
  if (name === undefined) return `piped-${now.toISOString().slice(0, 19).replace(/[:T]/g, '-')}`;
  if (name === '' || /[/\\\0]/.test(name) || name === '.' || name === '..')
    throw new UsageError(`--name: expected the name of a file, got "${name}"`);
  return name;
}

async function thingAt(typed: string, cwd: string): Promise<Thing> {
  const path = resolve(cwd, expandHome(typed));
  const status = await stat(path).catch((error: unknown) => {
    throw new UsageError(faultOf(typed, error as NodeJS.ErrnoException));
  });
  const isFolder = status.isDirectory();
  if (/[/\\]$/.test(typed) && status.isFile())
    throw new UsageError(`"${typed}" is not a folder: leave out the slash to send the file`);
  if (!isFolder && !status.isFile())
    throw new UsageError(`"${typed}" is neither a file nor a folder`);
  await access(path, isFolder ? constants.R_OK | constants.X_OK : constants.R_OK).catch(() => {
    throw new UsageError(`You may not read "${typed}"`);
  });
  const filename = basename(path);
  if (filename === '') throw new UsageError(`"${typed}" has no name: send the folders in it`);
  return { kind: isFolder ? 'folder' : 'file', filename, path };
}

function faultOf(typed: string, { code, message }: NodeJS.ErrnoException): string {
  if (typed === '') return 'Expected the path of a file or a folder, got ""';
  if (code === 'ENOENT') return `There is no file or folder "${typed}"`;
  if (code === 'ENOTDIR') return `"${typed}" is not a folder`;
  if (code === 'EACCES' || code === 'EPERM') return `You may not read "${typed}"`;
  return `"${typed}" cannot be sent: ${message}`;
}

function checkNames(all: readonly SendItem[]): void {
  const names = new Set<string>();
  for (const { filename } of all) {
    const name = filename.normalize();
    if (names.has(name))
      throw new UsageError(
        `Two of them are called "${filename}": send one after the other, or rename one`,
      );
    names.add(name);
  }
}
