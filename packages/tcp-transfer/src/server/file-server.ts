// A TCP server of files: accepts connections within bounds, and serves each of them.
import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  formatPeerAddress,
  normalLocalHost,
  withoutZone,
  type PeerAddress,
} from '@peerlane/protocol';
import type { Clock, Timer } from '../clock.ts';
import { reset } from '../connection/socket.ts';
import { Admission, type Decision } from '../limits/admission.ts';
import { Drain, type CloseOptions, type ServerLoad } from '../limits/drain.ts';
import type { FileServerEvents, FoundFile } from './file-server-events.ts';
import {
  resolveFileServerOptions,
  type FileServerOptions,
  type FileServerSettings,
} from './file-server-options.ts';
import { machineOf } from '../limits/machine.ts';
import { ReaderSpeed } from '../limits/reader-speed.ts';
import { OnceAMinute } from '../limits/once-a-minute.ts';
import { RequestRate } from '../limits/request-rate.ts';
import { TransferError } from '../transfer-error.ts';
import { SendBuffers } from './send-buffers.ts';
import type { ServerConnection } from './server-connection.ts';
import { serveConnection } from './serve-connection.ts';

/**
 * Starts to serve files by TCP.
 *
 * @throws the system's error if the port cannot be bound; RangeError for options that make no sense
 */
export async function startFileServer(options: FileServerOptions): Promise<FileServer> {
  const settings = resolveFileServerOptions(options);
  const admission = new Admission(settings.admission);
  // A client that has asked may close its own side and still get its file.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  await once(server, 'listening');
  return new FileServer(server, settings, admission);
}

/** A running file server. */
export class FileServer extends EventEmitter<FileServerEvents> {
  /** The address at which the server listens; `host` is an IP address. */
  readonly address: PeerAddress;
  readonly #server: Server;
  readonly #settings: FileServerSettings;
  readonly #clock: Clock;
  readonly #admission: Admission;
  readonly #rate: RequestRate;
  readonly #connections = new Map<number, ServerConnection>();
  readonly #serving = new Set<Promise<void>>();
  readonly #buffers = new SendBuffers();
  /** The machines whose failed handshakes were told. */
  readonly #strangers = new OnceAMinute();
  #lastId = 0;
  #nextLook: Timer | undefined;
  #drain: Drain | undefined;
  #closed: Promise<void> | undefined;

  /** Use {@link startFileServer}. */
  constructor(server: Server, settings: FileServerSettings, admission: Admission) {
    super();
    const { address, port } = server.address() as AddressInfo;
    this.address = { host: address, port };
    this.#server = server;
    this.#settings = settings;
    this.#clock = settings.clock;
    this.#admission = admission;
    this.#rate = new RequestRate(settings.requestRate, settings.clock);
    server.on('connection', (socket) => {
      this.#acceptSocket(socket);
    });
    server.on('error', (error) => {
      this.#warn(error);
    });
  }

  /**
   * Serves a connection that was accepted elsewhere, within the same bounds.
   *
   * @param stream a duplex stream from which nothing has been read
   * @param from the address of the client: the connections of one address have a bound of their own
   */
  accept(stream: Duplex, from: PeerAddress): void {
    const id = (this.#lastId += 1);
    // The zone of a link-local address is not part of it, but is needed to connect to it.
    const [bare, host] = [withoutZone(from.host), normalLocalHost(from.host) ?? from.host];
    const [machine, speed] = [machineOf(bare), new ReaderSpeed()];
    this.#connections.set(id, {
      stream,
      client: formatPeerAddress({ host: bare, port: from.port }),
      ...{ host, machine, speed, admitted: false, busy: false },
    });
    // The function that serves the stream reports its errors; later ones need no report.
    stream.on('error', () => undefined);
    stream.on('close', () => {
      this.#connections.get(id)?.linger?.cancel();
      this.#connections.delete(id);
      this.#apply(this.#admission.leave(id, this.#clock.now()));
      this.#drain?.update(this.load);
    });
    if (this.#drain) stream.destroy();
    else this.#apply(this.#admission.arrive(id, machine, this.#clock.now(), speed));
  }

  /** How many connections there are, and how many of them are being answered. */
  get load(): ServerLoad {
    const busy = [...this.#connections.values()].filter((connection) => connection.busy);
    return { connections: this.#connections.size, busy: busy.length };
  }

  /**
   * Stops the server. Without `drain` running transfers are cut off at once. With it no more
   * connections are accepted, those that wait are closed, and running transfers may finish within
   * that time. A further call may shorten the time.
   */
  close({ drain = 0 }: CloseOptions = {}): Promise<void> {
    this.#drain ??= new Drain(this.#clock);
    this.#drain.limit(drain);
    this.#closed ??= this.#close(this.#drain);
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(drain: Drain): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#nextLook?.cancel();
    for (const { stream, admitted } of this.#connections.values()) if (!admitted) reset(stream);
    drain.update(this.load);
    await drain.over;
    for (const { stream, busy } of this.#connections.values()) {
      if (busy) reset(stream);
      else stream.destroy();
    }
    await closed;
    await Promise.all(this.#serving);
  }

  #acceptSocket(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // The client is gone already.
    if (remoteAddress === undefined || remotePort === undefined) socket.destroy();
    else this.accept(socket, { host: remoteAddress, port: remotePort });
  }

  #apply(decisions: readonly Decision[]): void {
    if (this.#drain) return;
    for (const { type, id } of decisions) {
      const connection = this.#connections.get(id);
      if (!connection) continue;
      if (type === 'admit') {
        const serving = this.#serve(id, connection).finally(() => this.#serving.delete(serving));
        this.#serving.add(serving);
      } else {
        reset(connection.stream);
        this.emit('crowdedOut', connection.client);
      }
    }
    this.#nextLook?.cancel();
    const nextLook = this.#admission.nextLook();
    this.#nextLook =
      nextLook === undefined
        ? undefined
        : this.#clock.schedule(
            () => {
              this.#apply(this.#admission.look(this.#clock.now()));
            },
            Math.max(0, nextLook - this.#clock.now()),
          );
  }

  #warn(error: Error): void {
    const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
    // The process has no file descriptor left: closing idle connections frees some.
    if (code === 'EMFILE' || code === 'ENFILE') this.#apply(this.#admission.shed());
    this.emit('warning', error);
  }

  async #serve(id: number, connection: ServerConnection): Promise<void> {
    const { stream, client, host, machine, speed } = connection;
    connection.admitted = true;
    speed.start(this.#clock.now());
    this.emit('connection', client);
    const report =
      (event: 'sending' | 'sent' | 'tooLarge') =>
      ({ filename, size }: FoundFile): void => {
        this.emit(event, { client, filename, size });
      };
    try {
      const { library, pace, offers, ...settings } = this.#settings;
      const { requestTimeout, catalog, protocol, keys, limit, folders } = settings;
      await serveConnection(stream, library, {
        ...pace,
        ...{ requestTimeout, catalog, protocol, keys, limit, folders },
        receiving: offers && { offers, host },
        clock: this.#clock,
        buffers: this.#buffers,
        machine,
        meter: speed,
        turn: (cost, signal) => this.#rate.turn(machine, cost, signal),
        onAsked: (filename) => {
          connection.busy = true;
          this.#admission.busy(id);
          this.#drain?.update(this.load);
          if (filename !== undefined) this.emit('asked', { client, filename });
        },
        onAnswered: () => {
          this.#becomeIdle(id, connection);
        },
        onSending: report('sending'),
        onSent: report('sent'),
        onTooLarge: report('tooLarge'),
        ...(this.listenerCount('wire') > 0 && {
          onWire: (direction, what) => this.emit('wire', { direction, client, ...what }),
        }),
      });
    } catch (cause) {
      const reason = (cause as Error).message;
      const isStranger = TransferError.is(cause) && cause.code === 'not-member';
      const isTold = isStranger && !this.#strangers.allows(machine, this.#clock.now());
      if (!this.#drain?.isOver && !isTold)
        this.#warn(new Error(`could not serve ${client}: ${reason}`, { cause }));
    }
    connection.busy = false;
    if (stream.destroyed) return;
    this.#becomeIdle(id, connection);
    // The client closes when it has read all; a client that does not is closed after a while.
    connection.linger = this.#clock.schedule(
      () => stream.destroy(),
      this.#settings.pace.idleTimeout,
    );
  }

  #becomeIdle(id: number, connection: ServerConnection): void {
    connection.busy = false;
    this.#admission.idle(id, this.#clock.now());
    this.#drain?.update(this.load);
  }
}
