// How an inviter says that it does not let a newcomer in, and what the newcomer's person is told.
import { SealError } from '../seal-error.ts';
import type { InvitationRefusal } from './invitation-guard.ts';

/** Why the inviter refuses: its own reasons, wrong words, another number, and another version. */
export type Refusal = InvitationRefusal | 'words' | 'number' | 'version';

/** The byte that stands for each, and what it means for the newcomer. */
const refusals: Readonly<Record<Refusal, readonly [number, SealError['code'], string]>> = {
  words: [
    1,
    'wrong-words',
    'the words are not those of the invitation: compare them. The third wrong guess ends it',
  ],
  busy: [2, 'busy', 'the inviter is letting another machine in: try again in a moment'],
  used: [3, 'refused', 'this invitation was used: ask for a new one'],
  guessed: [4, 'refused', 'this invitation ended after three wrong guesses: ask for a new one'],
  ended: [5, 'refused', 'this invitation has ended: ask for a new one'],
  number: [
    6,
    'refused',
    'there is no invitation with this number here: compare it with what the inviter shows',
  ],
  version: [7, 'refused', 'the inviter speaks another version: use the same release on both sides'],
};

/** The body of a refusal. */
export function encodeRefusal(refusal: Refusal): Uint8Array {
  return Uint8Array.of(refusals[refusal][0]);
}

/** The newcomer's error for the body of a refusal. */
export function refusalError(body: Uint8Array): SealError {
  const found = Object.values(refusals).find(([byte]) => body.length === 1 && byte === body[0]);
  const [, code, message] = found ?? [0, 'refused' as const, 'the inviter refused'];
  return new SealError(code, message);
}

/** The inviter's error after it has refused. */
export function refusedError(refusal: Refusal): SealError {
  if (refusal === 'words') return new SealError('wrong-words', 'a newcomer had the wrong words');
  return new SealError(refusal === 'busy' ? 'busy' : 'refused', inviterMessages[refusal]);
}

const inviterMessages: Readonly<Record<Exclude<Refusal, 'words'>, string>> = {
  busy: 'a newcomer came while another one was being let in',
  used: 'a newcomer came after the invitation was used',
  guessed: 'a newcomer came after three wrong guesses',
  ended: 'a newcomer came after the invitation had ended',
  number: 'a newcomer asked for another invitation',
  version: 'a newcomer speaks another version',
};
