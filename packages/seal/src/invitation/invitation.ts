// An invitation as people say and type it: a number that names it, and two words that are the password.
import { randomBytes } from 'node:crypto';
import { SealError } from '../seal-error.ts';
import { nearestWords } from './nearest-words.ts';
import { words } from './words.ts';

/** The largest number of an invitation; the smallest is 1. */
const maxNumber = 99;

/** The longest text that is looked at, in UTF-16 units. */
const maxText = 64;

/** Gives as many random bytes as it is asked for. */
export type Random = (length: number) => Uint8Array;

/** An invitation, as both sides know it. */
export interface Invitation {
  /** From 1 to 99. It says which of several invitations on a network is meant, and is no secret. */
  readonly number: number;
  /** The number and both words, such as `4-icon-fox`: the password of the exchange. */
  readonly text: string;
}

/**
 * Makes the text of an invitation, such as `4-icon-fox`: one of 99 numbers, and one of 1,677,025
 * pairs of words.
 *
 * @param random gives as many random bytes as it is asked for
 */
export function newInvitation(random: Random = randomBytes): string {
  const word = (): string => words[below(words.length, random)]!;
  return `${1 + below(maxNumber, random)}-${word()}-${word()}`;
}

/**
 * Reads the text of an invitation. Between its parts there may be dashes or blanks; upper and lower case
 * count as the same.
 *
 * @throws SealError `bad-invitation`, which says what was expected
 */
export function parseInvitation(text: string): Invitation {
  const parts =
    text.length > maxText
      ? []
      : text
          .trim()
          .toLowerCase()
          .split(/[\s\p{Pd}]+/u);
  const [number = '', ...said] = parts;
  if (said.length !== 2 || !/^[1-9]\d?$/.test(number))
    throw new SealError(
      'bad-invitation',
      `expected an invitation as "p2p invite" shows it: a number from 1 to ${maxNumber} and two words, such as "4-icon-fox"`,
    );
  for (const word of said) checkWord(word);
  return { number: Number(number), text: [number, ...said].join('-') };
}

function checkWord(word: string): void {
  if (words.includes(word)) return;
  const shown = /^[a-z]+$/.test(word) ? `"${word}"` : 'one of them';
  const near = nearestWords(word).map((other) => `"${other}"`);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new SealError(
    'bad-invitation',
    `expected the words as "p2p invite" shows them: ${shown} is none of the words of invitations.${hint}`,
  );
}

/** A uniform number from 0 to `count - 1`, where `count` is at most 2,048. */
function below(count: number, random: Random): number {
  for (;;) {
    const [high = 0, low = 0] = random(2);
    const drawn = ((high << 8) | low) & 0x7ff;
    // Others would make some results likelier than others.
    if (drawn < 2048 - (2048 % count)) return drawn % count;
  }
}
