// Answers a request for a page of the catalog: the names, sizes, times and roots of served files.
import { encodeCatalogEntry, type TransferRequestV2 } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';
import { answerList } from './list-page.ts';
import type { ServedLibrary } from './served-library.ts';

/**
 * Answers a request for a page of the catalog.
 *
 * @throws Error if the connection fails
 * @see docs/protocol.md, "Catalog"
 */
export async function answerCatalog(
  wanted: Pick<TransferRequestV2, 'cursor' | 'match'>,
  connection: StreamWriter,
  library: ServedLibrary,
): Promise<void> {
  const list = {
    namesAfter: library.files.namesAfter.bind(library.files),
    matched: (name: string) => name,
    lineOf: (name: string) => lineOf(name, library),
  };
  await answerList(wanted, list, connection);
}

/** The line of the file with a name; `undefined` if the file is gone. */
async function lineOf(
  name: string,
  { files, manifests }: ServedLibrary,
): Promise<Uint8Array | undefined> {
  const file = await files.statusOf(name);
  if (!file) return undefined;
  const root = manifests?.known(file)?.root;
  return encodeCatalogEntry({
    filename: file.filename,
    size: file.size,
    mtime: Number(file.identity.mtimeNs / 1_000_000n),
    ...(root !== undefined && { root }),
  });
}
