// Lets a person choose where the holders of a file have different contents under its name.
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { OfferedContent } from '../search/offered-contents.ts';
import type { Io } from '../output/io.ts';

/**
 * Asks which content is wanted. Return takes the first one.
 *
 * @throws Error if the person leaves the question (Ctrl-D); the reason of an aborted `signal`
 */
export async function askForContent(
  contents: readonly OfferedContent[],
  io: Pick<Io, 'stdin' | 'stderr'>,
  signal: AbortSignal,
): Promise<OfferedContent> {
  // The terminal edits the line, so that Ctrl-C and Ctrl-Z do what they do elsewhere.
  const readline = createInterface({ input: io.stdin, output: io.stderr, terminal: false });
  const left = once(readline, 'close').then(() => undefined);
  try {
    for (;;) {
      const question = `Which one? [1-${contents.length}] `;
      const answer = await Promise.race([readline.question(question, { signal }), left]);
      if (answer === undefined)
        throw new Error('No content was chosen: name one with --root, or answer with its number');
      const number = answer.trim() === '' ? 1 : Number(answer);
      const chosen = contents[number - 1];
      if (chosen) return chosen;
    }
  } finally {
    readline.close();
  }
}
