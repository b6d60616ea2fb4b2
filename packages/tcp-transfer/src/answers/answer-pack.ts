// Answers a request for a pack: many small files of a folder at once.
import { encodeTransferAnswer, type TreePath } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';
import type { ServedFolder } from '../sharing/served-folders.ts';
import type { FolderContext } from './folder-context.ts';
import { readPack, type PackedFile } from '../folders/read-pack.ts';
import { refuse } from './refuse.ts';

/** Is called with how many bytes of files are about to be sent. */
export type OnPack = (bytes: number) => void;

/**
 * Answers with files of a folder.
 *
 * @throws the system's error if no file can be opened; Error if the connection fails
 * @see docs/protocol.md, "Pack"
 */
export async function answerPack(
  folder: ServedFolder,
  entries: readonly TreePath[],
  connection: StreamWriter,
  { packs, clock }: FolderContext,
  onPack: OnPack,
): Promise<void> {
  await packs.lend(async (memory) => {
    const files = await readPack(folder, entries, memory, clock);
    if (!files) {
      await refuse(connection, 'busy', 'too many packs are on their way');
      return;
    }
    await send(files, connection, onPack);
  });
}

async function send(
  files: readonly PackedFile[],
  connection: StreamWriter,
  onPack: OnPack,
): Promise<void> {
  const content = files.reduce((sum, file) => sum + file.content.length, 0);
  const lines = files.reduce((sum, { line }) => sum + line.length, 0);
  if (content > 0) onPack(content);
  const answer = encodeTransferAnswer({ length: content + lines });
  await connection.write(answer, answer.length);
  await connection.write(Buffer.concat(files.flatMap((file) => [file.line, file.content])));
}
