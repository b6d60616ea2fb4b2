import { encodeTransferAnswer, type RefusalCode } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';

/** Tells a client of version 2 that it does not get what it asked for. */
export async function refuse(
  connection: StreamWriter,
  code: RefusalCode,
  message: string,
): Promise<void> {
  const line = encodeTransferAnswer({ error: { code, message } });
  await connection.write(line, line.length);
}

/** Tells it that the file has not the content that it asked for. */
export async function refuseChanged(connection: StreamWriter): Promise<void> {
  await refuse(connection, 'changed', 'the file has other content');
}
