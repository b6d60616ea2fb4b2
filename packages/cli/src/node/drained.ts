import { setTimeout } from 'node:timers/promises';
import type { FileServer } from '@peerlane/tcp-transfer';

/** Between two looks, in milliseconds. */
const interval = 25;

/** A client of version 2 asks again and again: only after so long without it has it all. */
const settled = 500;

/**
 * Waits until a server has no connection, or none that is being answered any more, but no longer than
 * so many milliseconds.
 */
export async function drained(server: FileServer, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  let busyAt = performance.now();
  for (let now = busyAt; now < end; now = performance.now()) {
    const { connections, busy } = server.load;
    if (busy > 0) busyAt = now;
    if (connections === 0 || now - busyAt >= settled) return;
    await setTimeout(interval);
  }
}
