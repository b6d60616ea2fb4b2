// Answers a request for a pack: many small files of a folder at once.
import { encodeTransferAnswer, type TreePath } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';
import type { ServedFolder } from '../sharing/served-folders.ts';
import type { FolderContext } from './folder-context.ts';
import { readPack } from '../folders/read-pack.ts';
import { TransferError } from '../transfer-error.ts';
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
  { manifests: { hasher }, work, owner, clock }: FolderContext,
  onPack: OnPack,
): Promise<void> {
  const close = (): void => {
    connection.fail(new TransferError('too-slow', 'others need the memory of its pack'));
  };
  await work.packs.lend({ machine: owner, clock, close }, async (memory) => {
    const options = { folder, entries, hasher, work, owner, clock };
    const pack = await readPack(options, memory);
    if (!pack) {
      await refuse(connection, 'busy', 'too many packs are on their way');
      return;
    }
    memory.used(pack.content);
    if (pack.content > 0) onPack(pack.content);
    const length = pack.parts.reduce((sum, part) => sum + part.length, 0);
    const answer = encodeTransferAnswer({ length });
    await connection.write(answer, answer.length);
    for (const part of pack.parts) await connection.write(part);
  });
}
