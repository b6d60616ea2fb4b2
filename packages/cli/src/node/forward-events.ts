// Passes on the events of the parts of a node as events of the node.
import type { EventEmitter } from 'node:events';
import { describe } from './error-text.ts';
import type { NodeEvents } from './node-options.ts';
import type { Running } from './start-parts.ts';

const ofUdp = ['peer', 'gone', 'request', 'offer', 'wire', 'heard', 'silent', 'converged'] as const;

const ofTcp = ['connection', 'asked', 'crowdedOut', 'sending', 'sent', 'tooLarge'] as const;

/** Emits on a node what its parts emit. */
export function forwardEvents(
  { udp, tcp, library }: Running,
  node: EventEmitter<NodeEvents>,
): void {
  const to: EventEmitter = node;
  for (const event of ofUdp) (udp as EventEmitter).on(event, (value) => to.emit(event, value));
  for (const event of ofTcp) (tcp as EventEmitter).on(event, (value) => to.emit(event, value));
  library.folder?.on('clash', (clash) => node.emit('clash', clash));
  tcp.on('wire', (event) => node.emit('transferWire', event));
  udp.on('warning', (warning) => node.emit('warning', warning.message, warning));
  tcp.on('warning', (error) => {
    if (!hasLeft(error.cause)) node.emit('warning', describe(error));
  });
}

/** Whether a client has closed its connection, as one does that has got the rest from other sources. */
function hasLeft(cause: unknown): boolean {
  const { code = '' } = (cause ?? {}) as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ECONNRESET';
}
