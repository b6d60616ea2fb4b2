export { openUdpTransport, type DatagramTransport } from '@peerlane/udp-node';
export { type Connect } from '@peerlane/tcp-transfer';
export { createNode, type NodeGetOptions, type PeerlaneNode } from './node.ts';
export { type NodeEvents, type NodeOptions } from './node-options.ts';
export { NodeError, type NodeErrorCode } from './node-error.ts';
export { type FoundContent, type FoundName } from './search-files.ts';
export { jsonEventSchema } from './json-events.ts';
export type * from './json-events.ts';
export { type SharedTotals } from './shared-totals.ts';
