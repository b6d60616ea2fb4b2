import { encodeTransferAnswer, type RefusalCode } from '@peerlane/protocol';
import type { Outgoing } from '../connection/stream-writer.ts';

/** Tells a client of version 2 that it does not get what it asked for. */
export async function refuse(
  connection: Outgoing,
  code: RefusalCode,
  message: string,
): Promise<void> {
  const line = encodeTransferAnswer({ error: { code, message } });
  await connection.write(line, line.length);
}

/** Tells it that the file has not the content that it asked for. */
export async function refuseChanged(connection: Outgoing): Promise<void> {
  await refuse(connection, 'changed', 'the file has other content');
}
