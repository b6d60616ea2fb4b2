// Whom something that was sent is fetched from: the sender, and others who receive the same.
import {
  formatPeerAddress,
  ipVersion,
  isLoopback,
  isUnicast,
  normalPeerAddress,
  parsePeerAddress,
  type PeerAddress,
} from '@peerlane/protocol';
import { systemClock, TransferError, type Clock, type Timer } from '@peerlane/tcp-transfer';
import { isPassing } from '../passing-error.ts';

/** A source of something that was sent. */
export interface SentSource {
  readonly address: PeerAddress;
  readonly root: string;
  /** `host:port`. */
  readonly peer: string;
  /** Whether it may still be receiving the content itself. */
  readonly partial: boolean;
}

/** Where the sources come from. */
export interface SentSourcesOptions {
  readonly sender: PeerAddress;
  readonly root: string;
  /** The servers of others, as text from the network. */
  readonly peers: AsyncIterable<string>;
  /** Whether the node may connect to an IP address. */
  readonly allow: (host: string) => boolean;
  /** @default the clock of this machine */
  readonly clock?: Clock;
}

/** How long a sender may be away, or serve nothing, in milliseconds. */
export const longestAbsence = 60_000;

/** How long a source that was lost is left alone, in milliseconds: a peer twice as long each time, up to the last. */
const [retryDelay, longestDelay] = [1000, 16_000];

/** One that has too much to do, or whose key is being changed, may send yet. */
const waiting: ReadonlySet<string> = new Set(['busy', 'not-member']);

/**
 * The sources of one fetch. One that was lost comes again, until nothing has come from any of them for a minute;
 * one that has other content does not.
 */
export class SentSources implements AsyncIterable<SentSource> {
  readonly #options: SentSourcesOptions;
  readonly #clock: Clock;
  readonly #sender: string;
  readonly #ready: PeerAddress[] = [];
  readonly #known = new Set<string>();
  /** Those that may still have the content. */
  readonly #hopeful = new Set<string>();
  /** How long each peer is left alone when it is lost next, in milliseconds. */
  readonly #delays = new Map<string, number>();
  readonly #timers = new Set<Timer>();
  #wake: () => void = () => undefined;
  #progressAt: number;
  #isOver = false;

  constructor(options: SentSourcesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#sender = formatPeerAddress(options.sender);
    this.#progressAt = this.#clock.now();
    this.#add(options.sender);
    void this.#gather();
  }

  /** Whether the sender itself serves something else than it has offered. */
  get isSenderOther(): boolean {
    return !this.#hopeful.has(this.#sender);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SentSource, void> {
    while (!this.#isOver) {
      const address = this.#ready.shift();
      if (address) {
        const peer = formatPeerAddress(address);
        yield { address, root: this.#options.root, peer, partial: peer !== this.#sender };
        continue;
      }
      const left = this.#progressAt + longestAbsence - this.#clock.now();
      if (left <= 0 || this.#hopeful.size === 0) return;
      await this.#pause(left);
    }
  }

  /** Some of the content has come. */
  progress(): void {
    this.#progressAt = this.#clock.now();
  }

  /** A source is not asked any more; it comes again if that may help. */
  lost({ address, peer, partial }: SentSource, error: Error): void {
    // One that receives the same may not have begun.
    const mayCome = ({ code }: TransferError): boolean =>
      waiting.has(code) || (partial && code === 'no-file');
    if (!isPassing(error) && !(TransferError.is(error) && mayCome(error))) {
      this.other({ peer });
      return;
    }
    // The sender chooses the addresses of the peers: what answers at none of them is not connected to for ever.
    const delay = this.#delays.get(peer) ?? retryDelay;
    if (partial) this.#delays.set(peer, Math.min(2 * delay, longestDelay));
    this.#after(delay, () => {
      this.#ready.push(address);
    });
  }

  /** A source has other content, or none. */
  other({ peer }: Pick<SentSource, 'peer'>): void {
    this.#hopeful.delete(peer);
    this.#wake();
  }

  /** Nothing more is fetched. */
  close(): void {
    this.#isOver = true;
    for (const timer of this.#timers) timer.cancel();
    this.#wake();
  }

  async #gather(): Promise<void> {
    for await (const peer of this.#options.peers) {
      if (this.#isOver) return;
      const address = this.#addressIn(peer);
      if (address) this.#add(address);
    }
  }

  /** A name could lead anywhere, and a loopback address from another machine to what only this one may reach. */
  #addressIn(peer: string): PeerAddress | undefined {
    const normal = normalPeerAddress(peer);
    if (normal === undefined) return undefined;
    const address = parsePeerAddress(normal);
    const { host } = address;
    const { sender, allow } = this.#options;
    if (ipVersion(host) === undefined || !isUnicast(host) || !allow(host)) return undefined;
    return isLoopback(host) && !isLoopback(sender.host) ? undefined : address;
  }

  #add(address: PeerAddress): void {
    const peer = formatPeerAddress(address);
    if (this.#known.has(peer)) return;
    this.#known.add(peer);
    this.#hopeful.add(peer);
    this.#ready.push(address);
    this.#wake();
  }

  #after(delay: number, task: () => void): void {
    const timer = this.#clock.schedule(() => {
      this.#timers.delete(timer);
      task();
      this.#wake();
    }, delay);
    this.#timers.add(timer);
  }

  /** Waits until something has changed, but not longer than a time. */
  #pause(longest: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.schedule(resolve, longest);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}
