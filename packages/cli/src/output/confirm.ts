// Asks a person for a yes, before something that cannot be taken back.
import { ask, canAsk } from './ask.ts';
import type { Io } from './io.ts';

/**
 * Whether a person at the terminal says yes to a question. What is no yes is a no, as is Ctrl-D.
 *
 * @returns `undefined` if nobody can be asked
 * @throws the reason of an aborted `signal`
 */
export async function confirm(
  question: string,
  io: Pick<Io, 'stdin' | 'stderr' | 'signal'>,
): Promise<boolean | undefined> {
  if (!canAsk(io)) return undefined;
  const isYes = (line: string): boolean => /^y(es)?$/i.test(line);
  return (await ask(`${question} (y/N) `, isYes, io)) ?? false;
}
