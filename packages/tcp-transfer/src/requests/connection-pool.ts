// Connections of version 2 that several downloads use, so that each peer has one and not one a file.
import { formatPeerAddress, type PeerAddress } from '@peerlane/protocol';
import { systemClock, type Timer } from '../clock.ts';
import type { RateLimit } from '../connection/rate-limit.ts';
import type { PeerConnectionOptions } from '../connection/stream-reader.ts';
import type { HeldReader } from './held-reader.ts';
import { PeerConnection } from './peer-connection.ts';
import { PeerLine, type PooledStream } from './peer-line.ts';

/** How the connections of a pool are made. */
export type ConnectionPoolOptions = Omit<PeerConnectionOptions, 'signal'>;

/** How long a connection stays open that nobody uses, in milliseconds: it has a place at its peer. */
const maxIdleTime = 1000;

/** At most this many connections stay open that nobody uses. */
const maxIdle = 64;

/**
 * Connections to peers of version 2, kept for the next request. Downloads of small files take turns on one
 * connection to each peer, request by request; one of a file of more than a mebibyte has a connection of its own
 * meanwhile. A connection that nobody uses is closed after a second.
 */
export class ConnectionPool implements Disposable {
  readonly #options: ConnectionPoolOptions;
  readonly #lines = new Map<RateLimit | undefined, Map<string, PeerLine>>();
  /** The idle connections, that which has been idle longest first. */
  readonly #idle = new Map<PooledStream, Timer>();
  #closedBy: Error | undefined;

  constructor(options: ConnectionPoolOptions = {}) {
    this.#options = options;
  }

  /**
   * A connection to a peer, opened only if there is none. It is of the caller alone and must be closed.
   *
   * @param signal closes it with its reason
   * @param limit how fast to receive: connections are used again only under the same limit
   * @throws ProtocolError `bad-address`; TransferError `unreachable`, `not-member`; the reason of an
   * aborted signal; that with which the pool was closed
   * @internal
   */
  async connect(
    address: PeerAddress,
    signal: AbortSignal,
    limit?: RateLimit,
  ): Promise<PeerConnection> {
    await this.#lineTo(address, limit).reach(signal);
    const acquire = async (until: AbortSignal): Promise<HeldReader> =>
      this.#lineTo(address, limit).acquire(until);
    return PeerConnection.sharing({ acquire }, signal);
  }

  /**
   * Closes all connections, also those in use.
   *
   * @param reason what requests fail with
   */
  close(reason: Error = new Error('the connections were closed')): void {
    this.#closedBy ??= reason;
    for (const lines of this.#lines.values()) for (const line of lines.values()) line.close(reason);
    this.#lines.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #lineTo(address: PeerAddress, limit: RateLimit | undefined): PeerLine {
    if (this.#closedBy) throw this.#closedBy;
    const lines = this.#lines.get(limit) ?? new Map<string, PeerLine>();
    this.#lines.set(limit, lines);
    const key = formatPeerAddress(address);
    const known = lines.get(key);
    if (known) return known;
    const line = new PeerLine({
      ...{ address, limit, connecting: this.#options },
      onIdle: this.#idles,
      onBusy: this.#busies,
      onEmpty: () => {
        if (lines.get(key) === line) lines.delete(key);
        if (lines.size === 0) this.#lines.delete(limit);
      },
    });
    lines.set(key, line);
    return line;
  }

  readonly #idles = (stream: PooledStream): void => {
    const { clock = systemClock } = this.#options;
    this.#idle.set(stream, clock.schedule(stream.close, maxIdleTime));
    if (this.#idle.size > maxIdle) this.#idle.keys().next().value?.close();
  };

  readonly #busies = (stream: PooledStream): void => {
    this.#idle.get(stream)?.cancel();
    this.#idle.delete(stream);
  };
}
