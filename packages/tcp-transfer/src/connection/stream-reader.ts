// The client's end of a connection: connects and waits for bytes, but not forever.
import type { Duplex } from 'node:stream';
import { formatPeerAddress, type PeerAddress } from '@peerlane/protocol';
import { checkAddress } from '../check-options.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { ConnectionKeys } from './connection-keys.ts';
import { connectReceiver, streamReceiver, type Receiver } from './receiver.ts';
import { resolvePace, type PaceLimits } from './pace.ts';
import type { RateLimit } from './rate-limit.ts';
import { sealedReceiver } from './sealed-receiver.ts';
import { loadTls } from './tls-settings.ts';
import { TransferError } from '../transfer-error.ts';
import { Watchdog } from './watchdog.ts';

/** Opens a byte stream to a peer. Rejects if it cannot be reached, or with the signal's reason. */
export type Connect = (address: PeerAddress, signal: AbortSignal) => Promise<Duplex>;

/** The options of a connection to a peer. */
export interface PeerConnectionOptions extends PaceLimits {
  readonly signal?: AbortSignal | undefined;
  /**
   * The keys of a sealed cluster, by which both sides prove that they are members.
   * @default none: the peer is of an open cluster
   */
  readonly keys?: ConnectionKeys | undefined;
  /** @default a TCP connection */
  readonly connect?: Connect | undefined;
  /** @default the time of this machine */
  readonly clock?: Clock;
}

type Connecting = Pick<PeerConnectionOptions, 'connect' | 'keys'>;

/** Reads what a peer sends. The wait for it ends by the limits of the pace or by a signal. */
export class StreamReader {
  readonly #signal: AbortSignal | undefined;
  readonly #limit: RateLimit | undefined;
  readonly #watchdog: Watchdog;
  readonly #control = new AbortController();
  #receiver: Receiver | undefined;
  #connected = false;
  #ended = false;
  #broken: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(
    pace: Required<PaceLimits>,
    clock: Clock,
    signal: AbortSignal | undefined,
    limit?: RateLimit,
  ) {
    this.#signal = signal;
    this.#limit = limit;
    this.#watchdog = new Watchdog(pace, clock, (error) => {
      this.#fail(error);
    });
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) this.#abort();
  }

  /**
   * Connects to a peer.
   *
   * @throws ProtocolError `bad-address`; TransferError `unreachable`, `not-member`; the reason of an
   * aborted signal; RangeError for limits out of range
   */
  static async open(
    address: PeerAddress,
    options: PeerConnectionOptions,
    limit?: RateLimit,
  ): Promise<StreamReader> {
    const { signal, clock = systemClock } = options;
    const reader = new StreamReader(resolvePace(options), clock, signal, limit);
    try {
      await reader.connect(address, options);
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  /** Whether more bytes may come. */
  get isOpen(): boolean {
    return !this.#ended && !this.#control.signal.aborted;
  }

  /** Why the connection broke, if it did. */
  get broken(): Error | undefined {
    return this.#broken;
  }

  /**
   * @throws ProtocolError `bad-address`; TransferError `unreachable`, `not-member`; the reason of an
   * aborted signal
   */
  async connect(address: PeerAddress, by: Connecting): Promise<void> {
    checkAddress(address);
    this.#control.signal.throwIfAborted();
    try {
      await this.#open(address, by);
    } catch (cause) {
      this.#signal?.throwIfAborted();
      if (TransferError.is(cause) && cause.code === 'not-member') throw cause;
      throw new TransferError(
        'unreachable',
        `could not connect to ${formatPeerAddress(address)}: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  async #open(address: PeerAddress, { connect, keys }: Connecting): Promise<void> {
    const events = {
      onConnect: () => {
        this.#connected = true;
        this.#wake();
      },
      onBytes: () => {
        this.#wake();
      },
      onEnd: (error?: Error) => {
        this.#ended = true;
        this.#broken = error;
        this.#wake();
      },
    };
    const bufferSize = this.#limit?.bufferSize;
    if (keys) {
      const tls = await loadTls();
      this.#control.signal.throwIfAborted();
      const seal = (stream?: Duplex): void => {
        const sealing = { tls, key: keys.first, address, ...(stream && { stream }) };
        this.#receiver = sealedReceiver(sealing, events, bufferSize);
        if (this.#control.signal.aborted) this.#receiver.destroy();
      };
      if (connect) connect(address, this.#control.signal).then(seal, events.onEnd);
      else seal();
    } else if (connect) {
      connect(address, this.#control.signal).then((stream) => {
        this.#receiver = streamReceiver(stream, events, bufferSize);
        if (this.#control.signal.aborted) this.#receiver.destroy();
        else events.onConnect();
      }, events.onEnd);
    } else {
      this.#receiver = connectReceiver(address, events, bufferSize);
    }
    await this.#until(() => this.#connected || this.#ended);
    if (!this.#connected) throw this.#broken ?? new Error('the connection was closed');
  }

  send(bytes: Uint8Array): void {
    this.#receiver?.send(bytes);
  }

  /** Prepares for this many more bytes. */
  expect(bytes: number): void {
    this.#receiver?.expect(bytes);
  }

  /**
   * Receives as many next bytes as this memory has into it, where that can be done and the rate is not
   * limited. It is in use until all have come, or the reader is closed.
   */
  lend(memory: Uint8Array): void {
    if (!this.#limit) this.#receiver?.lend(memory);
  }

  /**
   * Waits for the next bytes, which stay in place until they are released; `undefined` if no more will
   * come, because the peer has ended the connection or because it is {@link broken}.
   *
   * @throws TransferError `too-slow`; the reason of an aborted signal
   */
  async next(): Promise<Uint8Array | undefined> {
    let piece: Uint8Array | undefined;
    await this.#until(() => {
      piece = this.read();
      return piece !== undefined || this.#ended;
    });
    this.#watchdog.moved(piece?.length ?? 0);
    if (piece && this.#limit) {
      await this.#limit.waitFor(piece.length, this.#control.signal);
      this.#control.signal.throwIfAborted();
    }
    return piece;
  }

  /** The next bytes, if any have arrived already; they stay in place as those of `next` do. */
  read(): Uint8Array | undefined {
    return this.#receiver?.read();
  }

  /** The earliest bytes that are not released yet are no longer needed. */
  release(): void {
    this.#receiver?.release();
  }

  /** From now on any rate is enough, as long as something arrives. */
  allowSlow(): void {
    this.#watchdog.allowSlow();
  }

  /** Closes the connection. A wait for bytes fails. */
  close(reason: Error = new Error('the connection was closed')): void {
    this.#watchdog.stop();
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#fail(reason);
  }

  async #until(condition: () => boolean): Promise<void> {
    this.#control.signal.throwIfAborted();
    this.#watchdog.resume();
    for (;;) {
      this.#control.signal.throwIfAborted();
      if (condition()) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#watchdog.pause();
  }

  readonly #abort = (): void => {
    this.close(this.#signal?.reason as Error);
  };

  #fail(reason: unknown): void {
    this.#control.abort(reason);
    this.#receiver?.destroy();
    this.#wake();
  }
}
