export { systemClock, type Clock, type Timer } from './clock.ts';
export { DigestCache, type DigestCacheOptions } from './digest-cache.ts';
export {
  downloadVerified,
  type VerifiedDownload,
  type VerifiedDownloadOptions,
  type VerifiedProgress,
} from './download-verified.ts';
export {
  downloadFile,
  type Download,
  type DownloadEvent,
  type DownloadOptions,
  type DownloadProgress,
} from './download.ts';
export { startFileServer, type FileServer, type FileServerOptions } from './file-server.ts';
export { fetchCatalog, type CatalogOptions } from './fetch-catalog.ts';
export { type FileServerEvents, type Upload } from './file-server-events.ts';
export { type FileIdentity, type WrittenFile } from './file-identity.ts';
export { type FolderWatch, type FolderWatchEvents, type WatchFolder } from './folder-watch.ts';
export { HeldFolder, withPlainPaths, type AnchorOf } from './held-folder.ts';
export { clearUnfinished } from './leftovers.ts';
export { type KnownManifest } from './manifest-memory.ts';
export {
  Manifests,
  type LearnedFile,
  type ManifestRequest,
  type ManifestsOptions,
} from './manifests.ts';
export { resolveShared } from './named-way.ts';
export { openAt, type OpenedFile } from './open-inside.ts';
export { mayChange } from './ownership.ts';
export { type PaceLimits } from './pace.ts';
export { pinFolder, type PinnedFolder } from './pinned-folder.ts';
export { PieceHasher, type PieceHasherOptions } from './piece-hasher.ts';
export { type PeerConnectionOptions } from './peer-connection.ts';
export { type Source } from './swarm-options.ts';
export { type Connect } from './peer-reader.ts';
export { type Existing, type SavedFile } from './place-file.ts';
export { type NameClash } from './name-index.ts';
export { SendBuffers } from './send-buffers.ts';
export { serveConnection, type FoundFile, type ServeOptions } from './serve-connection.ts';
export {
  SharedFolder,
  type FileStatus,
  type ServedFiles,
  type SharedFile,
  type SharedFolderEvents,
  type SharedFolderOptions,
} from './shared-folder.ts';
export { type RunHasher } from './stream-hasher.ts';
export { checkTargetName, type TargetName } from './target-name.ts';
export { TemporaryFolder } from './temporary-folder.ts';
export { TransferError, type TransferErrorCode } from './transfer-error.ts';
export { type OnTransferWire, type TransferWireEvent } from './transfer-wire-event.ts';
