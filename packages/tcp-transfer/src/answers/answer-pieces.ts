// Answers requests for content that this node is getting itself: which pieces are there, and their data.
import { encodePieces, encodeTransferAnswer, type TransferRequestV2 } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';
import type { PartialFile } from '../manifests/partial-files.ts';
import { refuse } from './refuse.ts';

/**
 * Answers with a bit for each piece of a file.
 *
 * @param file `undefined` if nothing of the content is here
 * @throws Error if the connection fails
 * @see docs/protocol.md, "Pieces"
 */
export async function answerPieces(
  { root }: Pick<TransferRequestV2, 'root'>,
  file: PartialFile | undefined,
  connection: StreamWriter,
): Promise<void> {
  if (root === undefined) {
    await refuse(connection, 'bad-request', 'the request names no content');
    return;
  }
  if (!file) {
    await refuse(connection, 'not-found', 'there is nothing of that content');
    return;
  }
  const bits = encodePieces(file.pieces, file.count);
  const line = encodeTransferAnswer({ length: bits.length });
  await connection.write(line, line.length);
  if (bits.length > 0) await connection.write(bits);
}
