// Command lines that get files, for a person to copy.
import { basename } from 'node:path';
import { hostOf, ipVersion, visibleText } from '@peerlane/protocol';
import { allowNetworks } from '@peerlane/udp-node';
import { shellWord } from './shell-word.ts';

/** The most names that are shown in one command. */
const maxNames = 5;

/**
 * A command that gets files.
 *
 * @param where the options by which it finds the node, and more
 */
export function getCommand(where: readonly string[], filenames: readonly string[]): string {
  const dashes = filenames.some((name) => name.startsWith('-')) ? ['--'] : [];
  return ['p2p', 'get', ...where, ...dashes, ...filenames].map((word) => shellWord(word)).join(' ');
}

/** The options that name a peer; one outside the local networks has to be allowed too. */
export function peerOptions(address: string): string[] {
  const host = hostOf(address);
  const isOutside = ipVersion(host) !== undefined && !allowNetworks()(host);
  return ['--peer', address, ...(isOutside ? ['--allow', host] : [])];
}

/**
 * A line with the command that gets files.
 *
 * @param paths at least one; that of a folder ends in a slash, as its name has to
 * @param where the options by which the command finds the node
 */
export function getCommandLine(paths: readonly string[], where: readonly string[]): string {
  const isShort = paths.length <= maxNames;
  const names = (isShort ? paths : paths.slice(0, 1)).map(nameOf);
  const what = paths.length === 1 ? 'it' : isShort ? 'them' : 'one of them';
  return visibleText(`To get ${what}: ${getCommand(where, names)}`);
}

function nameOf(path: string): string {
  return path.endsWith('/') ? `${basename(path)}/` : basename(path);
}
