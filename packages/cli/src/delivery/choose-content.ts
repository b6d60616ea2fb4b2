// Lets a person choose where the holders of a file have different contents under its name.
import { createInterface } from 'node:readline/promises';
import type { OfferedContent } from '../search/offered-contents.ts';
import type { Io } from '../output/io.ts';

/** Asks which content is wanted. Return takes the first one. */
export async function askForContent(
  contents: readonly OfferedContent[],
  io: Pick<Io, 'stdin' | 'stderr'>,
  signal: AbortSignal,
): Promise<OfferedContent> {
  const readline = createInterface({ input: io.stdin, output: io.stderr });
  try {
    for (;;) {
      const answer = await readline.question(`Which one? [1-${contents.length}] `, { signal });
      const number = answer.trim() === '' ? 1 : Number(answer);
      const chosen = contents[number - 1];
      if (chosen) return chosen;
    }
  } finally {
    readline.close();
  }
}
