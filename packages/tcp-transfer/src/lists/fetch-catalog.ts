// `fetchCatalog`: the list of files that a peer of version 2 shares.
import { CatalogDecoder, maxCatalogBytes, type CatalogEntry } from '@peerlane/protocol';
import { fetchList, type ListOptions } from './fetch-list.ts';

/** The peer whose catalog is fetched, and how. */
export type CatalogOptions = ListOptions;

/**
 * Lists the files that a peer shares, page by page as the list is consumed. Names are data: a file may
 * not be able to have such a name here, and no name is safe to print.
 *
 * @throws ProtocolError `bad-address`; RangeError if an option is out of range; while it is consumed,
 * TransferError: `refused` if the peer has no catalog to send, `bad-answer`, `unreachable`, `incomplete`, `too-slow`; the reason
 * of an aborted `signal`
 * @see docs/protocol.md, "Catalog"
 */
export function fetchCatalog(options: CatalogOptions): AsyncGenerator<CatalogEntry, void> {
  return fetchList(options, {
    request: { want: 'catalog' },
    name: 'catalog',
    maxPageBytes: maxCatalogBytes,
    decoder: () => new CatalogDecoder(),
  });
}
