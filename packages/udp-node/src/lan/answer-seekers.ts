// Tells newcomers that seek an invitation where it is accepted.
import { isLoopback, isWildcard } from '@peerlane/protocol';
import type { Clock, Timer } from '../system/clock.ts';
import { faultOf, type Allow } from '../limits/allow.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';
import { decodeSeek, encodeSeek } from './seek-message.ts';
import type { SeekSocket } from './seek-socket.ts';

/** The invitation that is sought, and where it is accepted. */
export interface AnswerSeekersOptions {
  readonly number: number;
  /** The TCP port at which it is accepted. */
  readonly port: number;
  /** The host on which that port is: `0.0.0.0` and `::` stand for all. */
  readonly host: string;
  readonly socket: SeekSocket;
  readonly clock: Clock;
  /** The networks that are answered. */
  readonly allow: Allow;
}

/** The most questions of one machine that are answered. */
const rate = { perSecond: 4, burst: 16 };

/** How often the socket looks for new interfaces, in milliseconds. */
const listenInterval = 5000;

/** Answers those that seek an invitation, until it is closed. */
export class SeekerAnswers {
  readonly #options: AnswerSeekersOptions;
  readonly #limiter = new RateLimiter(rate, () => false);
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: AnswerSeekersOptions) {
    this.#options = options;
    options.socket.onDatagram((datagram, from) => {
      const question = decodeSeek(datagram);
      if (this.#closed || question?.type !== 'question' || question.number !== options.number)
        return;
      if (!this.#reaches(from.host)) return;
      if (!this.#limiter.admits(from, from.host, options.clock.now())) return;
      const answer = encodeSeek({ ...question, type: 'answer', port: options.port });
      // One that got no answer asks again.
      options.socket.answer(answer, from).catch(() => undefined);
    });
    this.#listen();
  }

  /** Stops, and closes the socket. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#options.socket.close();
  }

  #listen(): void {
    this.#options.socket.listen();
    this.#timer = this.#options.clock.schedule(() => {
      this.#listen();
    }, listenInterval);
  }

  /** Whether a machine may be answered, and can reach the port. */
  #reaches(from: string): boolean {
    const { host, allow } = this.#options;
    if (faultOf(from, allow) !== undefined) return false;
    return isWildcard(host) || isLoopback(host) === isLoopback(from);
  }
}
