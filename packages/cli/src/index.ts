export { openUdpTransport, type DatagramTransport } from '@peerlane/udp-node';
export { TemporaryFolder, type Connect } from '@peerlane/tcp-transfer';
export {
  createNode,
  type NodeDownload,
  type NodeGetOptions,
  type PeerlaneNode,
} from './node/node.ts';
export { type GetProgress } from './node/get-file.ts';
export { type NodeEvents, type NodeOptions } from './node/node-options.ts';
export { NodeError, type NodeErrorCode } from './node/node-error.ts';
export { type FoundContent, type FoundName } from './node/search-files.ts';
export { jsonEventSchema } from './output/json-events.ts';
export type * from './output/json-events.ts';
export { type SharedTotals } from './node/shared-totals.ts';
