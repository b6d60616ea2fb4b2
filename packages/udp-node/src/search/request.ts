// The Get of a search, in both versions, and how long it is.
import type { RequestLength } from '@peerlane/cluster';
import { encodeMessage, ProtocolError, type GetMessage } from '@peerlane/protocol';
import type { Kind } from './find-options.ts';

/** A Get, with the lengths of its datagrams. */
export interface Request {
  readonly message: GetMessage;
  readonly kind: Kind;
  readonly length: RequestLength;
}

/** What a search is for. */
export interface Question {
  readonly filename: string;
  readonly kind: Kind;
  /** Names the search to version 2 peers: 16 hexadecimal digits. */
  readonly req: string;
}

/** @throws ProtocolError `not-encodable` for a name or a kind that cannot be asked for */
export function requestFor({ filename, kind, req }: Question, protocol: 1 | 2): Request {
  const isFolder = kind === 'folder';
  if (isFolder && protocol === 1)
    throw new ProtocolError('not-encodable', 'version 1 cannot ask for a folder');
  const message: GetMessage = {
    ...{ type: 'get', filename },
    ...(protocol === 2 && { extension: { v: 2, req, ...(isFolder && { kind }) } }),
  };
  const extended = encodeMessage(message).length;
  return {
    message,
    kind,
    length: isFolder
      ? { extended, plain: Infinity, isForVersion2: true }
      : { extended, plain: plainLength(filename) },
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
