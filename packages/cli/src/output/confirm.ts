// Asks a person for a yes, before something that cannot be taken back.
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Io } from './io.ts';

/**
 * Whether a person at the terminal says yes to a question. What is no yes is a no, as is Ctrl-D.
 *
 * @returns `undefined` if nobody can be asked
 * @throws the reason of an aborted `signal`
 */
export async function confirm(
  question: string,
  { stdin, stderr, signal }: Pick<Io, 'stdin' | 'stderr' | 'signal'>,
): Promise<boolean | undefined> {
  if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined;
  // The terminal edits the line, so that Ctrl-C and Ctrl-Z do what they do elsewhere.
  const readline = createInterface({ input: stdin, output: stderr, terminal: false });
  const left = once(readline, 'close').then(() => '');
  try {
    const answer = await Promise.race([readline.question(`${question} (y/N) `, { signal }), left]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    readline.close();
  }
}
