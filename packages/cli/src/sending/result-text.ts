// Says in one line what became of a send at a receiver.
import { shownText } from '@peerlane/protocol';
import { claimedName } from '../lines/claimed-name.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { PreparedSend } from '../sends/outgoing.ts';
import { counted, sizeText } from '../text/figures.ts';
import type { SendResult } from './send-to.ts';

/** What a send has, for the one who sends it. */
export function sentText({ items, total }: Pick<PreparedSend, 'items' | 'total'>): string {
  const [item] = items;
  if (items.length > 1) return `${items.length} things (${sizeText(total)})`;
  const { kind, filename, size } = item!;
  if (kind === 'text') return `the text (${sizeText(size)})`;
  return `${claimedName(kind === 'folder' ? `${filename}/` : filename)} (${sizeText(size)})`;
}

/** By words from the network: an object would have an answer to `constructor`, too. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['no-space', 'its disk is full'],
  ['disk', 'it could not write to its disk'],
  ['changed', 'what was sent has changed meanwhile: send it again'],
  ['unreachable', 'it could not fetch from this machine: does a firewall let TCP through?'],
  ['cancelled', 'it was cancelled there'],
]);

/** What happened where a receiver does not have everything; in one line, without the receiver's name. */
export function faultText({ state, reason = '' }: SendResult): string {
  switch (state) {
    case 'declined':
      return 'declined';
    case 'unsupported':
      return 'takes no sends: it runs an older version, or receives nothing (p2p receive, or a session, does)';
    case 'not-member':
      return 'is in another cluster: both machines need the same key, see p2p config';
    case 'away':
      return 'is away. The same command sends it again, and resumes';
    case 'busy':
      return 'has too many offers at the moment: try again later';
    case 'unanswered':
      return 'has not answered';
    case 'interrupted':
      return 'does not have everything: interrupted. The same command resumes';
    case 'failed':
      return `could not receive it: ${reasons.get(reason) ?? shownText(reason)}`;
    default:
      return `refused: ${shownText(reason)}`;
  }
}

/** How many of several things have come all the same. */
export function partText({ received }: SendResult, { items }: Pick<PreparedSend, 'items'>): string {
  return received === 0 ? '' : ` It has ${received} of ${counted(items.length, 'thing')}.`;
}

/** The exit code of a result. */
export function exitCodeOf({ state }: SendResult): number {
  switch (state) {
    case 'received':
      return exitCodes.done;
    case 'declined':
      return exitCodes.declined;
    case 'unsupported':
      return exitCodes.unsupported;
    case 'away':
    case 'busy':
    case 'unanswered':
      return exitCodes.away;
    case 'interrupted':
      return exitCodes.interrupted;
    default:
      return exitCodes.failed;
  }
}
