import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * How many bytes the system has taken from this process and the other side has not confirmed yet;
 * `undefined` where nobody tells. Only Linux does, and only Linux needs it: there a connection whose buffer
 * was full takes nothing until a third of it is free, which at a slow client lasts for minutes.
 */
export function unacknowledged(stream: Duplex): number | undefined {
  if (process.platform !== 'linux' || !(stream instanceof Socket)) return undefined;
  const { localPort, remotePort, remoteFamily } = stream;
  if (localPort === undefined || remotePort === undefined) return undefined;
  try {
    const table = readFileSync(`/proc/self/net/tcp${remoteFamily === 'IPv6' ? '6' : ''}`, 'latin1');
    return waitingBytes(table, localPort, remotePort);
  } catch {
    return undefined;
  }
}

/** Reads Linux' `/proc/net/tcp`, a line for each connection, whose numbers are hexadecimal. */
export function waitingBytes(
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
