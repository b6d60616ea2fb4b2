export { systemClock, type Clock, type Timer } from './clock.ts';
export { connectTcp, type Connect } from './connect.ts';
export { downloadFile, type Download, type DownloadOptions } from './download.ts';
export {
  startFileServer,
  type FileServer,
  type FileServerEvents,
  type FileServerOptions,
  type Upload,
} from './file-server.ts';
export { type FolderWatch, type FolderWatchEvents, type WatchFolder } from './folder-watch.ts';
export { type SavedFile } from './incoming-file.ts';
export { type NameClash } from './name-index.ts';
export { serveConnection, type ServeEvents } from './serve-connection.ts';
export {
  SharedFolder,
  type SharedFile,
  type SharedFolderEvents,
  type SharedFolderOptions,
} from './shared-folder.ts';
export { TransferError, type TransferErrorCode } from './transfer-error.ts';
