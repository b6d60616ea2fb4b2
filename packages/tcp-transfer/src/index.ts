export { connectTcp, type Connect } from './connect.ts';
export { downloadFile, type Download, type DownloadOptions } from './download.ts';
export {
  startFileServer,
  type FileServer,
  type FileServerEvents,
  type FileServerOptions,
  type Upload,
} from './file-server.ts';
export { type SavedFile } from './incoming-file.ts';
export { serveConnection, type ServeEvents } from './serve-connection.ts';
export { SharedFolder, type SharedFile } from './shared-folder.ts';
export { TransferError, type TransferErrorCode } from './transfer-error.ts';
