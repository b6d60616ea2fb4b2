// Passes on the events of the UDP node and the file server as events of the node.
import type { EventEmitter } from 'node:events';
import type { FileServer } from '@peerlane/tcp-transfer';
import type { UdpNode } from '@peerlane/udp-node';
import { describe } from './error-text.ts';
import type { NodeEvents } from './node-options.ts';

const ofUdp = ['peer', 'gone', 'request', 'offer', 'wire', 'heard', 'silent', 'converged'] as const;

const ofTcp = ['connection', 'asked', 'crowdedOut', 'sending', 'sent', 'tooLarge'] as const;

/** Emits on a node what its two sides emit. */
export function forwardEvents(udp: UdpNode, tcp: FileServer, node: EventEmitter<NodeEvents>): void {
  const to: EventEmitter = node;
  for (const event of ofUdp) (udp as EventEmitter).on(event, (value) => to.emit(event, value));
  for (const event of ofTcp) (tcp as EventEmitter).on(event, (value) => to.emit(event, value));
  tcp.on('wire', (event) => node.emit('transferWire', event));
  udp.on('warning', ({ message }) => node.emit('warning', message));
  tcp.on('warning', (error) => node.emit('warning', describe(error)));
}
