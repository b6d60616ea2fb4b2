// Seeks the machines on the local network that have made an invitation.
import { isLoopback, type PeerAddress } from '@peerlane/protocol';
import type { Clock, Timer } from '../system/clock.ts';
import type { RandomBits } from '../system/random.ts';
import { faultOf, type Allow } from '../limits/allow.ts';
import { decodeSeek, encodeSeek } from './seek-message.ts';
import type { SeekSocket } from './seek-socket.ts';

/** Which invitation is sought, and for how long. */
export interface SeekOptions {
  readonly number: number;
  readonly socket: SeekSocket;
  readonly clock: Clock;
  readonly random: RandomBits;
  /** The networks whose answers count. */
  readonly allow: Allow;
  /** The addresses of this machine: an inviter that answers from several of them is one. */
  readonly ownHosts: readonly string[];
  /** How long to wait for a first answer, in milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** The pauses before the next questions, in milliseconds; the last one comes again and again. */
const pauses: readonly number[] = [250, 500, 1000];

/** How long others may answer once one has, in milliseconds. */
const otherAnswers = 500;

/** The most inviters that are told of one search. */
const maxInviters = 4;

/**
 * Asks for the inviters of an invitation, and yields where each accepts it, as they answer: four at
 * most, one of each machine.
 * It ends after `timeout` if nobody answers, else half a second after the first answer. Breaking off the
 * iteration ends it too; the socket is closed at the end.
 *
 * @throws the system's error if nothing could be sent; the reason of an aborted signal
 */
export async function* seekInviters(options: SeekOptions): AsyncGenerator<PeerAddress, void> {
  options.signal.throwIfAborted();
  const seeking = new Seeking(options);
  try {
    for (;;) {
      const found = await seeking.next();
      if (found === undefined) return;
      yield found;
    }
  } finally {
    await seeking.close();
  }
}

class Seeking {
  readonly #options: SeekOptions;
  readonly #question: Uint8Array;
  readonly #known = new Set<string>();
  readonly #found: PeerAddress[] = [];
  #asking: Timer | undefined;
  #ending: Timer | undefined;
  #hasAsked = false;
  #failure: { readonly reason: unknown } | undefined;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(options: SeekOptions) {
    this.#options = options;
    const { number, random, socket, signal, timeout } = options;
    const token = random();
    this.#question = encodeSeek({ type: 'question', number, token });
    socket.onDatagram((datagram, { host }) => {
      const answer = decodeSeek(datagram);
      if (answer?.type !== 'answer' || answer.number !== number || answer.token !== token) return;
      this.#add({ host, port: answer.port });
    });
    signal.addEventListener('abort', this.#end);
    this.#endAfter(timeout);
    this.#ask(0);
  }

  /** The next inviter; `undefined` after the last. */
  async next(): Promise<PeerAddress | undefined> {
    for (;;) {
      this.#options.signal.throwIfAborted();
      const found = this.#found.shift();
      if (found !== undefined) return found;
      if (this.#isOver) {
        if (!this.#hasAsked && this.#failure) throw this.#failure.reason;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    this.#end();
    await this.#options.socket.close();
  }

  #ask(attempt: number): void {
    this.#options.socket.ask(this.#question).then(
      () => {
        this.#hasAsked = true;
      },
      (reason: unknown) => {
        this.#failure = { reason };
      },
    );
    this.#asking = this.#options.clock.schedule(
      () => {
        this.#ask(attempt + 1);
      },
      pauses[attempt] ?? pauses.at(-1)!,
    );
  }

  #add(inviter: PeerAddress): void {
    if (this.#isOver || this.#known.size >= maxInviters) return;
    const { host } = inviter;
    if (faultOf(host, this.#options.allow) !== undefined) return;
    const isOwn = isLoopback(host) || this.#options.ownHosts.includes(host);
    const machine = isOwn ? '127.0.0.1' : host;
    // One that answers with many ports would test a guess by each, and hide other inviters.
    if (this.#known.has(machine)) return;
    this.#known.add(machine);
    this.#found.push(inviter);
    if (this.#known.size === 1) this.#endAfter(otherAnswers);
    this.#wake();
  }

  #endAfter(delay: number): void {
    this.#ending?.cancel();
    this.#ending = this.#options.clock.schedule(this.#end, delay);
  }

  readonly #end = (): void => {
    this.#isOver = true;
    this.#asking?.cancel();
    this.#ending?.cancel();
    this.#options.signal.removeEventListener('abort', this.#end);
    this.#wake();
  };
}
