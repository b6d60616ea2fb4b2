export { splitDiscover, type DiscoverMessage } from './discover.ts';
export { baseName, checkFileName, maxFileNameBytes } from './file-name.ts';
export { type FileMessage } from './file.ts';
export { type GetMessage } from './get.ts';
export { decodeMessage, encodeMessage, type Message } from './message.ts';
export {
  formatPeerAddress,
  normalPeerAddress,
  parsePeerAddress,
  type PeerAddress,
} from './peer-address.ts';
export { ProtocolError, type ProtocolErrorCode } from './protocol-error.ts';
export {
  encodeTransferHeader,
  headerName,
  maxTransferSize,
  transferHeaderBytes,
  TransferHeaderDecoder,
  type TransferHeader,
} from './transfer-header.ts';
export {
  encodeTransferRequest,
  maxRequestBytes,
  TransferRequestDecoder,
  type TransferRequest,
} from './transfer-request.ts';
export { cutText } from './text.ts';
export { visibleText } from './visible-text.ts';
