// Answers a request for a page of the list of served folders.
import { encodeFolderEntry, type TransferRequestV2 } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';
import type { ServedFolders } from '../sharing/served-folders.ts';
import { jsonBytes } from '../folders/line-length.ts';
import { answerList } from './list-page.ts';

/**
 * How long a name may be as text of JSON, in bytes: it must fit into the line of a request, as a cursor or
 * as the name of a folder.
 */
const maxNameBytes = 6000;

/**
 * Answers a request for a page of the list of folders.
 *
 * @throws Error if the connection fails
 * @see docs/protocol.md, "Folders"
 */
export async function answerFolders(
  wanted: Pick<TransferRequestV2, 'cursor' | 'match'>,
  connection: StreamWriter,
  folders: ServedFolders,
): Promise<void> {
  const list = {
    namesAfter: folders.namesAfter.bind(folders),
    matched: (path: string) => path.slice(path.lastIndexOf('/') + 1),
    lineOf: (filename: string) => Promise.resolve(lineOf(filename)),
  };
  await answerList(wanted, list, connection);
}

/** The line of a folder; `undefined` if no request could name it. */
function lineOf(filename: string): Uint8Array | undefined {
  if (jsonBytes(filename) > maxNameBytes) return undefined;
  return encodeFolderEntry({ filename });
}
