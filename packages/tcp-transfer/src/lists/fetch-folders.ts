// `fetchFolders`: the list of folders that a peer of version 2 shares.
import { FoldersDecoder, maxCatalogBytes, type SharedFolderEntry } from '@peerlane/protocol';
import { fetchList, type ListOptions } from './fetch-list.ts';

/** The peer whose folders are listed, and how. */
export type FoldersOptions = ListOptions;

/**
 * Lists the folders that a peer shares, page by page as the list is consumed. Names are data: no name is
 * safe to print.
 *
 * @throws ProtocolError `bad-address`; RangeError if an option is out of range; while it is consumed,
 * TransferError: `refused` if the peer has no such list to send, `bad-answer`, `unreachable`, `incomplete`,
 * `too-slow`; the reason of an aborted `signal`
 * @see docs/protocol.md, "Folders"
 */
export function fetchFolders(options: FoldersOptions): AsyncGenerator<SharedFolderEntry, void> {
  return fetchList(options, {
    request: { want: 'folders' },
    name: 'list of folders',
    maxPageBytes: maxCatalogBytes,
    decoder: () => new FoldersDecoder(),
  });
}
