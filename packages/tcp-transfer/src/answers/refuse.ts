// Refuses a request of version 2 with an error that the client understands.
import { encodeTransferAnswer, type RefusalCode } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';

/**
 * Answers a request of version 2 with a refusal.
 *
 * @throws Error if the connection fails
 * @see docs/protocol.md, "Version 2"
 */
export async function refuse(
  connection: StreamWriter,
  code: RefusalCode,
  message: string,
  root?: string,
): Promise<void> {
  const error = { code, message, ...(root !== undefined && { root }) };
  const line = encodeTransferAnswer({ error });
  await connection.write(line, line.length);
}

/** Refuses a request because the file has not the content that the client asked for, but that of `root`. */
export async function refuseChanged(connection: StreamWriter, root: string): Promise<void> {
  await refuse(connection, 'changed', 'the file has other content', root);
}
