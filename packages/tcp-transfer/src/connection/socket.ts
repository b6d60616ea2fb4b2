// The features that only a socket of the system has: resets, and counts of unacknowledged bytes.
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Ends a connection by a reset, so that the other side cannot mistake it for a clean end. A stream
 * without resets is destroyed.
 */
export function reset(stream: Duplex): void {
  // A socket that was ended can no longer be reset.
  if (stream instanceof Socket && !stream.destroyed && !stream.writableEnded)
    stream.resetAndDestroy();
  else stream.destroy();
}

/**
 * Whether a stream no longer uses the bytes of a write once the write's callback runs. A TLS socket is
 * a socket too, and encrypts into memory of its own. Other streams may pass on the very bytes.
 */
export function releasesWrittenBytes(stream: Duplex): boolean {
  return stream instanceof Socket;
}

/**
 * How many bytes the system has accepted from this process and the other side has not acknowledged
 * yet; `undefined` where the system does not say. Only Linux does, and only Linux needs it: there a
 * full send buffer accepts nothing until a third of it is free, which takes minutes with a slow client.
 */
export function unacknowledged(stream: Duplex): number | undefined {
  if (process.platform !== 'linux' || !(stream instanceof Socket)) return undefined;
  const { localPort, remotePort, remoteFamily } = stream;
  if (localPort === undefined || remotePort === undefined) return undefined;
  try {
    const table = readFileSync(`/proc/self/net/tcp${remoteFamily === 'IPv6' ? '6' : ''}`, 'latin1');
    return unacknowledgedIn(table, localPort, remotePort);
  } catch {
    return undefined;
  }
}

/** Reads Linux' `/proc/net/tcp`: one line for each connection, with hexadecimal numbers. */
export function unacknowledgedIn(
  table: string,
  localPort: number,
  remotePort: number,
): number | undefined {
  for (const line of table.split('\n').slice(1)) {
    const [, local, remote, , queues] = line.trim().split(/\s+/);
    if (portOf(local) === localPort && portOf(remote) === remotePort)
      return Number.parseInt(queues ?? '0', 16);
  }
  return undefined;
}

function portOf(address: string | undefined): number {
  return Number.parseInt(address?.split(':')[1] ?? '', 16);
}
