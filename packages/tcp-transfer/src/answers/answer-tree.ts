// Answers a request for a page of a tree: everything below a folder, with the digests of its files.
import type { TransferRequestV2 } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';
import type { ServedFolder } from '../sharing/served-folders.ts';
import { placeOf } from '../folders/entry-path.ts';
import type { FolderContext } from './folder-context.ts';
import { jsonBytes, pathRoom } from '../folders/line-length.ts';
import { sendPage } from './list-page.ts';
import { refuse } from './refuse.ts';
import { TreeLines } from '../folders/tree-lines.ts';
import { treePage } from './tree-page.ts';
import { TreeWalk } from '../folders/tree-walk.ts';

/**
 * Answers a request for a page of the tree of a folder. A cursor is the path of the last entry of the page
 * before: the server remembers nothing between two pages.
 *
 * @throws the system's error if no file can be opened; Error if the connection fails
 * @see docs/protocol.md, "Tree"
 */
export async function answerTree(
  folder: ServedFolder,
  { filename = '', cursor }: Pick<TransferRequestV2, 'filename' | 'cursor'>,
  connection: StreamWriter,
  context: FolderContext,
): Promise<void> {
  const after = cursor === undefined ? undefined : placeOf(cursor);
  if (cursor !== undefined && !after) {
    await refuse(connection, 'bad-request', 'no page of a tree begins at that cursor');
    return;
  }
  // A client must be able to ask for what comes after each entry, by the name that it knows.
  const room = pathRoom(filename);
  const walk = new TreeWalk(folder, after, room);
  const lines = new TreeLines({ ...context, folder });
  try {
    const page = await treePage(walk, (entries) => lines.of(entries), connection, context.clock);
    if (page === 'busy') {
      await refuse(connection, 'busy', 'the files of the folder are being hashed');
      return;
    }
    const canSayName =
      cursor === undefined && jsonBytes(folder.name) + jsonBytes(page.cursor ?? '') <= room;
    await sendPage(page, connection, canSayName ? folder.name : undefined);
  } finally {
    lines.close();
  }
}
