// Lets a person choose where the holders of a file have different contents under its name.
import { ask } from '../output/ask.ts';
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
  const choose = (line: string): OfferedContent | undefined =>
    contents[(line === '' ? 1 : Number(line)) - 1];
  const chosen = await ask(`Which one? [1-${contents.length}] `, choose, { ...io, signal });
  if (chosen) return chosen;
  throw new Error('No content was chosen: name one with --root, or answer with its number');
}
