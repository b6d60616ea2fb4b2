import { createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PeerAddress } from '@peerlane/protocol';
import { largeBuffer, ReceiveBuffers } from './receive-buffers.ts';

/** What is told about the bytes that come in on a connection. */
export interface IncomingEvents {
  /** There are bytes to be taken. */
  readonly onBytes: () => void;
  /** Nothing more will come; with an error where the connection broke. Told once. */
  readonly onEnd: (error?: Error) => void;
}

/** A connection whose bytes are taken piece by piece while further ones come in. */
export interface Incoming {
  send(bytes: Uint8Array): void;
  /** So many more bytes are to come. */
  expect(bytes: number): void;
  /**
   * The next bytes in order; `undefined` for none. They stay in place until there was a `release` for
   * each piece that was taken up to them.
   */
  take(): Uint8Array | undefined;
  /** The first of the pieces that were taken has been used up. */
  release(): void;
  destroy(): void;
}

/**
 * Connects by TCP and receives into a few large buffers that are used again and again. `onConnect`
 * is called when the connection stands; `onEnd` where it does not come to be.
 *
 * @param bufferSize of the largest, in bytes
 */
export function connectIncoming(
  address: PeerAddress,
  events: IncomingEvents & { readonly onConnect: () => void },
  bufferSize: number = largeBuffer,
): Incoming {
  const buffers = new ReceiveBuffers(bufferSize);
  let paused = false;
  const socket: Socket = createConnection({
    ...address,
    noDelay: true,
    onread: {
      buffer: () => buffers.next(),
      callback: (length) => {
        buffers.received(length);
        paused = !buffers.open;
        events.onBytes();
        return !paused;
      },
    },
  });
  socket.once('connect', () => {
    events.onConnect();
  });
  tellEnd(socket, events);
  return {
    send: (bytes) => socket.write(bytes),
    expect: (bytes) => {
      buffers.expect(bytes);
    },
    take: () => buffers.take(),
    release: () => {
      buffers.release();
      if (!paused || !buffers.open) return;
      paused = false;
      socket.resume();
    },
    destroy: () => socket.destroy(),
  };
}

/**
 * Receives from any duplex stream, which is read on until four buffers would be full.
 *
 * @param bufferSize of the largest, in bytes
 */
export function streamIncoming(
  stream: Duplex,
  events: IncomingEvents,
  bufferSize: number = largeBuffer,
): Incoming {
  const maxWaiting = 4 * bufferSize;
  const pieces: Uint8Array[] = [];
  let taken = 0;
  let waiting = 0;
  stream.on('data', (piece: Uint8Array) => {
    pieces.push(piece);
    waiting += piece.length;
    if (waiting > maxWaiting) stream.pause();
    events.onBytes();
  });
  tellEnd(stream, events);
  return {
    send: (bytes) => stream.write(bytes),
    expect: () => undefined,
    take: () => {
      const piece = pieces[taken];
      if (piece) taken += 1;
      return piece;
    },
    release: () => {
      if (taken === 0) return;
      taken -= 1;
      waiting -= pieces.shift()!.length;
      if (waiting <= maxWaiting) stream.resume();
    },
    destroy: () => stream.destroy(),
  };
}

function tellEnd(stream: Duplex, { onEnd }: IncomingEvents): void {
  let told = false;
  const tell = (error?: Error): void => {
    if (told) return;
    told = true;
    onEnd(error);
  };
  stream.on('error', tell);
  stream.on('end', () => {
    tell();
  });
  stream.on('close', () => {
    tell(new Error('the connection was closed'));
  });
}
