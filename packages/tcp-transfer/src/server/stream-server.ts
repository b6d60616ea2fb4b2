// A TCP server for short exchanges that are no transfers: few connections, each for a short time.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { withoutZone, type PeerAddress } from '@peerlane/protocol';
import { systemClock, type Clock } from '../clock.ts';
import { machineOf } from '../limits/machine.ts';

/** Where a server listens, what it does with connections, and their bounds. */
export interface StreamServerOptions {
  /** An IP address, or a name that resolves to one. */
  readonly host: string;
  /** 0 to 65535; for 0 the system chooses a free port. */
  readonly port: number;
  /** Whether a host may connect. Others are cut off without a byte. */
  readonly allow: (host: string) => boolean;
  /** How many connections there may be. More are cut off. */
  readonly maxConnections: number;
  /** How many of these may come from one machine. */
  readonly maxConnectionsPerMachine: number;
  /** How long a connection may last, in milliseconds. */
  readonly timeout: number;
  /**
   * Handles a connection, which is closed when the promise settles. `signal` is aborted when its time is
   * over, or the server closes.
   */
  readonly onStream: (stream: Duplex, from: PeerAddress, signal: AbortSignal) => Promise<void>;
  /** @default the time of this machine */
  readonly clock?: Clock;
}

/**
 * Starts a server.
 *
 * @throws the system's error if the port cannot be bound
 */
export async function startStreamServer(options: StreamServerOptions): Promise<StreamServer> {
  const server = createServer({ noDelay: true });
  server.listen({ host: options.host, port: options.port });
  await once(server, 'listening');
  return new StreamServer(server, options);
}

/** A running server of streams. */
export class StreamServer {
  /** The address at which it listens; `host` is an IP address. */
  readonly address: PeerAddress;
  readonly #server: Server;
  readonly #options: StreamServerOptions;
  readonly #clock: Clock;
  /** The handling of each connection, and the machine that it counts for. */
  readonly #running = new Map<Promise<void>, string>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  /** Use {@link startStreamServer}. */
  constructor(server: Server, options: StreamServerOptions) {
    const { address, port } = server.address() as AddressInfo;
    this.address = { host: address, port };
    this.#server = server;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    server.on('connection', (socket) => {
      this.#accept(socket);
    });
    // A connection that could not be accepted concerns its client alone.
    server.on('error', () => undefined);
  }

  /** Accepts nothing more, ends every connection, and waits for their handlers. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#closing.abort(new Error('the server is closing'));
    await Promise.all(this.#running.keys());
    await closed;
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined);
    const { remoteAddress, remotePort } = socket;
    // An IPv4 address has this prefix on a socket of both versions.
    const host = remoteAddress?.replace(/^::ffff:/, '');
    // The zone of a link-local address is not part of it.
    const machine = host === undefined ? '' : machineOf(withoutZone(host));
    if (host === undefined || remotePort === undefined || !this.#admits(host, machine)) {
      socket.destroy();
      return;
    }
    const running = this.#handle(socket, { host, port: remotePort }).finally(() => {
      this.#running.delete(running);
    });
    this.#running.set(running, machine);
  }

  #admits(host: string, machine: string): boolean {
    const { allow, maxConnections, maxConnectionsPerMachine } = this.#options;
    const ofMachine = [...this.#running.values()].filter((each) => each === machine).length;
    return (
      !this.#closing.signal.aborted &&
      this.#running.size < maxConnections &&
      ofMachine < maxConnectionsPerMachine &&
      allow(host)
    );
  }

  async #handle(socket: Socket, from: PeerAddress): Promise<void> {
    const late = new AbortController();
    const timer = this.#clock.schedule(() => {
      late.abort(new Error(`the exchange took more than ${this.#options.timeout / 1000} s`));
    }, this.#options.timeout);
    const signal = AbortSignal.any([this.#closing.signal, late.signal]);
    const cutOff = (): void => {
      socket.destroy();
    };
    signal.addEventListener('abort', cutOff);
    try {
      await this.#options.onStream(socket, from, signal);
    } catch {
      // The handler tells what went wrong.
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', cutOff);
      socket.destroy();
    }
  }
}
