// The command that the other side types to get the files that are shared.
import { basename } from 'node:path';
import { visibleText } from '@peerlane/protocol';
import { shellWord } from './shell-word.ts';

/** The most names that are shown in one command. */
const maxNames = 5;

/**
 * A line with the command that gets files.
 *
 * @param paths at least one
 * @param where the options by which the command finds the node
 */
export function getCommandLine(paths: readonly string[], where: readonly string[]): string {
  const isShort = paths.length <= maxNames;
  const names = (isShort ? paths : paths.slice(0, 1)).map((path) => basename(path));
  const dashes = names.some((name) => name.startsWith('-')) ? ['--'] : [];
  const command = ['p2p', 'get', ...where, ...dashes, ...names].map((word) => shellWord(word));
  const what = paths.length === 1 ? 'it' : isShort ? 'them' : 'one of them';
  return visibleText(`To get ${what}: ${command.join(' ')}`);
}
