// What the package exports.
export {
  CatalogDecoder,
  encodeCatalogEntry,
  maxCatalogBytes,
  type CatalogEntry,
} from './catalog-entry.ts';
export { datagramForm, maxDatagramBytes, maxListBytes } from './datagram.ts';
export { digestBytes, isDigest } from './digest.ts';
export {
  splitDiscover,
  type DiscoverExtension,
  type DiscoverMessage,
  type SplitDiscoverOptions,
} from './discover.ts';
export { baseName, checkFilename, maxFilenameBytes } from './filename.ts';
export { type FileExtension, type FileMessage } from './file.ts';
export { type GetExtension, type GetMessage } from './get.ts';
export { type Extended } from './extension.ts';
export { type EntriesDecoder } from './entries-decoder.ts';
export { encodeFolderEntry, FoldersDecoder, type SharedFolderEntry } from './folder-entry.ts';
export { type FrameDecoder } from './frame-decoder.ts';
export { encodeRootInput, pieceCount, pieceLengthFor, type Manifest } from './manifest.ts';
export { decodeMessage, encodeMessage, type Message } from './message.ts';
export {
  ipVersion,
  isLinkLocal,
  isLoopback,
  isUnicast,
  isWildcard,
  normalHost,
  normalLocalHost,
  withoutZone,
  zoneOf,
} from './host.ts';
export {
  formatPeerAddress,
  hostOf,
  normalLocalPeerAddress,
  normalPeerAddress,
  parsePeerAddress,
  type PeerAddress,
} from './peer-address.ts';
export { ProtocolError, type ProtocolErrorCode } from './protocol-error.ts';
export { decodePieces, encodePieces } from './pieces.ts';
export {
  maxSendPeers,
  maxSentTextBytes,
  readSendOffer,
  sendOfferRequest,
  type SendFailure,
  type SendOffer,
  type SendState,
} from './send-offer.ts';
export {
  encodeTransferAnswer,
  TransferAnswerDecoder,
  type DecodedAnswer,
  type RefusalCode,
  type TransferAnswer,
  type TransferRefusal,
} from './transfer-answer.ts';
export {
  encodeTransferHeader,
  headerFilename,
  maxTransferSize,
  transferHeaderBytes,
  TransferHeaderDecoder,
  type DecodedHeader,
  type TransferHeader,
} from './transfer-header.ts';
export {
  encodeTransferRequest,
  maxRequestBytes,
  TransferRequestDecoder,
  type DecodedRequest,
  type TransferRequest,
  type TransferRequestV1,
  type TransferRequestV2,
} from './transfer-request.ts';
export {
  encodePackLine,
  maxPackBytes,
  PackLineDecoder,
  type DecodedPackLine,
  type PackLine,
} from './pack-line.ts';
export {
  encodeTreeEntry,
  isOnePiece,
  maxTreePageBytes,
  TreeDecoder,
  type TreeEntry,
  type TreeFile,
  type TreeFolder,
  type TreeOmission,
  type TreePath,
} from './tree-entry.ts';
export {
  checkTreePath,
  compareTreePaths,
  encodeTreeRootPart,
  maxTreeDepth,
  maxTreeEntries,
  maxTreePathBytes,
} from './tree-path.ts';
export { cutText } from './text.ts';
export { maxShownLength, shortText, shownText, visibleText } from './visible-text.ts';
