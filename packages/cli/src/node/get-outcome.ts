// What a search and the peers that it led to have said, for the error where nothing was delivered.
import { ProtocolError } from '@peerlane/protocol';
import { isDiskError, TransferError } from '@peerlane/tcp-transfer';
import type { Silence } from '@peerlane/udp-node';
import { isPassing } from '../passing-error.ts';
import { NodeError } from './node-error.ts';

/** The surroundings of a search. */
export interface GetOutcomeOptions {
  /** What is looked for, safe to print: `"notes.txt"`, or `the folder "photos"`. */
  readonly what: string;
  /** How long the search waits for offers, in milliseconds. */
  readonly timeout: number;
  /** The time in milliseconds. */
  readonly now: () => number;
  /** Is called where a peer did not deliver. The message is safe to print. */
  readonly onFailure: (message: string) => void;
  readonly onSilent: ((silence: Silence) => void) | undefined;
}

/** By how much a search may end before its time is up, in milliseconds. */
const timerSlack = 5;

/** Notes who is silent and who has failed while something is looked for. */
export class GetOutcome {
  readonly #options: GetOutcomeOptions;
  readonly #start: number;
  #failure: string | undefined;
  #lastError: Error | undefined;
  // A source that went away, or cannot be reached at one of its addresses, matters only if no other delivers.
  readonly #held: string[] = [];
  #endedBy: Silence | undefined;

  constructor(options: GetOutcomeOptions) {
    this.#options = options;
    this.#start = options.now();
  }

  /** To be called where members do not answer. */
  readonly silent = (silence: Silence): void => {
    this.#endedBy = silence.ended ? silence : undefined;
    this.#options.onSilent?.(silence);
  };

  /** Notes that a peer has not delivered. */
  failed(peer: string, error: Error): void {
    this.#failure = `${peer}: ${error.message}`;
    this.#lastError = error;
    const message = `${this.#options.what} from ${this.#failure}`;
    if (isPassing(error)) this.#held.push(message);
    else this.#options.onFailure(message);
  }

  /**
   * The error where nobody has delivered.
   *
   * @param wanted what was looked for, more precisely
   */
  error(wanted: string = this.#options.what): NodeError {
    const { timeout, now, onFailure } = this.#options;
    for (const message of this.#held) onFailure(message);
    const isEarly = now() - this.#start < timeout - timerSlack;
    if (this.#failure === undefined && isEarly) return absenceError(wanted, this.#endedBy);
    const reason = this.#failure === undefined ? '' : ` (last tried: ${this.#failure})`;
    const within = isEarly ? '' : ` within ${timeout / 1000} s`;
    const isStranger = TransferError.is(this.#lastError) && this.#lastError.code === 'not-member';
    const code = isStranger ? 'not-member' : 'not-found';
    return new NodeError(code, `Nobody delivered ${wanted}${within}${reason}.`);
  }
}

/** The error of a search that ended early without an offer. */
function absenceError(what: string, endedBy: Silence | undefined): NodeError {
  if (!endedBy) return new NodeError('not-found', `Nobody has ${what}.`);
  const { asked, silent } = endedBy;
  const missing = `${silent.join(', ')}: no answer, not even to a ping.`;
  return silent.length < asked
    ? new NodeError('not-found', `Nobody who answers has ${what}. ${missing}`)
    : new NodeError('no-answer', `Nobody answered when asked for ${what}. ${missing}`);
}

/** Whether peers have failed, and not this machine. */
export function isOfPeers(error: unknown): boolean {
  return TransferError.is(error) ? !isDiskError(error) : ProtocolError.is(error);
}
