// The receiving end of a connection, without timeouts: bytes are read piece by piece while more arrive.
import { createConnection, type OnReadOpts, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PeerAddress } from '@peerlane/protocol';
import { largeBuffer, ReceiveBuffers } from './receive-buffers.ts';

/** The events of a {@link Receiver}. */
export interface ReceiverEvents {
  /** There are bytes to read. */
  readonly onBytes: () => void;
  /** No more bytes will arrive; with an error if the connection broke. Called once. */
  readonly onEnd: (error?: Error) => void;
}

/** A connection whose bytes are read piece by piece while more arrive. */
export interface Receiver {
  send(bytes: Uint8Array): void;
  /** Prepares for this many more bytes. */
  expect(bytes: number): void;
  /**
   * Receives as many next bytes as this memory has into it, as far as that can be done: what is read then
   * lies at its place there, or elsewhere. It is in use until all have come, or the connection is destroyed.
   */
  lend(memory: Uint8Array): void;
  /**
   * The next bytes in order; `undefined` if there are none. They stay in place until `release` was
   * called once for each read up to this one.
   */
  read(): Uint8Array | undefined;
  /** The bytes of the earliest read are no longer needed. */
  release(): void;
  destroy(): void;
}

/**
 * Connects by TCP and receives into a few large buffers that are reused. `onConnect` is called once
 * the connection is made, `onEnd` if it cannot be made.
 *
 * @param bufferSize of the largest buffer, in bytes
 */
export function connectReceiver(
  address: PeerAddress,
  events: ReceiverEvents & { readonly onConnect: () => void },
  bufferSize: number = largeBuffer,
): Receiver {
  const open = (onread: OnReadOpts): Socket => {
    const socket = createConnection({ ...address, noDelay: true, onread });
    socket.once('connect', () => {
      events.onConnect();
    });
    return socket;
  };
  return bufferReceiver(open, events, bufferSize);
}

/**
 * Receives into a few large buffers that are reused, from a socket that is made to read into them.
 *
 * @param bufferSize of the largest buffer, in bytes
 */
export function bufferReceiver(
  open: (onread: OnReadOpts) => Socket,
  events: ReceiverEvents,
  bufferSize: number = largeBuffer,
): Receiver {
  const buffers = new ReceiveBuffers(bufferSize);
  let paused = false;
  const socket = open({
    buffer: () => buffers.next(),
    callback: (length) => {
      buffers.received(length);
      paused = !buffers.open;
      events.onBytes();
      return !paused;
    },
  });
  reportEnd(socket, events);
  return {
    send: (bytes) => socket.write(bytes),
    expect: (bytes) => {
      buffers.expect(bytes);
    },
    lend: (memory) => {
      buffers.lend(memory);
    },
    read: () => buffers.read(),
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
 * Receives from any duplex stream, which is paused while three buffers' worth of bytes are unreleased.
 *
 * @param bufferSize of the largest buffer, in bytes
 */
export function streamReceiver(
  stream: Duplex,
  events: ReceiverEvents,
  bufferSize: number = largeBuffer,
): Receiver {
  const maxUnreleased = 3 * bufferSize;
  const pieces: Uint8Array[] = [];
  let read = 0;
  let unreleased = 0;
  stream.on('data', (piece: Uint8Array) => {
    pieces.push(piece);
    unreleased += piece.length;
    if (unreleased > maxUnreleased) stream.pause();
    events.onBytes();
  });
  reportEnd(stream, events);
  return {
    send: (bytes) => stream.write(bytes),
    expect: () => undefined,
    lend: () => undefined,
    read: () => {
      const piece = pieces[read];
      if (piece) read += 1;
      return piece;
    },
    release: () => {
      if (read === 0) return;
      read -= 1;
      unreleased -= pieces.shift()!.length;
      if (unreleased <= maxUnreleased) stream.resume();
    },
    destroy: () => stream.destroy(),
  };
}

function reportEnd(stream: Duplex, { onEnd }: ReceiverEvents): void {
  let isReported = false;
  const report = (error?: Error): void => {
    if (isReported) return;
    isReported = true;
    onEnd(error);
  };
  stream.on('error', report);
  stream.on('end', () => {
    report();
  });
  stream.on('close', () => {
    report(new Error('the connection was closed'));
  });
}
