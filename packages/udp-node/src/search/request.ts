// The Get of a search, in both versions, and how long it is.
import type { RequestLength } from '@peerlane/cluster';
import { encodeMessage, type GetMessage } from '@peerlane/protocol';

/** A Get, with the lengths of its datagrams. */
export interface Request {
  readonly message: GetMessage;
  readonly length: RequestLength;
}

/** @throws ProtocolError `not-encodable` for a filename that cannot be asked for */
export function requestFor(filename: string, req: string, protocol: 1 | 2): Request {
  const message: GetMessage = {
    ...{ type: 'get', filename },
    ...(protocol === 2 && { extension: { v: 2, req } }),
  };
  return {
    message,
    length: { extended: encodeMessage(message).length, plain: plainLength(filename) },
  };
}

/** The length of a Get of version 1; `Infinity` for a filename that it cannot carry. */
function plainLength(filename: string): number {
  try {
    return encodeMessage({ type: 'get', filename }).length;
  } catch {
    return Infinity;
  }
}
