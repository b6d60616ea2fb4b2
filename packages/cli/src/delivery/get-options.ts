// The options of `p2p get`, checked: where a download is written, and which content is accepted.
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isDigest } from '@peerlane/protocol';
import { RateLimit } from '@peerlane/tcp-transfer';
import type { Invocation } from '../command-line/parse.ts';
import { isFolderName } from '../lines/folder-text.ts';
import { folderFault } from '../files/folder-path.ts';
import { parseRate } from '../text/figures.ts';
import { UsageError } from '../command-line/usage-error.ts';

/** The target of a download. */
export type Target =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdout' };

/** The options of `p2p get` beside the names of the files. */
export interface GetOptions {
  readonly target: Target;
  readonly root: string | undefined;
  /** The limit of all downloads together. */
  readonly limitRate: RateLimit | undefined;
  readonly existing: 'rename' | 'replace' | 'skip';
}

/**
 * Checks the options of `p2p get`.
 *
 * @throws UsageError
 */
export async function getOptionsOf(
  invocation: Invocation<'get'>,
  cwd: string,
): Promise<GetOptions> {
  const { options } = invocation;
  const root = options.root?.toLowerCase();
  if (root !== undefined && !isDigest(root))
    throw new UsageError(`--root: expected 64 hex digits, got "${options.root}"`);
  const { 'limit-rate': rate } = options;
  const limitRate = rate === undefined ? undefined : parseRate(rate);
  if (rate !== undefined && limitRate === undefined)
    throw new UsageError(`--limit-rate: expected bytes per second such as 500k, got "${rate}"`);
  if (options.force && options['skip-existing'])
    throw new UsageError('--force and --skip-existing cannot be combined');
  return {
    target: await targetOf(invocation, cwd),
    root,
    limitRate: limitRate === undefined ? undefined : new RateLimit(limitRate),
    existing: options.force ? 'replace' : options['skip-existing'] ? 'skip' : 'rename',
  };
}

async function targetOf({ options, operands }: Invocation<'get'>, cwd: string): Promise<Target> {
  const { output, into } = options;
  if (output === undefined) {
    if (into === '') throw new UsageError('--into: expected the path of a folder');
    const fault = into === undefined ? undefined : await folderFault(into, cwd);
    if (fault !== undefined) throw new UsageError(`--into: ${fault}`);
    return { kind: 'folder', folder: resolve(cwd, into ?? '.') };
  }
  if (into !== undefined) throw new UsageError('--into and --output cannot be combined');
  if (output === '') throw new UsageError('--output: expected the path of a file, or -');
  if (operands.length > 1)
    throw new UsageError('--output takes a single file: use --into for several');
  const isFolder = isFolderName(operands[0] ?? '');
  if (output !== '-' && output !== '/dev/stdout') return fileTarget(output, cwd, isFolder);
  if (isFolder)
    throw new UsageError('-o - takes a file: a folder needs a place on the disk, use --into');
  if (options.json) throw new UsageError('--json and -o - cannot both write to standard output');
  return { kind: 'stdout' };
}

async function fileTarget(output: string, cwd: string, isFolder: boolean): Promise<Target> {
  const path = resolve(cwd, output);
  const there = await stat(path).catch(() => undefined);
  if (isFolder && there && !there.isDirectory())
    throw new UsageError(
      `--output: "${output}" is not a folder: a folder is saved under another name`,
    );
  if (there?.isDirectory() && !isFolder)
    throw new UsageError(`--output: "${output}" is a folder: use --into`);
  const fault = await folderFault(dirname(output), cwd);
  if (fault !== undefined) throw new UsageError(`--output: ${fault}`);
  return { kind: 'file', path };
}
