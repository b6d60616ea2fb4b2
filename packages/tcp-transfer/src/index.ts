// The API of the package: serving, downloading, and every type of both.
export {
  ProtocolError,
  visibleText,
  type CatalogEntry,
  type Manifest,
  type PeerAddress,
  type ProtocolErrorCode,
  type SharedFolderEntry,
  type TreePath,
} from '@peerlane/protocol';
export {
  type FetchContext,
  type IncomingOffer,
  type OfferAnswer,
  type OfferReceiver,
} from './sends/incoming-send.ts';
export type {
  OfferedItem,
  OfferOutcome,
  OfferProgress,
  OfferToOptions,
  ReceiverAddress,
} from './sends/offer-outcome.ts';
export { IncomingOffers, type IncomingOffersOptions } from './sends/incoming-offers.ts';
export { type Decision } from './sends/send-record.ts';
export { offerTo } from './sends/offer-to.ts';
export { type OfferContext } from './sends/answer-offer.ts';
export { measureTree, type MeasureTreeOptions, type TreeMeasure } from './trees/measure-tree.ts';
export { systemClock, type Clock, type Timer } from './clock.ts';
export { ManifestCache, type ManifestCacheOptions } from './manifests/manifest-cache.ts';
export {
  download,
  isSpent,
  type AnyDownloadOptions,
  type VersionedSource,
} from './download/download.ts';
export { downloadVerified } from './download/download-verified.ts';
export type {
  VerifiedDownload,
  VerifiedDownloadOptions,
  VerifiedProgress,
} from './download/verified-options.ts';
export { downloadFile } from './download/download-file.ts';
export type {
  Download,
  DownloadEvent,
  DownloadOptions,
  DownloadProgress,
} from './download/download-options.ts';
export { type CloseOptions, type ServerLoad } from './limits/drain.ts';
export { startFileServer, type FileServer } from './server/file-server.ts';
export { type FileServerOptions } from './server/file-server-options.ts';
export { fetchCatalog, type CatalogOptions } from './lists/fetch-catalog.ts';
export { type ListOptions } from './lists/fetch-list.ts';
export { downloadTree } from './tree-download/download-tree.ts';
export type {
  OtherTree,
  TreeDownload,
  TreeDownloadOptions,
  TreeProblem,
  TreeProgress,
} from './tree-download/tree-options.ts';
export { fetchFolders, type FoldersOptions } from './lists/fetch-folders.ts';
export { keptFile, type KeptFile } from './download/kept-file.ts';
export type {
  FileServerEvents,
  FoundFile,
  OnTransferWire,
  TransferWireEvent,
  Upload,
} from './server/file-server-events.ts';
export { type FileIdentity } from './sharing/file-identity.ts';
export {
  type FolderWatch,
  type FolderWatchEvents,
  type WatchFolder,
} from './sharing/watch-folder.ts';
export { HeldFolder, withPlainPaths, type AnchorOf, type Identity } from './paths/held-folder.ts';
export { isDiskError } from './storage/disk-error.ts';
export { leftFiles, removeLeftFiles } from './storage/clean-folder.ts';
export { type LeftFile } from './leftovers/left-files.ts';
export { clearUnfinished, hasUnfinished } from './leftovers/leftovers.ts';
export { PartialFiles, type PartialFile } from './manifests/partial-files.ts';
export { type KnownManifest } from './manifests/known-manifest.ts';
export {
  ManifestStore,
  type LearnedFile,
  type ManifestRequest,
  type ManifestStoreOptions,
} from './manifests/manifest-store.ts';
export { machineOf } from './limits/machine.ts';
export { RateLimit } from './connection/rate-limit.ts';
export { ConnectionPool, type ConnectionPoolOptions } from './requests/connection-pool.ts';
export { type PaceLimits } from './connection/pace.ts';
export { type SpeedMeter } from './limits/speed-meter.ts';
export { PieceHasher, type PieceHasherOptions } from './hashing/piece-hasher.ts';
export { type PeerConnectionOptions } from './connection/stream-reader.ts';
export { OrderedOutput } from './swarm/ordered-output.ts';
export { type Source } from './swarm/swarm-options.ts';
export { type ConnectionKey, type ConnectionKeys } from './connection/connection-keys.ts';
export { type Connect } from './connection/stream-reader.ts';
export { type Existing, type SavedFile } from './storage/place-file.ts';
export { type WrittenFile } from './paths/written-file.ts';
export { type NameClash } from './names/name-index.ts';
export { openLibrary, type Library, type LibraryOptions } from './server/open-library.ts';
export { type ServedLibrary } from './answers/served-library.ts';
export {
  startStreamServer,
  type StreamServer,
  type StreamServerOptions,
} from './server/stream-server.ts';
export { openStream, type OpenStreamOptions } from './connection/open-stream.ts';
export { SendBuffers } from './server/send-buffers.ts';
export { serveConnection } from './server/serve-connection.ts';
export { type ServeOptions } from './server/serve-options.ts';
export type {
  FileStatus,
  OpenFileOptions,
  ServedFiles,
  SharedFile,
} from './sharing/served-files.ts';
export type {
  FolderEntry,
  OmissionReason,
  ServedFolder,
  ServedFolders,
} from './sharing/served-folders.ts';
export {
  SharedFolder,
  type SharedFolderEvents,
  type SharedFolderOptions,
} from './sharing/shared-folder.ts';
export { SharedFiles } from './sharing/shared-files.ts';
export { type RunHasher } from './hashing/run-hasher.ts';
export { type RunWrite, type WrittenPart } from './hashing/hash-worker.ts';
export { sizeText } from './size-text.ts';
export { checkTargetName, type TargetName } from './storage/target-name.ts';
export { TemporaryFolder } from './storage/temporary-folder.ts';
export { TransferError, type TransferErrorCode } from './transfer-error.ts';
