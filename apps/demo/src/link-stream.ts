// A connection whose rate is limited, as over a slow link.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A connection with a limited rate. */
export class LinkStream extends Duplex {
  readonly #socket: Socket;
  readonly #rate: () => number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** @param rate returns the current limit in bytes per second; `undefined` for none */
  constructor(socket: Socket, rate: () => number | undefined) {
    super();
    this.#socket = socket;
    this.#rate = rate;
    socket.on('data', (bytes: Buffer) => {
      const wanted = this.push(bytes);
      const limit = this.#rate();
      if (limit !== undefined) this.#rest((bytes.length / limit) * 1000);
      else if (!wanted) socket.pause();
    });
    socket.on('end', () => {
      this.#ended = true;
      this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => {
      if (!this.#ended) this.destroy(new Error('the connection was closed'));
    });
  }

  override _read(): void {
    if (this.#timer === undefined) this.#socket.resume();
  }

  override _write(
    bytes: Uint8Array,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#socket.write(bytes, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#socket.destroy();
    done(error);
  }

  /** Reads nothing for a number of milliseconds: data waits at the sender meanwhile. */
  #rest(milliseconds: number): void {
    this.#socket.pause();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.readableLength < this.readableHighWaterMark) this.#socket.resume();
    }, milliseconds);
  }
}
