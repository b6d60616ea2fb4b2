// Asks a person at the terminal a question, outside a session.
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { print, type Io } from './io.ts';

/** Whether a person is there who can be asked. */
export function canAsk({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/**
 * Asks a question until it has an answer.
 *
 * @param read reads a line; `undefined` asks again
 * @returns `undefined` if the person leaves the question (Ctrl-D)
 * @throws the reason of an aborted signal
 */
export async function ask<T>(
  question: string,
  read: (line: string) => T | undefined,
  { stdin, stderr, signal }: Pick<Io, 'stdin' | 'stderr' | 'signal'>,
): Promise<T | undefined> {
  // The terminal edits the line, so that Ctrl-C and Ctrl-Z do what they do elsewhere.
  const readline = createInterface({ input: stdin, output: stderr, terminal: false });
  const left = once(readline, 'close').then(() => undefined);
  try {
    for (;;) {
      const line = await Promise.race([readline.question(question, { signal }), left]);
      if (line === undefined) {
        // Ctrl-D leaves the cursor behind the question.
        print(stderr, '');
        return undefined;
      }
      const answer = read(line.trim());
      if (answer !== undefined) return answer;
    }
  } finally {
    readline.close();
  }
}
