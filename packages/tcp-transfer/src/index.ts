export { systemClock, type Clock, type Timer } from './clock.ts';
export {
  downloadFile,
  type Download,
  type DownloadEvent,
  type DownloadOptions,
  type DownloadProgress,
} from './download.ts';
export {
  startFileServer,
  type FileServer,
  type FileServerEvents,
  type FileServerOptions,
  type Upload,
} from './file-server.ts';
export { type FolderWatch, type FolderWatchEvents, type WatchFolder } from './folder-watch.ts';
export { type PaceLimits } from './pace.ts';
export { type Connect } from './peer-reader.ts';
export { type SavedFile } from './place-file.ts';
export { type NameClash } from './name-index.ts';
export { SendBuffers } from './send-buffers.ts';
export { serveConnection, type FoundFile, type ServeOptions } from './serve-connection.ts';
export {
  SharedFolder,
  type SharedFile,
  type SharedFolderEvents,
  type SharedFolderOptions,
} from './shared-folder.ts';
export { TransferError, type TransferErrorCode } from './transfer-error.ts';
export { clearUnfinished } from './unfinished.ts';
