// A whole node as a library, without the command line: published as `@peerlane/cli/node`. It exports
// every type that its API returns, so that a program needs no other package to name one.
export {
  ProtocolError,
  visibleText,
  type PeerAddress,
  type ProtocolErrorCode,
  type SendFailure,
} from '@peerlane/protocol';
export { ClusterKey, Keyring, SealError, type SealErrorCode } from '@peerlane/seal';
export {
  OrderedOutput,
  TemporaryFolder,
  TransferError,
  type CloseOptions,
  type Connect,
  type Download,
  type DownloadProgress,
  type Existing,
  type NameClash,
  type OfferOutcome,
  type OfferProgress,
  type SavedFile,
  type TransferErrorCode,
  type TransferWireEvent,
  type TreeDownload,
  type TreePath,
  type TreeProblem,
  type TreeProgress,
  type Upload,
} from '@peerlane/tcp-transfer';
export {
  openUdpTransport,
  type DatagramTransport,
  type Member,
  type Offer,
  type Receive,
  type UdpTransportOptions,
  type WireEvent,
} from '@peerlane/udp-node';
export { type GetProgress } from './get-file.ts';
export { type NodeFolderDownload, type NodeGetFolderOptions } from './get-folder.ts';
export { type OfferedContent } from '../search/offered-contents.ts';
export { type NodeDownload, type NodeGetOptions } from './get-into-folder.ts';
export { type NodeView } from './node-view.ts';
export { createNode, type PeerlaneNode } from './node.ts';
export { NodeError, type NodeErrorCode } from './node-error.ts';
export { type NodeEvents, type NodeOptions } from './node-options.ts';
export { type FoundContent, type FoundFile } from '../search/search-files.ts';
export { type FoundFolder } from '../search/search-folders.ts';
export { type IncompleteList, type SearchFilesOptions } from '../search/list-members.ts';
export { type SharedTotals } from './shared-totals.ts';
export type {
  FailedItem,
  IncomingSend,
  ItemProgress,
  ReceivedItem,
  ReceiveEvents,
  ReceiveOptions,
  SentItem,
  SentThing,
} from '../sends/incoming.ts';
export type {
  NodeSendOptions,
  LeftOut,
  PreparedItem,
  PreparedSend,
  PrepareSendOptions,
  SendItem,
  SendOutcome,
} from '../sends/outgoing.ts';
