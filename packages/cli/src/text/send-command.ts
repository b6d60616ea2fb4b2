// Command lines that send something, for a person to copy.
import { shellWord } from './shell-word.ts';

/**
 * A command that sends a file to a node.
 *
 * @param where the options by which it finds the node
 * @param name that of the node
 */
export function sendCommand(where: readonly string[], name: string): string {
  return ['p2p', 'send', ...where, 'FILE', '--to', name].map((word) => shellWord(word)).join(' ');
}
