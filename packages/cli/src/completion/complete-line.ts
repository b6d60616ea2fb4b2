// `p2p --complete SHELL …`: prints what can follow on a command line, for the scripts that
// `p2p completion` prints. It prints no error, and takes about a second at most.
import { Writable } from 'node:stream';
import { visibleText } from '@peerlane/protocol';
import { complete } from '../command-line/complete.ts';
import type { Invocation } from '../command-line/parse.ts';
import { asGuest } from '../members/guest.ts';
import { namesToGet, searchAll } from '../members/search-members.ts';
import { isAcquainted } from '../search/search-files.ts';
import type { Io } from '../output/io.ts';
import { meetMembers } from './meet-members.ts';
import { memberNames } from './member-names.ts';
import { quoteForBash, readBashLine } from '../text/bash-line.ts';

/** How long everything together may take, in milliseconds. */
const totalTimeout = 1000;

/** The most words that are printed. */
const maxWords = 1000;

/** Everything that can follow was printed; the shell may complete paths as well. */
const [noPaths, pathsToo] = [0, 1];

/**
 * Prints the words that can stand at the cursor, one per line. For bash a line is what it inserts; for zsh
 * and fish it is the word, and after a tab what it is for.
 *
 * @param args the shell, and for bash the line up to the cursor with `COMP_WORDBREAKS`; for the others all
 *   words up to the cursor
 * @returns the exit code: 1 if the shell may complete paths
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const [shell, ...rest] = args;
  const line =
    shell === 'bash' ? readBashLine((rest[0] ?? '').normalize(), rest[1] ?? '') : undefined;
  if (line?.isExpanded === true) return pathsToo;
  const before = (line?.before ?? rest.slice(0, -1)).slice(1);
  const current = line?.current ?? rest.at(-1) ?? '';
  const { completions, isPath, get, receiver } = await complete(before, current);
  // zsh and fish compare words themselves, and know what quotes mean.
  const start = line || /^[\p{L}\p{N}._ -]*$/u.test(current) ? current : '';
  const names = get
    ? await namesFor(get, start, before, io).catch(() => [])
    : receiver
      ? await memberNames(receiver, start, { ...io, stderr: nowhere() }).catch(() => [])
      : [];
  const found = names.length > 0 ? names.map((word) => ({ word, about: '' })) : completions;
  const lines = found.map(({ word, about = '' }) =>
    line
      ? quoteForBash(word.slice(line.from), line.quote)
      : [word, about].filter(Boolean).join('\t'),
  );
  io.stdout.write(lines.map((each) => `${each}\n`).join(''));
  return isPath === true ? pathsToo : noPaths;
}

/** The names of files and folders in the cluster that begin with a text, without those that were typed already. */
async function namesFor(
  get: Invocation<'get'>,
  start: string,
  before: readonly string[],
  io: Io,
): Promise<string[]> {
  const began = performance.now();
  const late = AbortSignal.timeout(totalTimeout);
  const quiet = { ...io, stderr: nowhere(), signal: AbortSignal.any([io.signal, late]) };
  const found = await asGuest(get, quiet, async ({ node }) => {
    await meetMembers(node, isAcquainted, quiet.signal);
    const timeout = Math.ceil(Math.max(1, totalTimeout - (performance.now() - began)));
    // Folders are found by the last part of their paths.
    const text = start.includes('/') ? '' : start;
    return searchAll(node, text, { signal: io.signal, timeout });
  });
  const names = namesToGet(found)
    .filter((name) => name.startsWith(start) && !before.includes(name))
    // A name that cannot be shown as it is could not be typed; a dash begins an option, except after `--`.
    .filter((name) => visibleText(name) === name)
    .filter((name) => !name.startsWith('-') || before.includes('--'));
  // The last one stays: the shell inserts what the first and the last begin with.
  return names.length > maxWords ? [...names.slice(0, maxWords - 1), names.at(-1)!] : names;
}

function nowhere(): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
}
